"""Questions answered from memory: the solar system, countries, common facts, sums."""

from .common import capitalized, table
from .corpora import CORPORA

COUNTRY_FACTS = table("countries.txt")
FACTS = table("facts.txt")
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


def moon(d):
    planet, name = d.pick(CORPORA.moons) if CORPORA.moons and d.chance(0.2) else d.pick(MOONS)
    if name == "Moon":
        name = "the Moon"
    home = f"{capitalized(name)} is a moon of {planet}."
    kind = d.pick(["where", "which", "what"])
    if kind == "where":
        question = d.phrase(
            "Where is {m} located in the solar system?", "Where is {m} located?", "Where is {m}?",
            "Where can you find {m} in the solar system?", "In the solar system, where is {m}?",
            "Where is the moon {m}?",
            "Where in the solar system is {m}?", "Where do I find {m}?", "In which part of the solar system is {m}?",
        )  # fmt: skip
        return question.format(m=name), f"{home} It orbits {planet} in the solar system."
    if kind == "which":
        question = d.phrase(
            "Which planet does {m} orbit?", "{m} is a moon of which planet?", "What planet is {m} a moon of?",
            "Which planet has a moon called {m}?", "What does {m} orbit?", "Around which planet does {m} move?",
            "Name the planet that {m} orbits.", "{m} orbits which planet?", "What planet does {m} belong to?",
        )  # fmt: skip
        return capitalized(question.format(m=name)), planet
    question = d.phrase(
        "What is {m}?",
        "Tell me about {m}.",
        "Is {m} a moon or a planet?",
        "Describe {m}.",
        "What do you know about {m}?",
        "What kind of object is {m}?",
    )
    return question.format(m=name), home


def planet(d):
    index = d.number(0, 7)
    name, kind, moons, distance, rings = PLANETS[index]
    nth = ORDINALS[index]
    about = f"{name} is {kind}. It is the {nth} planet from the sun."
    choices = [
        (d.phrase("How many moons does {p} have?", "What is the number of moons of {p}?",
            "How many moons orbit {p}?"), moons),
        (d.phrase("What is {p}?", "Tell me about {p}.", "Describe the planet {p}.", "What do you know about {p}?",
            "What kind of planet is {p}?"), about),
        (d.phrase("Which planet is the {n} from the sun?", "What is the {n} planet from the sun?",
            "Name the {n} planet of the solar system."), name),
        (d.phrase("Where is {p} located in the solar system?", "Where is {p}?",
            "What is the position of {p} in the solar system?"), f"{name} is the {nth} planet from the sun."),
        (d.phrase("How far is {p} from the sun?", "What is the distance between {p} and the sun?"),
            f"about {distance} million kilometers"),
        (d.phrase("Does {p} have rings?", "Are there rings around {p}?"), rings),
    ]  # fmt: skip
    own = [m for p, m in MOONS if p == name and m != "Moon"]
    if own:
        choices.append(
            (
                d.phrase(
                    "Which moons does {p} have?",
                    "Name some moons of {p}.",
                    "List the moons of {p}.",
                    "Name the moons of {p}.",
                ),
                ", ".join(own[:4]),
            )
        )
    question, answer = d.pick(choices)
    return question.format(p=name, n=nth), answer


def country(d):
    name, capital, continent, language, currency = d.pick(COUNTRY_FACTS)
    shown = capitalized(name)
    question, answer = d.pick([
        (d.phrase("What is the capital of {c}?", "What's the capital city of {c}?", "Name the capital of {c}.",
            "Which city is the capital of {c}?", "The capital of {c} is", "Tell me the capital of {c}.",
            "capital of {c}", "What is {c}'s capital?", "Do you know the capital of {c}?"), capital),
        (d.phrase("What is the capital of {c}?", "What's the capital of {c}?", "Which city is {c}'s capital?"),
            capital),
        (d.phrase("{k} is the capital of which country?", "In which country is {k}?",
            "Which country has {k} as its capital?", "What country is {k} in?"), shown),
        (d.phrase("Where is {k}?", "Where is {k} located?", "Where can I find {k}?"),
            f"{capital} is the capital of {name}."),
        (d.phrase("On which continent is {c}?", "Which continent is {c} in?", "{c} is on which continent?",
            "What continent does {c} belong to?"), continent),
        (d.phrase("What language is spoken in {c}?", "What is the main language of {c}?",
            "Which language do people speak in {c}?"), language),
        (d.phrase("What currency is used in {c}?", "What is the currency of {c}?", "How do people pay in {c}?",
            "What money is used in {c}?"), currency),
        (d.phrase("Where is {c}?", "Where is {c} located?", "In which part of the world is {c}?"),
            f"{shown} is in {continent}."),
        (d.phrase("Tell me about {c}.", "What do you know about {c}?", "Describe {c}."),
            f"{shown} is a country in {continent}. Its capital is {capital} and its main language is {language}."),
    ])  # fmt: skip
    return capitalized(question.format(c=name, k=capital)), answer


def fact(d):
    question, answer = d.pick(FACTS)
    if d.chance(0.3) and question.startswith("What is "):
        rest = question[8:-1]
        question = d.phrase(
            "What's {r}?", "Tell me {r}.", "Do you know {r}?", "Name {r}.", "Can you tell me {r}?", "{r}"
        ).format(r=rest)
    elif d.chance(0.1):
        question = (
            "Can you tell me " + question[0].lower() + question[1:] if question[:3] == "Who" else question.rstrip("?")
        )
    elif d.chance(0.1):
        question = question[0].lower() + question[1:]
    return question, capitalized(answer) if len(answer) > 2 else answer


def arithmetic(d):
    a, b = d.number(1, 20), d.number(1, 20)
    kind = d.pick(["plus", "minus", "times"])
    if kind == "plus":
        return d.phrase(
            "What is {a} + {b}?",
            "What is {a} plus {b}?",
            "Calculate {a} + {b}.",
            "{a} + {b} =",
            "Add {a} and {b}.",
            "How much is {a} + {b}?",
        ).format(a=a, b=b), str(a + b)
    if kind == "minus":
        a, b = max(a, b), min(a, b)
        return d.phrase(
            "What is {a} - {b}?",
            "What is {a} minus {b}?",
            "Calculate {a} - {b}.",
            "{a} - {b} =",
            "Subtract {b} from {a}.",
        ).format(a=a, b=b), str(a - b)
    a, b = d.number(1, 10), d.number(1, 10)
    return d.phrase(
        "What is {a} times {b}?", "What is {a} x {b}?", "Calculate {a} * {b}.", "Multiply {a} by {b}.", "{a} * {b} ="
    ).format(a=a, b=b), str(a * b)


def make(d):
    x = d.rng.random()
    make_one = moon if x < 0.25 else planet if x < 0.38 else country if x < 0.62 else fact if x < 0.9 else arithmetic
    question, answer = make_one(d)
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
        "[Trivia|Quick question|Knowledge test|Geography and science]: {q}", "Answer [briefly|in a few words|shortly]: {q}",
        "{q} [Please answer.|Thanks!|I forgot it.|Do you know?]", "[Can you help me|Help me][.|?] {q}", "[My son asks|My teacher asks|Somebody asked me]: {q}",
    )  # fmt: skip
    return wrapper.format(q=question), answer
