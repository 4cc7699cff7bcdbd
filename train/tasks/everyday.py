"""Short everyday sentences in English, German and French: what people say of themselves and of each other.

A subject, a form of to be, a modal verb or to have, and a phrase of everyday_en_de_fr.txt. German and
French stay in the familiar form (du, tu); French adjectives follow the subject.
"""

import re

from .common import capitalized, table
from .names import FEMALE_NAMES, MALE_NAMES

PHRASES = {}
for kind, *columns in table("everyday_en_de_fr.txt"):
    PHRASES.setdefault(kind, []).append(columns)

# English, German, French, person (1 I, 2 you, 3 he, 4 we, 5 they), feminine in French
SUBJECTS = [
    ("I", "ich", "je", 1, False), ("I", "ich", "je", 1, False), ("you", "du", "tu", 2, False), ("he", "er", "il", 3, False),
    ("she", "sie", "elle", 3, True), ("we", "wir", "nous", 4, False), ("they", "sie", "ils", 5, False), ("Tom", "Tom", "Tom", 3, False),
    ("Mary", "Maria", "Marie", 3, True), ("my father", "mein Vater", "mon père", 3, False), ("my mother", "meine Mutter", "ma mère", 3, True),
    ("my brother", "mein Bruder", "mon frère", 3, False), ("my sister", "meine Schwester", "ma sœur", 3, True),
    ("the boy", "der Junge", "le garçon", 3, False), ("the man", "der Mann", "l'homme", 3, False), ("the woman", "die Frau", "la femme", 3, True),
    ("my friend", "mein Freund", "mon ami", 3, False), ("the child", "das Kind", "l'enfant", 3, False), ("everyone", "jeder", "tout le monde", 3, False),
]  # fmt: skip
TO_BE = {
    1: ("am", "bin", "suis", "was", "war", "étais"), 2: ("are", "bist", "es", "were", "warst", "étais"),
    3: ("is", "ist", "est", "was", "war", "était"), 4: ("are", "sind", "sommes", "were", "waren", "étions"),
    5: ("are", "sind", "sont", "were", "waren", "étaient"),
}  # fmt: skip
TO_HAVE = {1: ("have", "habe", "ai"), 2: ("have", "hast", "as"), 3: ("has", "hat", "a"), 4: ("have", "haben", "avons"), 5: ("have", "haben", "ont")}
# Modal verbs: English for I and for he, German 1 to 4, French 1 to 5 (with what stands before the infinitive).
MODALS = [
    ("can", "can", ("kann", "kannst", "kann", "können"), ("peux", "peux", "peut", "pouvons", "peuvent")),
    ("must", "must", ("muss", "musst", "muss", "müssen"), ("dois", "dois", "doit", "devons", "doivent")),
    ("have to", "has to", ("muss", "musst", "muss", "müssen"), ("dois", "dois", "doit", "devons", "doivent")),
    ("want to", "wants to", ("will", "willst", "will", "wollen"), ("veux", "veux", "veut", "voulons", "veulent")),
    ("should", "should", ("sollte", "solltest", "sollte", "sollten"), ("devrais", "devrais", "devrait", "devrions", "devraient")),
    ("will", "will", ("werde", "wirst", "wird", "werden"), ("vais", "vas", "va", "allons", "vont")),
    ("would like to", "would like to", ("möchte", "möchtest", "möchte", "möchten"), ("voudrais", "voudrais", "voudrait", "voudrions", "voudraient")),
]  # fmt: skip
NUMBERS = [("two", "zwei", "deux"), ("three", "drei", "trois"), ("four", "vier", "quatre"), ("five", "fünf", "cinq"), ("six", "sechs", "six"),
    ("seven", "sieben", "sept"), ("eight", "acht", "huit"), ("nine", "neun", "neuf"), ("ten", "zehn", "dix"), ("eleven", "elf", "onze"),
    ("twelve", "zwölf", "douze"), ("20", "zwanzig", "vingt"), ("30", "dreißig", "trente"), ("100", "hundert", "cent")]  # fmt: skip
WHEN = [("", "", "")] * 6 + [
    ("today", "heute", "aujourd'hui"), ("tomorrow", "morgen", "demain"), ("now", "jetzt", "maintenant"), ("tonight", "heute Abend", "ce soir"),
    ("every day", "jeden Tag", "tous les jours"), ("soon", "bald", "bientôt"), ("again", "wieder", "à nouveau"),
]  # fmt: skip
CONTRACTIONS = [
    (r"\bI am\b", "I'm"), (r"\b([Yy]ou|[Ww]e|[Tt]hey) are\b", r"\1're"), (r"\b([Hh]e|[Ss]he|Tom|Mary) is\b", r"\1's"), (r"\b(is|are|was|were) not\b", r"\1n't"),
    (r"\b([Dd]o|[Dd]oes|[Dd]id) not\b", r"\1n't"), (r"\bcannot\b", "can't"), (r"\b(I|[Yy]ou|[Hh]e|[Ss]he|[Ww]e|[Tt]hey) will\b", r"\1'll"),
    (r"\b(I|[Yy]ou|[Hh]e|[Ss]he|[Ww]e|[Tt]hey) would\b", r"\1'd"), (r"\bwill not\b", "won't"), (r"\bshould not\b", "shouldn't"),
]  # fmt: skip


