"""English to German and French, and a little back.

Real sentence pairs (Tatoeba), fixed phrases, and a small grammar that builds
the same sentence in the three languages with cases, genders and agreement.
"""

import re

from . import actions, everyday
from .common import capitalized, is_held_out, table
from .corpora import CORPORA, draw_from
from .names import FEMALE_NAMES, MALE_NAMES, city, first_name

NOUNS = table("nouns_en_de_fr.txt")
ADJECTIVES = table("adjectives_en_de_fr.txt")
VERBS = table("verbs_en_de_fr.txt")
PHRASES = table("phrases_en_de_fr.txt")
HELD_OUT = {english: (german.split("/"), french.split("/")) for english, german, french in table("held_out_en_de_fr.txt")}
EXAMPLES = [phrase for phrase in PHRASES if phrase[0] not in HELD_OUT]
UNCOUNTED = {"bread", "wine", "beer", "coffee", "tea", "milk", "water", "money", "cheese", "soup", "fish"}
# English, German, French, person: 0 I, 1 you, 2 he, 3 we, 4 polite you, 5 they
PRONOUNS = [("I", "ich", "je", 0), ("you", "du", "tu", 1), ("he", "er", "il", 2), ("she", "sie", "elle", 2),
            ("we", "wir", "nous", 3), ("they", "sie", "ils", 5)]  # fmt: skip
SUBJECTS = [
    ("my brother", "mein Bruder", "mon frère"), ("my sister", "meine Schwester", "ma sœur"),
    ("my father", "mein Vater", "mon père"),
    ("my mother", "meine Mutter", "ma mère"), ("the teacher", "der Lehrer", "le professeur"),
    ("the child", "das Kind", "l'enfant"),
    ("the woman", "die Frau", "la femme"), ("the man", "der Mann", "l'homme"),
    ("my friend", "mein Freund", "mon ami"),
    ("the doctor", "der Arzt", "le médecin"), ("the girl", "das Mädchen", "la fille"),
    ("the boy", "der Junge", "le garçon"),
    ("the student", "der Student", "l'étudiant"), ("my uncle", "mein Onkel", "mon oncle"),
    ("my aunt", "meine Tante", "ma tante"),
    ("the neighbor", "der Nachbar", "le voisin"), ("our grandmother", "unsere Großmutter", "notre grand-mère"),
]  # fmt: skip
ADVERBS = [
    ("today", "heute", "aujourd'hui"), ("now", "jetzt", "maintenant"), ("every day", "jeden Tag", "tous les jours"),
    ("often", "oft", "souvent"), ("in the morning", "am Morgen", "le matin"),
    ("in the evening", "am Abend", "le soir"),
    ("here", "hier", "ici"), ("at home", "zu Hause", "à la maison"), ("every week", "jede Woche", "chaque semaine"),
]  # fmt: skip
PAST_ADVERBS = [("yesterday", "gestern", "hier"), ("last week", "letzte Woche", "la semaine dernière"),
                ("this morning", "heute Morgen", "ce matin"), ("last year", "letztes Jahr", "l'année dernière")]  # fmt: skip
BEFORE_NOUN = {"big", "small", "old", "new", "good", "beautiful", "pretty"}
FRENCH_BEFORE_VOWEL = {"vieux": "vieil", "nouveau": "nouvel", "beau": "bel"}


def starts_with_vowel(word):
    return word[0] in "aeiouéèêâœh"


def elide(pronoun, verb):
    return "j'" + verb if pronoun == "je" and starts_with_vowel(verb) else f"{pronoun} {verb}"


