"""Questions answered from memory: the solar system, countries, single words, common facts, sums."""

from .common import NUMBER_WORDS, as_typed, capitalized, lines, table, with_article
from .corpora import CORPORA
from .pattern import COUNTRIES, TABLES

FACTS = table("facts.txt")  # "question / other wording / ...|answer"
ORDINALS = "first second third fourth fifth sixth seventh eighth".split()
# name, kind, moons known in 2024, million km from the sun, rings
PLANETS = [
    ("Mercury", "a small rocky planet", "0", "58", "No"), ("Venus", "a hot rocky planet", "0", "108", "No"),
    ("Earth", "a rocky planet", "1", "150", "No"), ("Mars", "a small rocky planet", "2", "228", "No"),
    ("Jupiter", "a gas giant", "95", "778", "Yes"), ("Saturn", "a gas giant", "146", "1,432", "Yes"),
    ("Uranus", "an ice giant", "28", "2,867", "Yes"), ("Neptune", "an ice giant", "16", "4,515", "Yes"),
]  # fmt: skip
MOONS = [("Earth", "Moon")] + [
    (planet, moon)
    for planet, moons in {
        "Mars": "Phobos Deimos", "Jupiter": "Io Europa Ganymede Callisto Amalthea",
        "Saturn": "Titan Enceladus Mimas Rhea Dione Tethys Iapetus Hyperion Phoebe",
        "Uranus": "Miranda Ariel Umbriel Titania Oberon", "Neptune": "Triton Nereid Proteus", "Pluto": "Charon",
    }.items()
    for moon in moons.split()
]  # fmt: skip


MOON_OR_PLANET = (
    "Is {m} a moon or a planet?", "Is {m} a planet or a moon?", "What kind of object is {m}, a moon or a planet?", "{m}: moon or planet?",
    "What is {m}, a planet or a moon?", "Do you know whether {m} is a moon or a planet?", "Moon or planet: what is {m}?",
    "Would you call {m} a planet or a moon?", "Does {m} count as a moon or as a planet?", "Tell me if {m} is a moon or a planet.",
    "Is it right that {m} is a planet, or is it a moon?", "Planet or moon, what is {m}?", "Which is {m}: a planet or a moon?",
    "Should I say planet or moon when I speak of {m}?", "In astronomy, is {m} a planet or a moon?", "A moon or a planet, what is {m}?",
    "Am I right that {m} is a moon, or is it a planet?", "I wonder if {m} is a planet or a moon.",
)  # fmt: skip


def moon(d):
    planet, name = d.pick(CORPORA.moons) if CORPORA.moons and d.chance(0.2) else d.pick(MOONS)
    if name == "Moon":
        name = "the Moon"
    home = f"{capitalized(name)} is a moon of {planet}."
    kind = d.pick(["where", "which", "what", "what is it"])
    if kind == "where":
        question = d.phrase(
            "Where is {m} located in the solar system?", "Where is {m} located?", "Where is {m}?",
            "Where can you find {m} in the solar system?", "In the solar system, where is {m}?",
            "Where is the moon {m}?",
            "Where in the solar system is {m}?", "Where do I find {m}?", "In which part of the solar system is {m}?",
            "Where would a spacecraft have to fly to reach {m}?", "At which place in the solar system do we find {m}?",
            "What is the location of {m}?", "Can you tell me where {m} is?", "Where does {m} move through space?", "{m}: where is it?",
            "Where could an astronomer see {m}?", "Do you know where {m} is located?", "Location of {m}?",
        )  # fmt: skip
        return question.format(m=name), f"{home} It orbits {planet} in the solar system."
    if kind == "which":
        question = d.phrase(
            "Which planet does {m} orbit?", "{m} is a moon of which planet?", "What planet is {m} a moon of?",
            "Which planet has a moon called {m}?", "What does {m} orbit?", "Around which planet does {m} move?",
            "Name the planet that {m} orbits.", "{m} orbits which planet?", "What planet does {m} belong to?",
            "Which planet is {m} a moon of?", "To which planet does {m} belong?", "Which planet does {m} go around?",
            "{m} is a moon. Of which planet?", "Near which planet is {m}?", "Which planet holds {m} in its orbit?", "What does {m} revolve around?",
            "The moon {m} circles which planet?", "Whose moon is {m}?", "{m} goes around what?", "Of which planet is {m} a satellite?",
        )  # fmt: skip
        return capitalized(question.format(m=name)), planet
    if kind == "what is it":
        return capitalized(d.phrase(*MOON_OR_PLANET).format(m=name)), home
    question = d.phrase(
        "What is {m}?", "Tell me about {m}.", "Describe {m}.", "What do you know about {m}?", "Tell me something about {m}.",
        "What sort of thing is {m}?", "Explain what {m} is.", "What can you say about {m}?", "Give me a fact about {m}.",
        "Who or what is {m}?", "Have you heard of {m}?", "I read about {m}. What is it?", "What is meant by {m}?", "Say something about {m}.",
        "What exactly is {m}?", "Could you describe {m}?", "What do people know about {m}?", "Please describe {m} for me.", "Write a line about {m}.",
    )  # fmt: skip
    return question.format(m=name), home


