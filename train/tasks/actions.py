"""What people do, in English, German and French: the verbs of actions_en_de_fr.txt, told, asked, denied and ordered.

German and French stay in the familiar form (du, tu), the past is the perfect, and French participles with être agree.
"""

from .common import lines
from .everyday import TO_BE, TO_HAVE, WHEN, french, starts_with_vowel, subject, that


def _cells(cell):
    return [part.strip() for part in cell.split(";")]


ACTIONS = []
for line in lines("actions_en_de_fr.txt"):
    english, german, french_, *rests = line.split("|")
    ACTIONS.append((_cells(english), _cells(german), _cells(french_), [[part.strip() for part in column.split("/")] for column in rests]))
PAST = [("", "", "")] * 2 + [
    ("yesterday", "gestern", "hier"), ("last night", "gestern Abend", "hier soir"), ("this morning", "heute Morgen", "ce matin"),
    ("last week", "letzte Woche", "la semaine dernière"), ("again", "wieder", "encore"),
]  # fmt: skip


def spaced(*words):
    return " ".join(word for word in words if word)


def denied(german):
    """(nicht or kein ..., rest): what makes a German clause with this rest negative."""
    if german in ("nichts", "alles"):
        return None
    if german.startswith("!"):
        noun = german[1:]
        return "k" + noun if noun.startswith(("ein ", "eine ", "einen ")) else KEIN.get(noun.split()[0], "kein") + " " + noun
    return f"{german} nicht" if german.split()[0] in DEFINITE and not german.startswith("es noch") else spaced("nicht", german)


STATES = {"know", "love", "hate", "need", "understand", "see", "hear", "fall", "lose"}
DEFINITE = {"es", "das", "die", "den", "dieses", "diese", "Tom", "mein", "meine", "deinen"}
KEIN = {noun: "keinen" for noun in "Fisch Kaffee Tee Regen Sport".split()} | {
    noun: "keine" for noun in "Karten Milch Musik Blumen Bücher Hilfe Zeit Fortschritte".split()}  # fmt: skip