def noun_phrase(d, case="accusative"):
    """The same noun phrase in three languages, and whether it is feminine in French."""
    english, gender, german, french_gender, french = d.pick(NOUNS)
    determiner = d.pick(["the", "the", "a", "my", "his"])
    if determiner == "a" and english in UNCOUNTED:
        determiner = "the"
    adjective = d.pick(ADJECTIVES) if d.chance(0.35) else None
    accusative = case == "accusative"

    definite = {"m": "den" if accusative else "der", "f": "die", "n": "das"}[gender]
    ending = {"m": "en" if accusative else "", "f": "e", "n": ""}[gender]
    german_determiner = {"the": definite, "a": "ein" + ending, "my": "mein" + ending, "his": "sein" + ending}[
        determiner
    ]
    german_words = [german_determiner, german]
    if adjective:
        stem = "teur" if adjective[1] == "teuer" else adjective[1]
        if determiner == "the":
            suffix = "en" if accusative and gender == "m" else "e"
        else:
            suffix = {"m": "en" if accusative else "er", "f": "e", "n": "es"}[gender]
        german_words.insert(1, stem + suffix)

    french_words = [french]
    if adjective:
        form = adjective[2] if french_gender == "m" else adjective[3]
        if adjective[0] in BEFORE_NOUN:
            if french_gender == "m" and starts_with_vowel(french):
                form = FRENCH_BEFORE_VOWEL.get(form, form)
            french_words.insert(0, form)
        else:
            french_words.append(form)
    masculine = french_gender == "m"
    vowel = starts_with_vowel(french_words[0])
    french_determiner = {
        "the": "l'" if vowel else "le " if masculine else "la ", "a": "un " if masculine else "une ",
        "my": "mon " if masculine or vowel else "ma ", "his": "son " if masculine or vowel else "sa ",
    }[determiner]  # fmt: skip

    english_phrase = " ".join([determiner, *([adjective[0]] if adjective else []), english])
    english_phrase = re.sub(r"^a (?=[aeiou])", "an ", english_phrase)
    return english_phrase, " ".join(german_words), french_determiner + " ".join(french_words), not masculine


def subject(d):
    x = d.rng.random()
    if x < 0.55:
        return d.pick(PRONOUNS)
    if x < 0.85:
        return (*d.pick(SUBJECTS), 2)
    name = first_name(d)
    return name, name, name, 2


def sentence(d):
    """One sentence (English, German, French) from the grammar, without capital letter."""
    english, german, french, person = subject(d)
    verb = d.pick(VERBS)
    german_verb = verb[2:6][min(person, 3)] if person < 4 else verb[5]
    french_verb = verb[6 + person]
    english_verb = verb[1] if person == 2 else verb[0]
    thing_en, thing_de, thing_fr, feminine = noun_phrase(d)
    kind = d.rng.random()
    if kind < 0.42:
        when = d.pick(ADVERBS) if d.chance(0.4) else ("", "", "")
        return _tidy(
            f"{english} {english_verb} {thing_en} {when[0]}.",
            f"{german} {german_verb} {when[1]} {thing_de}.",
            f"{elide(french, french_verb)} {thing_fr} {when[2]}.",
        )
    if kind < 0.58:
        when = d.pick(PAST_ADVERBS) if d.chance(0.6) else ("", "", "")
        have_de = ["habe", "hast", "hat", "haben", "haben", "haben"][person]
        have_fr = ["ai", "as", "a", "avons", "avez", "ont"][person]
        return _tidy(
            f"{english} {verb[14]} {thing_en} {when[0]}.",
            f"{german} {have_de} {when[1]} {thing_de} {verb[12]}.",
            f"{elide(french, have_fr)} {verb[13]} {thing_fr} {when[2]}.",
        )
    if kind < 0.68:
        do = "Does" if person == 2 else "Do"
        que = "qu'" if starts_with_vowel(french) else "que "
        return (
            f"{do} {english} {verb[0]} {thing_en}?",
            f"{german_verb} {german} {thing_de}?",
            f"est-ce {que}{elide(french, french_verb)} {thing_fr} ?",
        )
    if kind < 0.82:
        thing_en, thing_de, thing_fr, feminine = noun_phrase(d, "nominative")
        adjective = d.pick(ADJECTIVES)
        very = d.pick([("", "", ""), ("", "", ""), ("very ", "sehr ", "très ")])
        form = adjective[3] if feminine else adjective[2]
        return (
            f"{thing_en} is {very[0]}{adjective[0]}.",
            f"{thing_de} ist {very[1]}{adjective[1]}.",
            f"{thing_fr} est {very[2]}{form}.",
        )
    if kind < 0.9:
        thing_en, thing_de, thing_fr, _ = noun_phrase(d, "nominative")
        return f"where is {thing_en}?", f"wo ist {thing_de}?", f"où est {thing_fr} ?"
    negation = "does not" if person == 2 else "do not"
    ne = "n'" if starts_with_vowel(french_verb) else "ne "
    negative_de, negative_fr = (
        f"{german} {german_verb} {thing_de} nicht.",
        f"{french} {ne}{french_verb} pas {thing_fr}.",
    )
    if re.match(r"ein(en|e)? ", thing_de):
        rest = re.sub(r"^une? ", "", thing_fr)
        negative_de = f"{german} {german_verb} k{thing_de}."
        negative_fr = (
            f"{french} {ne}{french_verb} pas {chr(100) + chr(39) if starts_with_vowel(rest) else 'de '}{rest}."
        )
    return f"{english} {negation} {verb[0]} {thing_en}.", negative_de, negative_fr