def planet(d):
    index = d.number(0, 7)
    name, kind, moons, distance, rings = PLANETS[index]
    nth = ORDINALS[index]
    about = f"{name} is {kind}. It is the {nth} planet from the sun."
    choices = [
        (("How many moons does {p} have?", "What is the number of moons of {p}?",
            "How many moons orbit {p}?", "{p} has how many moons?", "How many moons go around {p}?", "Do you know how many moons {p} has?",
            "Tell me the number of moons of {p}.", "How many natural satellites does {p} have?", "Count the moons of {p}."), moons),
        (("What is {p}?", "Tell me about {p}.", "Describe the planet {p}.", "What do you know about {p}?",
            "What kind of planet is {p}?", "Tell me something about the planet {p}.", "What can you say about {p}?",
            "Describe {p}.", "Explain what {p} is.", "Give me some facts about {p}.", "{p}, what is that?", "Say something about {p}.", "Could you describe {p}?"), about),
        (("Which planet is the {n} from the sun?", "What is the {n} planet from the sun?",
            "Name the {n} planet of the solar system.", "Counted from the sun, what is the {n} planet?",
            "Which is the {n} planet of the solar system?", "What is the name of the {n} planet from the sun?",
            "Which planet comes {n} when you start at the sun?", "Tell me the {n} planet from the sun."), name),
        (("Where is {p} located in the solar system?", "Where is {p}?",
            "What is the position of {p} in the solar system?", "Where in the solar system is {p}?", "Where do we find {p}?",
            "Where can you find {p} in the solar system?", "Where is the planet {p} located?", "Which place does {p} have in the solar system?",
            "In the order of the planets, where is {p}?"), f"{name} is the {nth} planet from the sun."),
        (("How far is {p} from the sun?", "What is the distance between {p} and the sun?", "How far away from the sun is {p}?",
            "What is the distance from the sun to {p}?", "How many kilometers are there between the sun and {p}?",
            "How many kilometers from the sun is {p}?", "Tell me how far {p} is from the sun.", "How distant is {p} from the sun?", "{p} is how far from the sun?",
            "Do you know how far {p} is from the sun?", "At what distance from the sun is {p}?"), f"about {distance} million kilometers"),
        (("Does {p} have rings?", "Are there rings around {p}?", "Is {p} a planet with rings?", "Do rings surround {p}?",
            "Has {p} got rings?", "Can you see rings around {p}?",
            "Is there a ring around {p}?", "Does the planet {p} have rings?", "{p}: does it have rings?", "Do you know if {p} has rings?"), rings),
        (MOON_OR_PLANET, f"{name} is a planet."),
    ]  # fmt: skip
    own = [m for p, m in MOONS if p == name and m != "Moon"]
    if own:
        choices.append(
            (
                (
                    "Which moons does {p} have?", "Name some moons of {p}.", "List the moons of {p}.", "Name the moons of {p}.",
                    "What are the moons of {p}?", "Which moons orbit {p}?", "What are the moons of {p} called?", "Tell me some moons of {p}.",
                    "What are the names of the moons of {p}?", "Which moons go around {p}?", "Give me the names of some moons of {p}.",
                ),
                ", ".join(own[:4]),
            )
        )  # fmt: skip
    wordings, answer = d.pick(choices)
    return capitalized(d.phrase(*wordings).format(p=name, m=name, n=nth)), answer