def sentence(d):
    """(English, German, French), without capital letters; or None where a language would need a rule that is not here."""
    (base, third, past, ing), de, fr, (rests_en, rests_de, rests_fr) = d.pick(ACTIONS)
    i = d.number(0, len(rests_en) - 1)
    rest_en, rest_de, rest_fr = rests_en[i], rests_de[i], rests_fr[i]
    en_subject, de_subject, fr_subject, person, feminine = subject(d)
    de_verb, prefix = (de[min(person, 4) - 1] + " ").split(" ", 1)
    prefix, fr_verb = prefix.strip(), fr[person - 1]
    plain_de = rest_de.removeprefix("!")
    auxiliary, participle = de[4].split(" ", 1)
    de_auxiliary = (TO_BE if auxiliary == "sein" else TO_HAVE)[person][1]
    auxiliary, fr_participle = fr[5].split(" ", 1)
    fr_auxiliary = (TO_BE if auxiliary == "être" else TO_HAVE)[person][2]
    if auxiliary == "être":
        fr_participle += ("e" if feminine else "") + ("s" if person in (4, 5) else "")
    do, does = ("does", third) if person == 3 else ("do", base)
    be = TO_BE[person][0]
    kind = d.pick(["present", "present", "ing", "past", "past", "past", "question", "past question", "not", "never", "past not", "order", "do not", "lets"])
    when_en, when_de, when_fr = d.pick(PAST if "past" in kind else WHEN)
    if when_en == rest_en or rest_fr in ("calme", "seul") and (feminine or person in (4, 5)):
        return None
    if kind in ("ing", "lets", "order") and base in STATES:
        return None
    time_and_rest = spaced(plain_de, when_de) if rest_de.startswith("es") else spaced(when_de, plain_de)
    if kind == "present":
        return (spaced(en_subject, does, rest_en) + ".", spaced(de_subject, de_verb, plain_de, prefix) + ".",
                spaced(french(fr_subject, fr_verb), rest_fr) + ".")  # fmt: skip
    if kind == "ing":
        return (spaced(en_subject, be, ing, rest_en, when_en) + ".", spaced(de_subject, de_verb, time_and_rest, prefix) + ".",
                spaced(french(fr_subject, fr_verb), rest_fr, when_fr) + ".")  # fmt: skip
    # A French word of denial or place stands inside the perfect: "j'ai tout fait".
    inside = rest_fr if rest_fr in ("tout", "rien", "bien", "mal", "trop", "beaucoup") else ""
    after_fr = "" if inside else rest_fr
    if kind in ("past", "past question"):
        if inside == "rien":
            return None
        told_fr = spaced(french(fr_subject, fr_auxiliary), inside, fr_participle, after_fr, when_fr)
        if kind == "past":
            return (spaced(en_subject, past, rest_en, when_en) + ".", spaced(de_subject, de_auxiliary, time_and_rest, participle) + ".", told_fr + ".")
        return (spaced("did", en_subject, base, rest_en, when_en) + "?", spaced(de_auxiliary, de_subject, time_and_rest, participle) + "?",
                spaced("est-ce", that(fr_subject) + told_fr if that(fr_subject).endswith("'") else that(fr_subject).strip() + " " + told_fr) + " ?")  # fmt: skip
    if kind == "question":
        return (spaced(do, en_subject, base, rest_en) + "?", spaced(de_verb, de_subject, plain_de, prefix) + "?",
                f"est-ce {that(fr_subject)}{spaced(french(fr_subject, fr_verb), rest_fr)} ?")  # fmt: skip
    ne = lambda verb: "n'" if starts_with_vowel(verb) else "ne "
    deny_de = denied(rest_de) if rest_de else "nicht"
    partitive = rest_fr.startswith(("du ", "de la ", "de l'", "des ", "un ", "une ")) and not base == "play"
    if kind in ("not", "past not", "do not") and (deny_de is None or rest_fr in ("rien", "tout") or partitive):
        return None
    if kind == "not":
        return (spaced(en_subject, do, "not", base, rest_en) + ".", spaced(de_subject, de_verb, deny_de, prefix) + ".",
                f"{fr_subject} {ne(fr_verb)}{with_pas(fr_verb)} {rest_fr}".strip() + ".")  # fmt: skip
    if kind == "never":
        if rest_fr in ("rien", "tout") or partitive or plain_de in ("nichts", "alles"):
            return None
        return (spaced(en_subject, "never", does, rest_en) + ".", spaced(de_subject, de_verb, "nie" if not rest_de or plain_de.split()[0] not in DEFINITE else "", plain_de, "nie" if rest_de and plain_de.split()[0] in DEFINITE else "", prefix) + ".",
                f"{fr_subject} {ne(fr_verb)}{with_pas(fr_verb, 'jamais')} {rest_fr}".strip() + ".")  # fmt: skip
    if kind == "past not":
        return (spaced(en_subject, "did not", base, rest_en) + ".", spaced(de_subject, de_auxiliary, deny_de, participle) + ".",
                f"{fr_subject} {ne(fr_auxiliary)}{fr_auxiliary} pas {spaced(inside, fr_participle, after_fr)}.")  # fmt: skip
    order_de, order_fr = de[5], fr[6]
    order_verb, order_prefix = (order_de + " ").split(" ", 1)
    if kind == "order":
        mark = d.pick([".", "!"])
        return (spaced(base, rest_en) + mark, spaced(order_verb, plain_de, order_prefix.strip()) + mark, spaced(order_fr, rest_fr) + ("." if mark == "." else " !"))
    if kind == "do not":
        return (spaced("do not", base, rest_en) + ".", spaced(order_verb, deny_de, order_prefix.strip()) + ".",
                f"{ne(order_fr)}{with_pas(order_fr)} {rest_fr}".strip() + ".")  # fmt: skip
    de_we, prefix = (de[3] + " ").split(" ", 1)
    return spaced("let's", base, rest_en) + ".", spaced(f"{de_we} wir", plain_de, prefix.strip()) + ".", spaced(fr[3], rest_fr) + "."


def with_pas(verb, word="pas"):
    """ "ai besoin" -> "ai pas besoin"."""
    first, _, rest = verb.partition(" ")
    return spaced(first, word, rest)
