"""People and places in a news item: made-up news, and real sentences with names swapped in."""

import re

from .common import capitalized, frame, lines, table, with_article
from .corpora import CORPORA, draw_from
from .names import (
    BUILDINGS,
    JOBS,
    NOUNS,
    first_name,
    full_name,
    future_date,
    organization,
    past_date,
    place,
)  # fmt: skip

NEWS = lines("news.txt")
# Sentences of topics that name nobody and nothing by themselves; there {n} is a number.
OPENING_NAMES = """Andromeda|Bach|Beethoven|Europa|Interpol|Kepler|Mars|Mendel|Mercury|Michelangelo|Neptune|Newton|Parliament|Picasso|Pluto|Rembrandt|
Saturn|Schubert|Titan|Uranus|Venus|Wagner""".replace("\n", "")
NAME = re.compile(rf"^(?:{OPENING_NAMES})\b|(?<=[\w,;:] )(?!I\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z]")
TOPICS = [text.replace("{n}", "{m}") for _, text in table("topics.txt") if not NAME.search(text)]
OPINIONS = [text for _, text in table("opinions.txt") if "{" not in text and not NAME.search(text)]


def news_sentence(d):
    """(text, people, places, organizations), each in order of appearance."""
    found = {"p": [], "l": [], "o": []}

    def slot(match):
        kind = match.group(1)
        if kind in found:
            name = {"p": full_name, "l": place, "o": organization}[kind](d)
            found[kind].append(name)
            return name
        if kind in "dDts":
            date = future_date(d) if kind == "t" else past_date(d)
            return capitalized(date) if kind == "D" else re.sub("^(in|on) ", "", date) if kind == "s" else date
        if kind == "m":
            return str(d.number(3, 95))
        return d.pick(JOBS) if kind == "j" else d.pick(BUILDINGS) if kind == "b" else d.fill(NOUNS)

    text = re.sub(r"\{(\w)\}", slot, d.phrase(*d.weighted([(NEWS, 75), (TOPICS, 15), (OPINIONS, 10)])))
    text = capitalized(re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text))
    as_written = lambda names: [
        name if name in text else capitalized(name) for name in names
    ]  # "the Alps" may begin the sentence
    return text, *map(as_written, found.values())


def real_sentence(d):
    """A real text with new names, as news_sentence()."""
    text = draw_from(d, CORPORA.named[d.pick(["places", "people", "people", "people", "none"])])
    found = {"p": {}, "l": {}}
    whole, names = d.chance(0.4), {"p": lambda: full_name(d) if whole else first_name(d), "l": lambda: place(d)}

    def slot(match):
        kind = match.group(1)
        return found[kind].setdefault(match.group(0), names[kind]())

    text = re.sub(r"\{(\w)\d\}", slot, text)
    begins = lambda name: capitalized(name) if text.startswith(name) else name
    return capitalized(text), *([begins(name) for name in found[kind].values()] for kind in "pl"), []


def unique(names):
    return list(dict.fromkeys(names))


def listed(names):
    return ", ".join(names) if names else "none"


def item(d):
    n = d.pick([1, 1, 1, 2, 2, 3, 4])
    sentences = [real_sentence(d) if CORPORA.named and d.chance(0.4) else news_sentence(d) for _ in range(n)]
    text = " ".join(sentence[0] for sentence in sentences)
    return text, *(unique(sum((sentence[i] for sentence in sentences), [])) for i in (1, 2, 3))