def country(d):
    name, capital, continent, language, currency = d.pick(COUNTRIES)
    shown = capitalized(name)
    wordings, answer = d.pick([
        (("What is the capital of {c}?", "What's the capital city of {c}?", "Name the capital of {c}.",
            "Which city is the capital of {c}?", "The capital of {c} is", "Tell me the capital of {c}.",
            "capital of {c}", "What is {c}'s capital?", "Do you know the capital of {c}?", "{c}: what is its capital?",
            "From which city is {c} governed?", "What is the name of the capital of {c}?", "{c} has which capital?", "Can you name the capital of {c}?",
            "Which capital does {c} have?", "What city is the capital of {c}?",
            "Country: {c}\n[Capital|Capital city]:", "[{c}'s capital|capital city of {c}|{c}, capital|the capital of {c}][?|]", "{c} - capital?", "[Give|Say|Write] the capital [city |]of {c}."), capital),
        (("What is the capital of {c}?", "What's the capital of {c}?", "Which city is {c}'s capital?", "What is the capital city of {c}?",
            "Please name the capital of {c}.", "The capital of {c}?", "Give me the capital of {c}.", "I want to know the capital of {c}."), capital),
        (("{k} is the capital of which country?", "In which country is {k}?",
            "Which country has {k} as its capital?", "What country is {k} in?", "{k} is in which country?", "To which country does {k} belong?",
            "What is the country of {k}?", "Which country's capital is {k}?", "Of which country is {k} the capital?", "In what country do I find {k}?"), shown),
        (("Where is {k}?", "Where is {k} located?", "Where can I find {k}?", "Where do I find {k}?", "What is the location of {k}?",
            "Can you tell me where {k} is?", "Where in the world is {k}?", "Do you know where {k} is?"),
            f"{capital} is the capital of {name}."),
        (("On which continent is {c}?", "Which continent is {c} in?", "{c} is on which continent?",
            "What continent does {c} belong to?", "{c} belongs to which continent?", "On what continent is {c} located?",
            "What is the continent of {c}?", "Name the continent of {c}.", "Which continent does {c} lie on?",
            "Where is {c}, on which continent?", "Of which continent is {c} a part?", "Tell me the continent of {c}.", "What continent is {c} on?"), continent),
        (("What language is spoken in {c}?", "What is the main language of {c}?",
            "Which language do people speak in {c}?", "What do people speak in {c}?", "Which language is spoken in {c}?", "In {c}, what language do people use?",
            "What is the language of {c}?", "Which language should I learn before I go to {c}?", "Name the language of {c}.", "What language do they speak in {c}?"), language),
        (("What currency is used in {c}?", "What is the currency of {c}?", "How do people pay in {c}?",
            "What money is used in {c}?", "Which currency does {c} have?", "What is the money in {c} called?", "With which money do I pay in {c}?",
            "What currency do people use in {c}?", "Which money do I need in {c}?", "Name the currency of {c}."), currency),
        (("Where is {c}?", "Where is {c} located?", "In which part of the world is {c}?", "Where do I find {c}?",
            "Where in the world is {c}?", "What is the location of {c}?", "Can you tell me where {c} is?", "Where on the map is {c}?"),
            f"{shown} is in {continent}."),
        (("Tell me about {c}.", "What do you know about {c}?", "Describe {c}.", "Tell me something about {c}.", "What is {c}?",
            "What can you say about {c}?", "Give me some facts about {c}.", "Describe the country {c}."),
            f"{shown} is a country in {continent}. Its capital is {capital} and its main language is {language}."),
    ])  # fmt: skip
    return capitalized(d.phrase(*wordings).format(c=name, k=capital)), answer


def fact(d):
    questions, answer = d.pick(FACTS)
    question, *others = questions.split(" / ")
    if d.split == "phrasings" or d.chance(0.7):
        question = d.phrase(*(others or [question]))
    if d.chance(0.3) and question.startswith("What is "):
        rest = question[8:-1]
        question = d.phrase(
            "What's {r}?", "Tell me {r}.", "Do you know {r}?", "Name {r}.", "Can you tell me {r}?", "{r}", "Say {r}.", "Give me {r}.", "Please tell me {r}.",
            "I want to know {r}.", "I forgot {r}.", "Do you remember {r}?",
        ).format(r=rest)
    elif d.chance(0.1):
        question = (
            "Can you tell me " + question[0].lower() + question[1:] if question[:3] == "Who" else question.rstrip("?")
        )
    elif d.chance(0.1):
        question = question[0].lower() + question[1:]
    return question, capitalized(answer) if len(answer) > 2 else answer


# {kind of a table of pattern.py: wordings of a question}
WORD_QUESTIONS = {kind: tuple(wordings.split(" / ")) for kind, wordings in (line.split(" => ") for line in lines("word_questions.txt"))}
# How often each is asked: of large tables and of opposites more.
WORD_KINDS = [(kind, 60 if kind == "opposite" else min(len(TABLES[kind]), 30) ** 0.5) for kind in WORD_QUESTIONS]
AS_IT_STANDS = ("unit", "abbreviation", "chemical symbol", "Spanish", "number word", "British spelling")