def _tidy(*sentences):
    return tuple(re.sub(r" +", " ", s).replace(" .", ".") for s in sentences)


def swap_names(d, english, other):
    """Real sentences are full of Tom and Mary; put other names in both languages."""
    if "Tom" in english and "Tom" in other and d.chance(0.5):
        name = d.fill(MALE_NAMES)
        english, other = (re.sub(r"\bTom\b", name, text) for text in (english, other))
    for german in ("Maria", "Mary", "Marie"):
        if re.search(r"\bMary\b", english) and re.search(rf"\b{german}\b", other) and d.chance(0.5):
            name = d.fill(FEMALE_NAMES)
            english, other = re.sub(r"\bMary\b", name, english), re.sub(rf"\b{german}\b", name, other)
    return english, other


def real_pair(d, corpus, always_first):
    """A real sentence and its first translation, which spares the model an arbitrary choice; sometimes another, for its words."""
    english, translations = draw_from(d, corpus)
    return swap_names(d, english, translations[0] if d.chance(always_first) else d.pick(translations))


def pair(d):
    """(English, other, language). HELD_OUT and one English sentence in fifty are never trained on, whatever makes them."""
    while True:
        english, other, language = any_pair(d)
        if d.split != "train" or not (is_held_out(english, 50) or english in HELD_OUT):
            return english, other, language


def any_pair(d):
    x = d.rng.random()
    if x < 0.34 and CORPORA.german:
        return *real_pair(d, CORPORA.german, always_first=0.9), "German"
    if x < 0.57 and CORPORA.french:
        return *real_pair(d, CORPORA.french, always_first=0.6), "French"
    if x < 0.73:
        name, town = first_name(d), city(d)
        english, german, french = (text.format(n=name, c=town) for text in d.pick(PHRASES))
    elif x < 0.78:
        english, german, french = map(capitalized, sentence(d))
    elif x < 0.88:
        english, german, french = everyday.sentence(d)
    else:
        english, german, french = action(d)
    # There are many more real sentences in German than in French.
    return (english, german, "German") if d.chance(0.35) else (english, french, "French")


def action(d):
    while True:
        made = actions.sentence(d)
        if made:
            english, german, french = map(capitalized, made)
            return everyday.contracted(d, english), german, french


