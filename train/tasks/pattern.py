"""Few-shot patterns: two to five pairs show a mapping, one more input asks for it.

Some mappings need knowledge (country to capital), others only reading (the
first name in a sentence); the second kind keeps few-shot from becoming a quiz.
"""

from .common import table, with_article
from .names import DAYS, JOBS, MONTHS, NOUN_LIST, first_name, full_name, made_up, place
from .question import COUNTRY_FACTS
from .translation import ADJECTIVES, NOUNS, VERBS

OPPOSITES = [(a, b) for kind, a, b in table("pairs.txt") if kind == "opposite"]
KINDS = [(a, b) for kind, a, b in table("pairs.txt") if kind == "kind"]
TABLES = {
    "capital": [(country, capital) for country, capital, *_ in COUNTRY_FACTS],
    "continent": [(country, continent) for country, _, continent, *_ in COUNTRY_FACTS],
    "language": [(country, language) for country, _, _, language, _ in COUNTRY_FACTS],
    "opposite": OPPOSITES + [(b, a) for a, b in OPPOSITES],
    "kind": KINDS,
    "German": [(row[0], row[2]) for row in NOUNS] + [(row[0], row[1]) for row in ADJECTIVES],
    "French": [(row[0], row[4]) for row in NOUNS] + [(row[0], row[2]) for row in ADJECTIVES],
    "past": [(row[0], row[14]) for row in VERBS],
    "next day": [(day, DAYS[(i + 1) % 7]) for i, day in enumerate(DAYS)],
    "next month": [(month, MONTHS[(i + 1) % 12]) for i, month in enumerate(MONTHS)],
    "plural": [(noun, noun + "s") for noun in NOUN_LIST if noun[-1] not in "syhxfo" and noun != "knife"],
}


def read_off(d):
    """A pattern that can be solved by reading alone: a function making one (input, output)."""
    verb = d.pick(["lives in", "works in", "comes from", "flew to", "visited", "was born in", "moved to"])
    which = d.number(0, 13)

    def one():
        name, town, job, thing = (
            (full_name(d) if d.chance(0.3) else first_name(d)),
            place(d),
            d.pick(JOBS),
            d.pick(NOUN_LIST),
        )
        word = made_up(d, False)
        return [
            (f"{name} {verb} {town}.", town), (f"{name} {verb} {town}.", name), (f"{name}, {job}, {town}", job),
            (f"{name}, {job}, {town}", f"{name} is {with_article(job)} from {town}."),
            (f"{word} {thing}", f"{thing} {word}"), (f"{name} has {with_article(thing)}.", thing),
            (name, f"Hello {name}!"), (f"The {thing} of {name}", f"{name}'s {thing}"),
            (f"{word}, {thing}, {town}", word), (f"{word} {thing} {town}", town), (word, f"{word} {word}"),
            (f"{name} ({town})", f"{town}: {name}"), (f"{thing}-{word}", word), (f"{name} likes the {thing}.", f"The {thing} is liked by {name}."),
        ][which]  # fmt: skip

    return one


def make(d):
    n = d.pick([2, 2, 3, 3, 4, 5])
    if d.chance(0.5):
        one = read_off(d)
        pairs = [one() for _ in range(n + 1)]
    else:
        pairs = d.some(TABLES[d.pick(list(TABLES))], n + 1)
    start, middle, end = d.phrase(
        ("", " -> ", "\n"), ("", " => ", "\n"), ("", ": ", "\n"), ("Input: ", "\nOutput: ", "\n\n"),
        ("Q: ", "\nA: ", "\n\n"), ("", " = ", "\n"), ("Input: ", "\nOutput: ", "\n"),
        ("", " - ", "\n"), ("", "; ", "\n"), ("Question: ", "\nAnswer: ", "\n\n"), ("", " => ", " | "),
        ("In: ", " Out: ", "\n"), ("", ": ", ", "), ("", " -> ", ", "), ("Example: ", " -> ", "\n"),
        ("", " / ", "\n"), ("* ", ": ", "\n"), ("- ", " -> ", "\n"), ("", " -> ", " / "), ("", " - ", ", "), ("", " = ", "; "),
        ("Word: ", "\nResult: ", "\n\n"), ("", "\n", "\n\n"), ("", " becomes ", ". "), ('"', '" -> ', "\n"), ("Given: ", " Answer: ", "\n"),
    )  # fmt: skip
    shown = "".join(start + a + middle + b + end for a, b in pairs[:-1])
    head = d.pick(["", "", "", "Continue the pattern.\n\n", "Follow the examples.\n", "Complete the last line.\n\n",
        "Continue: ", "What comes next?\n", "Do the same.\n\n"])
    return (head + shown + start + pairs[-1][0] + middle).rstrip(), pairs[-1][1]