def subject(d):
    chosen = d.pick(SUBJECTS)
    if chosen[0] in ("Tom", "Mary") and d.chance(0.5):
        name = d.fill(MALE_NAMES if chosen[0] == "Tom" else FEMALE_NAMES)
        return name, name, name, 3, chosen[4]
    return chosen


def starts_with_vowel(word):
    return word[0].lower() in "aeiouéèêâœhy"


def french(subject, verb):
    """Subject and verb, with j' where it must be."""
    return "j'" + verb if subject == "je" and starts_with_vowel(verb) else f"{subject} {verb}"


def that(subject):
    """French que in front of the subject."""
    return "qu'" if starts_with_vowel(subject) else "que "


def agreeing(masculine, feminine, person, is_feminine):
    """The French adjective for the subject."""
    form = feminine if is_feminine else masculine
    if person in (4, 5) and " " not in form:
        return form if form[-1] in "sx" else form[:-2] + "aux" if form.endswith("al") else form + ("x" if form.endswith("eau") else "s")
    return form


def state(d):
    """(I) am tired; (Tom) is a lawyer; (we) are in the kitchen: the predicate in the three languages."""
    def adjective(person, feminine):
        en, de, fr, fr_f = d.pick(PHRASES["adjective"])
        very = d.pick([("", "", "")] * 4 + [("very ", "sehr ", "très ")]) if " " not in de + fr else ("", "", "")
        return very[0] + en, very[1] + de, very[2] + agreeing(fr, fr_f, person, feminine)

    def job(person, _):
        en, de, fr = d.pick(PHRASES["job"])
        if person > 3:
            return adjective(person, False)
        return re.sub("^a (?=[aeiou])", "an ", f"a {en}"), de, fr

    en, de, fr, person, feminine = subject(d)
    x = d.rng.random()
    if x < 0.25 and not feminine:
        predicate = job(person, feminine)
    elif x < 0.5:
        predicate = tuple(d.pick(PHRASES["place"]))
    else:
        predicate = adjective(person, feminine)
    past = 3 if d.chance(0.3) else 0
    be = TO_BE[person][past : past + 3]
    kind = d.rng.random()
    if kind < 0.2:
        inverted = f"{be[2]}-{fr}" if fr in ("tu", "il", "elle", "nous", "ils") else f"est-ce {that(fr)}{french(fr, be[2])}"
        return f"{be[0]} {en} {predicate[0]}?", f"{be[1]} {de} {predicate[1]}?", f"{inverted} {predicate[2]} ?"
    if kind < 0.38:
        ne = "n'" if starts_with_vowel(be[2]) else "ne "
        is_job = predicate[0].startswith(("a ", "an "))
        return (f"{en} {be[0]} not {predicate[0]}.", f"{de} {be[1]} {'kein' if is_job else 'nicht'} {predicate[1]}.",
                f"{fr} {ne}{be[2]} pas {predicate[2]}.")  # fmt: skip
    return f"{en} {be[0]} {predicate[0]}.", f"{de} {be[1]} {predicate[1]}.", f"{french(fr, be[2])} {predicate[2]}."


def modal(d):
    """(I) can swim; (Tom) does not want to pay; should (we) wait?"""
    en, de, fr, person, _ = subject(d)
    en_base, en_third, german, french_forms = d.pick(MODALS)
    do_en, do_de, do_fr = d.pick(PHRASES["verb"])
    when = d.pick(WHEN)
    german_modal, french_modal = german[min(person, 4) - 1], french_forms[person - 1]
    en_modal = en_third if person == 3 else en_base
    after = lambda text: f" {text}" if text else ""
    with_time = lambda text: german_with_time(text, when[1])
    kind = d.rng.random()
    if kind < 0.2:
        if en_base in ("have to", "want to"):
            asked = f"{'does' if person == 3 else 'do'} {en} {en_base}"
        else:
            asked = f"{en_base.split()[0]} {en}{after(' '.join(en_base.split()[1:]))}"
        return (f"{asked} {do_en}{after(when[0])}?", f"{german_modal} {de} {with_time(do_de)}?",
                f"est-ce {that(fr)}{french(fr, french_modal)} {do_fr}{after(when[2])} ?")  # fmt: skip
    if kind < 0.42 and en_base not in ("have to", "must") and "etwas" not in do_de:
        if en_base == "want to":
            negated = f"{'does' if person == 3 else 'do'} not want to"
        else:
            first, *rest = en_base.split()
            negated = "cannot" if first == "can" else " ".join([first, "not", *rest])
        return (f"{en} {negated} {do_en}{after(when[0])}.", f"{de} {german_modal} {with_time(negative(do_de))}.",
                f"{fr} ne {french_modal} pas {without_partitive(do_fr)}{after(when[2])}.")  # fmt: skip
    return (f"{en} {en_modal} {do_en}{after(when[0])}.", f"{de} {german_modal} {with_time(do_de)}.",
            f"{french(fr, french_modal)} {do_fr}{after(when[2])}.")  # fmt: skip


