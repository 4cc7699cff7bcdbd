"""People and places in a news item: made-up news, and real sentences with names swapped in."""

import re

from .common import capitalized, frame, lines, with_article
from .corpora import CORPORA, draw_from
from .names import (
    BUILDINGS,
    FEMALE_NAMES,
    JOBS,
    MALE_NAMES,
    NOUNS,
    full_name,
    future_date,
    organization,
    past_date,
    place,
)  # fmt: skip

NEWS = lines("news.txt")


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

    text = re.sub(r"\{(\w)\}", slot, d.phrase(*NEWS))
    text = capitalized(re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text))
    as_written = lambda names: [
        name if name in text else capitalized(name) for name in names
    ]  # "the Alps" may begin the sentence
    return text, *map(as_written, found.values())


def real_sentence(d):
    """A real sentence about Tom, Mary or John, with other names in their places."""
    for _ in range(60):
        text = draw_from(d, CORPORA.german)[0]
        words = set(re.findall(r"\w+", text))
        if words & {"Tom", "Mary", "Boston"}:
            break
    else:
        return news_sentence(d)
    # Any other capital inside the sentence might be a name too; labels must be complete.
    if any(
        w[0].isupper() and w not in {"Tom", "Mary", "Boston", "I"}
        for w in re.findall(r"[\w']+", text)[1:]
        if not w.startswith("I'")
    ):
        return news_sentence(d)
    people, places = [], []
    kinds = {"Tom": MALE_NAMES, "Mary": FEMALE_NAMES}

    def swap(match):
        if match.group(0) == "Boston":
            places.append(place(d))
            return places[-1]
        name = d.fill(kinds[match.group(0)]) if d.chance(0.6) else full_name(d)
        people.append(name)
        return name

    return re.sub(r"\b(Tom|Mary|Boston)\b", swap, text), people, places, []


def unique(names):
    return list(dict.fromkeys(names))


def listed(names):
    return ", ".join(names) if names else "none"


def item(d):
    n = d.pick([1, 1, 1, 2, 2, 3])
    sentences = [real_sentence(d) if CORPORA.german and d.chance(0.3) else news_sentence(d) for _ in range(n)]
    text = " ".join(sentence[0] for sentence in sentences)
    return text, *(unique(sum((sentence[i] for sentence in sentences), [])) for i in (1, 2, 3))


def make(d):
    text, people, places, organizations = item(d)
    if d.chance(0.06):
        text = "\n\n".join([text, item_without_names(d)])
    label = d.pick(["Text", "Text", "Sentence", "News", "Article", "Input", "Passage"])
    x = d.rng.random()
    if x < 0.5:
        instruction = d.phrase(
            "List the people and places in this sentence.", "Find the people and places in the following text.",
            "Extract all people and places from this text.",
            "Identify the people and places mentioned in the text.", "Which people and places are mentioned?",
            "List all people and places.",
            "Which people and places appear in this news item?",
            "Identify all people and places mentioned in the news article.", "Extract people and places.",
            "Name the people and places in the text.", "Find all persons and locations.",
            "Extract the persons and the locations from the text.",
            "Which persons and places occur in the following news?",
            "What people and places does the article mention?", "Extract named entities: people and places.",
            "Tag the people and places.", "Give me the people and places in this news item.",
            "Find named entities (people and places) in the text.",
            "List every person and every place in the news story.", "People and places in this text?",
            "Who and which places are mentioned in the text?",
        )  # fmt: skip
        return frame(
            d, instruction, text, label, "People and places"
        ), f"People: {listed(people)}; Places: {listed(places)}"
    if x < 0.66:
        instruction = d.phrase(
            "Extract the named entities.", "Find all named entities in the text.",
            "List the named entities in this sentence.", "Named entities.",
            "Identify the people, places and organizations in the text.",
            "List all people, places and organizations.", "Perform named entity recognition.",
            "Perform named entity recognition on this text.", "Which named entities are in the text?",
            "Recognize the named entities.",
            "Which people, places and organizations are mentioned?",
            "Extract people, places and organizations from the article.",
        )  # fmt: skip
        return frame(
            d, instruction, text, label, "Entities"
        ), f"People: {listed(people)}; Places: {listed(places)}; Organizations: {listed(organizations)}"
    if x < 0.82:
        instruction = d.phrase(
            "List the people in this sentence.", "Who is mentioned in this text?",
            "Extract all person names from the text.", "Which people are mentioned?",
            "Find the names of people.", "Give the names of all persons in the text.",
            "Which persons appear in the article?", "List all people.",
            "Extract the people.", "Who appears in this news item?", "Name all people mentioned in the text.",
        )  # fmt: skip
        return frame(d, instruction, text, label, "People"), listed(people)
    if x < 0.97:
        instruction = d.phrase(
            "List the places in this sentence.", "Which places are mentioned?",
            "Extract all locations from the text.", "Find the locations.",
            "Which cities and countries are mentioned in this text?", "Name the places in the article.",
            "What places does the text mention?",
            "Extract the places.", "List all places.", "Which locations appear in the news item?",
            "Find all places in the text.",
        )  # fmt: skip
        return frame(d, instruction, text, label, "Places"), listed(places)
    instruction = d.phrase(
        "Which organizations are mentioned?",
        "Extract the organizations.",
        "List all companies and organizations.",
        "Find the organizations.",
    )
    return frame(d, instruction, text, label, "Organizations"), listed(organizations)


def item_without_names(d):
    return d.pick(
        [
            "The weather will stay cold.",
            "More news will follow soon.",
            "The police are looking for witnesses.",
            f"A reader sent us {with_article(d.fill(NOUNS))}.",
        ]
    )