def make(d):
    text, people, places, organizations = item(d)
    if d.chance(0.06):
        text = "\n\n".join([text, item_without_names(d)])
    label = d.pick(["Text", "Text", "Sentence", "News", "Article", "Input", "Passage"])
    x = d.rng.random()
    text_ = "[text|sentence|article|news article|news item|news|passage|message|report|story|paragraph]"
    people_ = "[people|persons|person names|names of people]"
    places_ = "[places|locations|place names]"
    find = "[List|Find|Extract|Identify|Name|Give|Give me|Show|Show me|Tag|Mark|Write down|Pick out|Collect|Return|Output]"
    all_ = "[all |all the |the |every mention of |]"
    if x < 0.46:
        instruction = d.phrase(
            f"{find} {all_}people and places in [this|the|the following] {text_}.", f"{find} {all_}people and places [mentioned |]in the {text_}.",
            f"{find} {all_}{people_} and {places_}.", f"{find} {all_}people and places from [this|the|the following] {text_}.",
            "Which people and places are [mentioned|named]?", f"Which people and places [appear|are|occur|are mentioned] in [this|the] {text_}?",
            f"{find} {all_}people and places mentioned in the {text_}.", "Name the people and places in the text.",
            f"{find} {all_}persons and locations.", "Extract the persons and the locations from the text.",
            f"What people and places does [this|the] {text_} mention?", "[Extract|Find|List] named entities: people and places.",
            "Tag the people and places.", f"{find} [the |]named entities (people and places) in [this|the] {text_}.",
            f"List every person and every place in [this|the] {text_}.", f"People and places in [this|the] {text_}?",
            "Who and which places are mentioned in the text?", f"{find} who and which places [this|the] {text_} [mentions|talks about|names].",
            f"[Who|Which people] and which places [do you see|do you find|are there] in [this|the] {text_}?",
            f"Which {people_} and which {places_} [are mentioned|appear|occur] in [this|the] {text_}?",
            "[Named entity recognition|NER|Entity extraction] for people and places.", "[people and places|persons and locations]:",
            f"Read [this|the|the following] {text_} and [list|name|give] [the|all] people and places.",
            f"{find} {all_}people and {all_}places [you find|you see|that occur|that are named] in [this|the] {text_}.",
            "[Label|Tag|Annotate|Underline|Highlight] [the|all] [people|persons] and [the |]places.", f"[Make|Write|Give me] a list of [the|all] {people_} and {places_}.",
            f"[Sort|Divide|Put] the names in [this|the] {text_} into people and places.", "Which names are people, and which are places?",
            f"Who is mentioned in [this|the] {text_}, and which places?", "Persons and places, please.", "Find out who and which places are named.",
            f"[People|Persons] and [places|locations] [named|mentioned] in [this|the] {text_}:", "[Entities|Named entities], people and places only.",
            f"Go through [this|the] {text_} and [list|collect|note] every person and every place.", f"[Separate|List separately] the people and the places of [this|the] {text_}.",
            f"[What|Which] {people_} and [what|which] {places_} can you [find|see] in [this|the] {text_}?",
        )  # fmt: skip
        return frame(
            d, instruction, text, label, d.pick(["People and places", "Answer", "Entities"])
        ), f"People: {listed(people)}; Places: {listed(places)}"
    if x < 0.62:
        instruction = d.phrase(
            f"{find} [the|all] named entities.", f"{find} [the|all] named entities in [this|the|the following] {text_}.",
            f"{find} [the|all] people, places and organizations in [this|the] {text_}.", "Named entities.",
            f"{find} {all_}people, places and [organizations|companies].", f"[Perform|Do] named entity recognition [on this {text_}|].",
            f"Which named entities are in [this|the] {text_}?", f"Recognize the named entities[ in this {text_}|].",
            "Which people, places and organizations are mentioned?", f"What are the named entities in [this|the] {text_}?",
            f"{find} {all_}people, places and organizations from the article.", "[NER|Entities|named entities]:",
            f"[Run|Apply|Carry out|Try] [NER|named entity recognition|named-entity recognition] [on|to|for] [this|the] {text_}.",
            "[Run|Carry out|Start|Use] [NER|named entity recognition].", "Named entity recognition [please|task|job].", "named-entity recognition:",
            f"This is a task of named entity recognition. {find} the entities.", "[Tag|Label|Mark|Annotate] [the|all] named entities.",
            f"[Recognize|Detect|Spot] [people, places and organizations|all entities|the named entities] in [this|the] {text_}.", "People, places, organizations:",
            "[Detect|Spot|Get] [the|all] entities.", f"Named entity recognition for [this|the] {text_}", "NER task", "Which entities [occur|are there|can you find]?",
        )  # fmt: skip
        return frame(
            d, instruction, text, label, "Entities"
        ), f"People: {listed(people)}; Places: {listed(places)}; Organizations: {listed(organizations)}"
    if x < 0.77:
        instruction = d.phrase(
            f"{find} {all_}{people_} in [this|the|the following] {text_}.", f"Who is [mentioned|named] in [this|the] {text_}?",
            f"{find} {all_}person names from [this|the] {text_}.", "[Which|What] people are mentioned?",
            f"{find} [the |all |]names of people.", "Give the names of all persons in the text.",
            f"Which persons [appear|occur|are mentioned] in [this|the] {text_}?", f"{find} {all_}{people_}.",
            f"Who [appears|occurs] in [this|the] {text_}?", f"Name all people mentioned in [this|the] {text_}.",
            f"Which people does [this|the] {text_} [mention|name|talk about]?", f"[Whose names|Which names of people] are in [this|the] {text_}?",
            f"Who are the {people_} in [this|the] {text_}?", "Only the [people|persons], please.", f"[Make|Write|Give me] a list of [the|all] {people_}.",
            f"{find} [everyone|everybody|every person] [who is mentioned|who is named|mentioned|named].", f"{find} [the|all] {people_} [that occur|mentioned|named] in [this|the] {text_}.",
            f"[Which|What] {people_} can you [find|see] in [this|the] {text_}?", "[List|Name|Tag|Show] persons only.", f"{people_}:",
            f"Go through [this|the] {text_} and [list|note] every person.", f"From [this|the] {text_}, take all {people_}.", "Who [is in it|is it about|plays a part]? List the names.",
        )  # fmt: skip
        return frame(d, instruction, text, label, "People"), listed(people)
    if x < 0.96:
        instruction = d.phrase(
            f"{find} {all_}{places_} in [this|the|the following] {text_}.", "Which places are [mentioned|named]?",
            f"{find} {all_}locations from [this|the] {text_}.", f"{find} {all_}{places_}.",
            "Which [cities and countries|cities or countries|places] are mentioned in this text?", f"Name the places in [this|the] {text_}.",
            f"What places does [this|the] {text_} [mention|name|talk about]?", f"Which locations [appear|occur] in [this|the] {text_}?",
            f"Where are we? {find} the {places_} of [this|the] {text_}.", "Only the [places|locations], please.", f"[Make|Write|Give me] a list of [the|all] {places_}.",
            f"{find} every [place|location] [that is mentioned|that is named|mentioned|named].", f"{find} [the|all] {places_} [that occur|mentioned|named] in [this|the] {text_}.",
            f"[Which|What] {places_} can you [find|see] in [this|the] {text_}?", "[List|Name|Tag|Show] places only.", f"{places_}:", f"{find} {all_}geographical names.",
            f"Go through [this|the] {text_} and [list|note] every place.", f"From [this|the] {text_}, take all {places_}.", "List [the cities and countries|cities, countries and other places].",
            f"{find} {all_}{places_} [out of|found in] [this|the|the following] {text_}.", f"What are the {places_} [here|in it|in this {text_}]?",
            f"[Extract|Collect|List] [the |]geographical names [of|in|from] [this|the] {text_}.", f"{find} [the|all] cities, countries and other {places_} in [this|the] {text_}.",
            f"{find} {all_}places.", f"Where does [this|the] {text_} take place? List all places.",
        )  # fmt: skip
        return frame(d, instruction, text, label, "Places"), listed(places)
    instruction = d.phrase(
        "Which [organizations|companies] are mentioned?", f"{find} {all_}organizations.",
        f"{find} {all_}companies and organizations.", f"Which organizations [appear|occur] in [this|the] {text_}?",
        f"{find} {all_}organizations in [this|the] {text_}.",
    )  # fmt: skip
    return frame(d, instruction, text, label, "Organizations"), listed(organizations)


def item_without_names(d):
    return d.pick(
        [
            "The weather will stay cold.",
            "Doctors and nurses worked all night.",
            "Prices went up in March.",
            "The prison stands empty.",
            "More news will follow soon.",
            "The police are looking for witnesses.",
            f"A reader sent us {with_article(d.fill(NOUNS))}.",
        ]
    )
