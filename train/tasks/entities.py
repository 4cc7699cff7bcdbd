"""People and places in a news item: made-up news, and real sentences with names swapped in."""

import re

from .common import (
    BUILDINGS, JOBS, NOUNS, MALE_NAMES, FEMALE_NAMES, capitalized, first_name, frame, full_name, future_date, organization, past_date, place, with_article,
)  # fmt: skip
from .corpora import CORPORA, draw_from

# {p} a person, {l} a place, {o} an organization, {d} a past date, {D} with a capital, {s} after "since", {t} a future date, {j} a job, {n} a thing, {b} a building, {m} a number
NEWS = """{p} visited {l} {d}.|{p}, a {j} from {l}, met {p} {d}.|Police in {l} arrested {p} {d}.|The {j} {p} moved from {l} to {l}.
{p} and {p} were seen in {l} {d}.|Officials in {l} said that {p} will travel to {l} {t}.|{o} opened a new office in {l}, said {p}.
{p} was elected mayor of {l} {d}.|A storm hit {l} and {l} {d}.|{p} signed a contract with {o} {d}.|The {b} in {l} was closed {d}.
According to {p}, the flood in {l} damaged many houses.|{o} announced {d} that {p} will become its new director.
{p} won the race in {l} ahead of {p}.|The concert of {p} in {l} was cancelled {d}.|{p} flew from {l} to {l} to meet {p}.
After the match in {l}, coach {p} praised the team.|President {p} met Prime Minister {p} in {l} {d}.|The film by {p} was shot in {l} and {l}.
{p} works for {o} in {l}.|{l} will host the games {t}, {p} said.|{p} told reporters in {l} that {o} will close its factory.
Scientists from {l} led by {p} found a new species near {l}.|{p} was born in {l} and grew up in {l}.|Thousands of people gathered in {l} {d}.
The lawyer of {p} did not comment.|{o} sold its shares {d}.|{p} lives in {l} with {p}.|{D}, {p} opened a restaurant in {l}.
Two trains collided near {l} {d}, and {p} from the fire department said nobody was hurt.|The minister of health, {p}, resigned {d}.
{p} beat {p} in the final in {l}.|{p} and {p} married in {l} {d}.|The book by {p} tells the story of a {j} in {l}.
Prices in {l} rose {d}, as {o} reported.|{p} has been missing in {l} since {s}.|A {j} from {l} found a {n} worth a million dollars.
The {n} of {p} was stolen in {l} {d}.|{p}, who lives in {l}, is the new head of {o}.|The mayor of {l}, {p}, thanked {p} for the help.
"We are very happy," said {p} in {l}.|"This is a great day for {l}," {p} said {d}.|"Nobody was hurt," {p} told the newspaper in {l}.
The flight from {l} to {l} was delayed because of fog.|Heavy snow closed the road between {l} and {l} {d}.|{p} gave a speech at {o} {d}.
Chancellor {p} will meet {p} in {l} {t} to talk about trade.|{p} scored twice as {l} beat {l}.|The court in {l} sentenced {p} to five years in prison.
Fire destroyed a {b} in {l} {d}.|The painter {p} showed new pictures in {l}.|{p} donated a {n} to the {b} in {l}.|Actor {p} bought a house in {l}.
Tourists from {l} love the {b} of {l}.|The river near {l} flooded the {b} {d}.|{D}, the government of {l} and {o} signed an agreement.
{p} travelled through {l}, {l} and {l} {d}.|Students from {l} visited {o}.|{p}, {p} and {p} won the prize in {l}.|Singer {p} will start the tour in {l}.
{o} will build a {b} in {l}, {p} announced.|Researchers at {o} in {l} developed a new {n}.|The {j} {p} rescued a child in {l} {d}.
{p} left {l} and arrived in {l} {d}.|The team of {p} lost against {l}.|Nobody in {l} had seen {p} before.|In {l}, {p} is known as a {j}.
{p} called for elections in {l}.|The trial of {p} begins in {l} {t}.|The king of {l} invited {p} {d}.|Astronaut {p} landed safely near {l}.
The {j} {p} said that the {b} in {l} will open {t}.|Firefighters from {l} and {l} put out a fire in the {b}.|{p} lost a {n} on the way to {l}.
A bus with {m} tourists from {l} crashed near {l} {d}.|The prime minister of {l}, {p}, apologized to {p} {d}.|{p} wrote in a letter to {p} that {l} was beautiful.
The novel begins in {l}, where {p} meets the {j} {p}.|{p} (aged {m}) from {l} won {m} thousand dollars {d}.|Mayor {p} opened the new {b} of {l} together with {p}.
{p} moved from {l} to {l} to work as a {j}.|{p} and his wife {p} live near {l}.|{p} studied in {l} before working for {o}.|The {n} was found in {l} by {p} and {p}.
{l}: A {j} called {p} was arrested {d}.|{l} ({D}) - {p} will not return to {l}, said {p}.|Both {p} and {p} come from {l}.|{p} was the first woman from {l} to win the prize.
{p} from {l} painted a {n}.|Workers at {o} went on strike {d}.|Weather in {l} will be sunny.|The ship from {l} reached {l} {d} with {p} on board."""
NEWS = [template for line in NEWS.splitlines() for template in line.split("|")]


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
    as_written = lambda names: [name if name in text else capitalized(name) for name in names]  # "the Alps" may begin the sentence
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
    if any(w[0].isupper() and w not in {"Tom", "Mary", "Boston", "I"} for w in re.findall(r"[\w']+", text)[1:] if not w.startswith("I'")):
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
            "List the people and places in this sentence.", "Find the people and places in the following text.", "Extract all people and places from this text.",
            "Identify the people and places mentioned in the text.", "Which people and places are mentioned?", "List all people and places.",
            "Which people and places appear in this news item?", "Identify all people and places mentioned in the news article.", "Extract people and places.",
            "Name the people and places in the text.", "Find all persons and locations.", "Extract the persons and the locations from the text.",
            "Which persons and places occur in the following news?", "What people and places does the article mention?", "Extract named entities: people and places.",
            "Tag the people and places.", "Give me the people and places in this news item.", "Find named entities (people and places) in the text.",
            "List every person and every place in the news story.", "People and places in this text?", "Who and which places are mentioned in the text?",
        )  # fmt: skip
        return frame(d, instruction, text, label, "People and places"), f"People: {listed(people)}; Places: {listed(places)}"
    if x < 0.66:
        instruction = d.phrase(
            "Extract the named entities.", "Find all named entities in the text.", "List the named entities in this sentence.", "Named entities.",
            "Identify the people, places and organizations in the text.", "List all people, places and organizations.", "Perform named entity recognition.",
            "Perform named entity recognition on this text.", "Which named entities are in the text?", "Recognize the named entities.",
            "Which people, places and organizations are mentioned?", "Extract people, places and organizations from the article.",
        )  # fmt: skip
        return frame(d, instruction, text, label, "Entities"), f"People: {listed(people)}; Places: {listed(places)}; Organizations: {listed(organizations)}"
    if x < 0.82:
        instruction = d.phrase(
            "List the people in this sentence.", "Who is mentioned in this text?", "Extract all person names from the text.", "Which people are mentioned?",
            "Find the names of people.", "Give the names of all persons in the text.", "Which persons appear in the article?", "List all people.",
            "Extract the people.", "Who appears in this news item?", "Name all people mentioned in the text.",
        )  # fmt: skip
        return frame(d, instruction, text, label, "People"), listed(people)
    if x < 0.97:
        instruction = d.phrase(
            "List the places in this sentence.", "Which places are mentioned?", "Extract all locations from the text.", "Find the locations.",
            "Which cities and countries are mentioned in this text?", "Name the places in the article.", "What places does the text mention?",
            "Extract the places.", "List all places.", "Which locations appear in the news item?", "Find all places in the text.",
        )  # fmt: skip
        return frame(d, instruction, text, label, "Places"), listed(places)
    instruction = d.phrase("Which organizations are mentioned?", "Extract the organizations.", "List all companies and organizations.", "Find the organizations.")
    return frame(d, instruction, text, label, "Organizations"), listed(organizations)


def item_without_names(d):
    return d.pick(["The weather will stay cold.", "More news will follow soon.", "The police are looking for witnesses.", f"A reader sent us {with_article(d.fill(NOUNS))}."])