def make(d):
    english, other, language = pair(d)
    if d.chance(0.08):
        wording = d.phrase(
            "Translate {l} to English: {x}",
            "Translate to English: {x}",
            "translate {l} to English: {x}",
            'What does "{x}" mean in English?',
            "{x}\n\nTranslate to English",
        )
        return wording.format(l=language, x=other), english
    if d.chance(0.06):
        first, second = pair_of(d, language), (english, other)
        wording = d.pick(
            [
                "English: {a}\n{l}: {b}\n\nEnglish: {c}\n{l}:",
                "{a} => {b}\n{c} =>",
                "Q: Translate to {l}: {a}\nA: {b}\n\nQ: Translate to {l}: {c}\nA:",
            ]
        )
        return wording.format(a=first[0], b=first[1], c=second[0], l=language), second[1]
    wording = d.phrase(
        "translate English to {l}: {x}", "Translate to {l}: {x}", "Translate English to {l}: {x}",
        "Translate this sentence to {l}: {x}",
        "Translate the following sentence into {l}:\n\n{x}", 'How do you say "{x}" in {l}?',
        "{x}\n\nTranslate to {l}", "{x} in {l}:",
        'What is "{x}" in {l}?', "English: {x}\n{l}:", "Translate into {l}: {x}",
        "Translate from English to {l}.\n\n{x}",
        "Translate the sentence to {l}.\n{x}", "{x}\n\nTranslate this sentence to {l}.", "{x}\nTranslate into {l}.",
        "Say in {l}: {x}",
        "What does this mean in {l}? {x}", "Please translate to {l}: {x}",
        "Please translate the following text into {l}: {x}",
        'Translate "{x}" to {l}.', 'Translate "{x}" into {l}.', "{l} translation of: {x}", "Write this in {l}: {x}",
        "How would you say this in {l}? {x}",
        "Translate this text from English to {l}: {x}", "Text: {x}\n\nTranslate to {l}:",
        "{x}\n\nHow do you say this in {l}?", "to {l}: {x}",
        "Translate the following English text to {l}:\n{x}", "Translate this into {l}:\n\n{x}",
        "English sentence: {x}\n{l} sentence:", "[Translate|Put|Turn] [this|the following] [sentence|text|line] into {l}: {x}",
        "[What is|How does one say] the following in {l}?\n{x}", "{x}\n\n{l}:", "{x}\n\n[Now in {l}, please.|In {l}, please.|Please translate into {l}.]",
        "[English to|Translation to|Translation into] {l}: {x}", 'I want to say "{x}" in {l}.', "[I need|Give me] the {l} translation of: {x}",
        "Sentence: {x}\n{l} translation:", "[Can|Could] you translate [this|the following] [in|to|into] {l}? {x}", "User: Translate to {l}: {x}\nAssistant:",
        "Task: [translation|translate] to {l}\n{x}", "[en-{s}|English-{l}]: {x}", "Q: How do you say this in {l}? {x}\nA:",
        # Each of these stands for many.
        "[Please |Can you |Could you |Would you |]translate [this|the|the following|my] [sentence|line|text|message|phrase] [to|into] {l}[ for me| for my friend| for a letter| for my class|][, thanks|, please|]: {x}",
        "{x}\n[Please |Can you |Could you |]translate [this|that|it|the above|the sentence above] [to|into] {l}[ for me| for my aunt| for a friend|][.|?|, please.|. Thanks!]",
        "[What|How] would [somebody|people|one] say in {l}: {x}", "[{x}|\"{x}\"] - [how do I say that|how is that said|what is that|give me that] in {l}?",
        "[How|Tell me how] [do|can|would|should] [I|you|we|people] [say|write|express|put] [this|that|the following] in {l}?\n[|\n]{x}", "{x}\n[|\n][What is that|How is that|What would that be|How do I write that] in {l}?",
        "[English|EN|en] [->|>|to|=>] [{l}|{s}|{S}]\n{x}", "[{S}|{s}|{l}] [please|version|translation]: {x}", "{x} [->|=>|=|in] [{l}|{S}]", "[The |]{l} [for|of|translation of|version of] [this|the sentence|the line]: {x}",
        "[I am learning {l}.|I am in a hurry.|I do not speak {l}.] [Please translate|What is this in {l}|How do I say this in {l}]: {x}", "[Put|Turn|Render|Write|Say|Express] [this|it|the next line|the sentence] in {l}[, please|]: {x}",
        "[Make it|Make this|I want it in] {l}: {x}", "{l}, please:\n{x}", "[Sentence|Text|Phrase|Line] to translate[ into {l}|, {l} please|, target {l}]: {x}", "[Only|Just] the {l} translation[, please|]: {x}",
        "[My friend speaks only {l}.|For a sign in {l}:|For my {l} homework:] {x}", "{x}\n\n[{l} translation|Translation into {l}|The same in {l}|Same in {l}|In {l}][:|?]",
    )  # fmt: skip
    return typed(d, wording, english, language), other


def typed(d, wording, english, language):
    """The request, now and then without capitals and full stop, as people type."""
    codes = {"German": "de", "French": "fr"}
    if d.chance(0.12):
        english = english.rstrip(".").lower()
    prompt = wording.format(l=language.lower() if d.chance(0.12) else language, s=codes[language], S=codes[language].upper(), x=english)
    return prompt[0].lower() + prompt[1:] if d.chance(0.1) else prompt


def pair_of(d, language):
    """An example pair in the given language, from the fixed phrases."""
    name, town = first_name(d), city(d)
    english, german, french = (text.format(n=name, c=town) for text in d.pick(EXAMPLES))
    return english, german if language == "German" else french