def word(d):
    """The opposite, the plural, the color, the home ... of a word."""
    kind = d.weighted(WORD_KINDS)
    a, answer = d.pick(TABLES[kind])
    question = d.phrase(*WORD_QUESTIONS[kind]).format(a=a, aa=with_article(a))
    if kind in AS_IT_STANDS:
        return question, answer
    # As facts.txt answers: "A puppy", "Four".
    if kind in ("young", "group"):
        answer = with_article(answer)
    elif kind == "legs" and int(answer) < len(NUMBER_WORDS):
        answer = NUMBER_WORDS[int(answer)]
    return question, capitalized(answer)


def arithmetic(d):
    a, b = d.number(1, 20), d.number(1, 20)
    kind = d.pick(["plus", "minus", "times"])
    if kind == "plus":
        return d.phrase(
            "What is {a} + {b}?", "What is {a} plus {b}?", "Calculate {a} + {b}.", "{a} + {b} =", "Add {a} and {b}.", "How much is {a} + {b}?",
            "How much is {a} plus {b}?", "{a} plus {b}?", "What is the sum of {a} and {b}?", "{a} + {b}", "Compute {a} + {b}.", "What do {a} and {b} make together?",
            "Add {b} to {a}.", "{a} and {b} is", "Solve: {a} + {b}", "What does {a} + {b} equal?", "Sum of {a} and {b}?", "{a} + {b} = ?",
            "Tell me what {a} + {b} is.", "If I add {b} to {a}, what do I get?", "Add up {a} and {b}.", "What is the result of {a} + {b}?", "Work out {a} + {b}.",
            "What number is {a} + {b}?", "{a} plus {b} equals", "I have {a} and get {b} more. How many?", "Find the sum of {a} and {b}.",
        ).format(a=a, b=b), str(a + b)
    if kind == "minus":
        a, b = max(a, b), min(a, b)
        return d.phrase(
            "What is {a} - {b}?", "What is {a} minus {b}?", "Calculate {a} - {b}.", "{a} - {b} =", "Subtract {b} from {a}.", "How much is {a} - {b}?",
            "How much is {a} minus {b}?", "{a} minus {b}?", "{a} - {b}", "Compute {a} - {b}.", "Take {b} away from {a}.", "What is left of {a} without {b}?",
            "Solve: {a} - {b}", "What does {a} - {b} equal?", "{a} - {b} = ?", "Tell me what {a} - {b} is.", "What is the difference between {a} and {b}?",
            "If I take {b} from {a}, what is left?",
        ).format(a=a, b=b), str(a - b)
    a, b = d.number(1, 10), d.number(1, 10)
    return d.phrase(
        "What is {a} times {b}?", "What is {a} x {b}?", "Calculate {a} * {b}.", "Multiply {a} by {b}.", "{a} * {b} =", "How much is {a} times {b}?",
        "How much is {a} x {b}?", "{a} times {b}?", "{a} x {b} =", "{a} * {b}", "Compute {a} * {b}.", "What is the product of {a} and {b}?", "Multiply {a} and {b}.",
        "Solve: {a} x {b}", "What does {a} * {b} equal?", "{a} x {b} = ?", "Tell me what {a} times {b} is.", "What is {a} multiplied by {b}?", "What is {a} * {b}?",
    ).format(a=a, b=b), str(a * b)


def make(d):
    question, answer = d.weighted([(moon, 10), (planet, 8), (country, 16), (fact, 34), (word, 26), (arithmetic, 6)])(d)
    question = as_typed(d, question, 0.1)
    if d.chance(0.45):
        return question, answer
    if d.chance(0.1):
        question = question[0].lower() + question[1:]
    wrapper = d.phrase(
        "Question: {q}", "Question: {q}\nAnswer:", "Q: {q}\nA:", "Answer the question: {q}",
        "Question: {q}\n\nAnswer:",
        "Answer the following question. {q}", "Please answer the following question. {q}", "{q} Answer:", "Q: {q}",
        "Answer the following question.\n\n{q}", "Please answer this question: {q}", "{q}\nAnswer:", "{q}\n\nAnswer:",
        "Give a short answer: {q}", "Quiz: {q}", "I have a question. {q}", "[Please tell me|Tell me|I want to know]: {q}",
        "[Hi|Hello|Hey][,|!] {q}", "User: {q}\nAssistant:", "Human: {q}\nAI:", "{q}\n\nShort answer:", "### Question\n{q}\n### Answer",
        "[Trivia|Quick question|Knowledge test|General knowledge]: {q}", "Answer [briefly|in a few words|shortly]: {q}",
        "{q} [Please answer.|Thanks!|I forgot it.|Do you know?]", "[Can you help me|Help me][.|?] {q}", "[My son asks|My teacher asks|Somebody asked me]: {q}",
    )  # fmt: skip
    if wrapper.startswith("{q} ") and question[-1] not in "?.!":
        question += "?"
    return wrapper.format(q=question), answer