PRONOUNS = ("es", "ihn", "sie", "dir", "dich", "ihm", "mir", "uns")


def german_with_time(verb_phrase, when):
    """ "es heute machen", but "heute das Auto waschen"."""
    if not when:
        return verb_phrase
    first, _, rest = verb_phrase.partition(" ")
    return f"{first} {when} {rest}" if first in PRONOUNS else f"{when} {verb_phrase}"


def without_partitive(french_phrase):
    """After a negation "du pain" is "de pain"."""
    if french_phrase.startswith("jouer"):
        return french_phrase
    return re.sub(r"\b(du|de la) (?!tout)", "de ", re.sub(r"\bde l'", "d'", french_phrase))


def negative(german):
    """ "nicht" stands behind a definite object and before the rest: "das Auto nicht waschen", "nicht nach Hause gehen"."""
    words = german.split()
    if words[0] in ("ein", "einen"):
        return "k" + german
    if words[0] in PRONOUNS:
        return f"{words[0]} {negative(' '.join(words[1:]))}"
    if words[0] in ("die", "das", "den", "meine", "dieses") and len(words) == 3:
        return f"{words[0]} {words[1]} nicht {words[2]}"
    return "nicht " + german


def number(d):
    """(I) have two brothers."""
    en, de, fr, person, _ = subject(d)
    have = TO_HAVE[person]
    count, things = d.pick(NUMBERS), d.pick(PHRASES["plural"])
    if d.chance(0.25):
        de_many = f"wie viele {things[1]} {have[1]} {de}?"
        how_many = "d'" if starts_with_vowel(things[2]) else "de "
        return f"how many {things[0]} {'does' if person == 3 else 'do'} {en} have?", de_many, f"combien {how_many}{things[2]} est-ce {that(fr)}{french(fr, have[2])} ?"
    return f"{en} {have[0]} {count[0]} {things[0]}.", f"{de} {have[1]} {count[1]} {things[1]}.", f"{french(fr, have[2])} {count[2]} {things[2]}."


def invitation(d):
    """Let us go home. It is time to eat. I hope ..."""
    en, de, fr = d.pick(PHRASES["verb"])
    elide = lambda word: f"{word[:-1]}'{fr}" if starts_with_vowel(fr) else f"{word} {fr}"
    return d.pick([
        (f"let's {en}.", f"lass uns {de}.", f"on va {fr}."),
        (f"it is time to {en}.", f"es ist Zeit zu {de}." if " " not in de and de != "fernsehen" else f"wir sollten jetzt {de}.", f"il est temps {elide('de')}."),
        (f"we should {en}.", f"wir sollten {de}.", f"nous devrions {fr}."),
        (f"why should I {en}?", f"warum sollte ich {de}?", f"pourquoi devrais-je {fr} ?"),
        (f"when can we {en}?", f"wann können wir {de}?", f"quand pouvons-nous {fr} ?"),
        (f"who can {en}?", f"wer kann {de}?", f"qui peut {fr} ?"),
        (f"who wants to {en}?", f"wer will {de}?", f"qui veut {fr} ?"),
        (f"where can I {en}?", f"wo kann ich {de}?", f"où puis-je {fr} ?"),
        (f"I think Tom wants to {en}.", f"ich glaube, Tom will {de}.", f"je pense que Tom veut {fr}."),
        (f"I hope you can {en}.", f"ich hoffe, du kannst {de}.", f"j'espère que tu peux {fr}."),
    ])  # fmt: skip


def sentence(d):
    """(English, German, French), each with its capital letter and its mark at the end."""
    make = d.pick([state] * 5 + [modal] * 5 + [number, invitation, invitation])
    english, german, french_ = map(capitalized, make(d))
    return contracted(d, english), german, french_


def contracted(d, english):
    """The English sentence as people say it, mostly with "I'm" and "don't"."""
    if d.chance(0.6):
        for pattern, short in CONTRACTIONS:
            english = re.sub(pattern, short, english)
    return english
