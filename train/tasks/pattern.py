"""Few-shot patterns: two to five pairs show a mapping, one more input asks for it.

Some mappings need knowledge (country to capital), others only reading (the
first name in a sentence); the second kind keeps few-shot from becoming a quiz.
"""

from .common import DAYS, JOBS, MONTHS, NOUN_LIST, first_name, full_name, made_up, place, with_article
from .question import COUNTRY_FACTS
from .translation import ADJECTIVES, NOUNS, VERBS

OPPOSITES = """hot cold|big small|up down|left right|happy sad|fast slow|light dark|old young|new old|rich poor|high low|full empty|open closed|
early late|strong weak|wet dry|hard soft|long short|thick thin|clean dirty|loud quiet|good bad|true false|near far|day night|summer winter|black white|
sweet sour|begin end|buy sell|win lose|love hate|push pull|give take|come go|laugh cry|heavy light|deep shallow|wide narrow|cheap expensive"""
OPPOSITES = [tuple(pair.split()) for pair in OPPOSITES.replace("\n", "").split("|")]
KINDS = """dog animal|cat animal|horse animal|eagle animal|tiger animal|rose plant|oak plant|tulip plant|apple fruit|banana fruit|cherry fruit|lemon fruit|
carrot vegetable|potato vegetable|onion vegetable|hammer tool|saw tool|screwdriver tool|piano instrument|violin instrument|guitar instrument|drum instrument|
red color|blue color|green color|yellow color|bus vehicle|car vehicle|train vehicle|bicycle vehicle|shirt clothing|hat clothing|coat clothing|table furniture|chair furniture|
sofa furniture|coffee drink|tea drink|milk drink|doctor job|teacher job|baker job"""
KINDS = [tuple(pair.split()) for pair in KINDS.replace("\n", "").split("|")]
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
    which = d.number(0, 7)

    def one():
        name, town, job, thing = (full_name(d) if d.chance(0.3) else first_name(d)), place(d), d.pick(JOBS), d.pick(NOUN_LIST)
        word = made_up(d, False)
        return [
            (f"{name} {verb} {town}.", town), (f"{name} {verb} {town}.", name), (f"{name}, {job}, {town}", job), (f"{name}, {job}, {town}", f"{name} is {with_article(job)} from {town}."),
            (f"{word} {thing}", f"{thing} {word}"), (f"{name} has {with_article(thing)}.", thing), (name, f"Hello {name}!"), (f"The {thing} of {name}", f"{name}'s {thing}"),
        ][which]  # fmt: skip

    return one


def make(d):
    n = d.pick([2, 2, 3, 3, 4, 5])
    if d.chance(0.45):
        one = read_off(d)
        pairs = [one() for _ in range(n + 1)]
    else:
        pairs = d.some(TABLES[d.pick(list(TABLES))], n + 1)
    start, middle, end = d.phrase(
        ("", " -> ", "\n"), ("", " => ", "\n"), ("", ": ", "\n"), ("Input: ", "\nOutput: ", "\n\n"), ("Q: ", "\nA: ", "\n\n"), ("", " = ", "\n"), ("Input: ", "\nOutput: ", "\n"),
        ("", " - ", "\n"), ("", "; ", "\n"), ("Question: ", "\nAnswer: ", "\n\n"), ("", " => ", " | "), ("In: ", " Out: ", "\n"), ("", ": ", ", "), ("", " -> ", ", "), ("Example: ", " -> ", "\n"),
    )  # fmt: skip
    shown = "".join(start + a + middle + b + end for a, b in pairs[:-1])
    head = d.pick(["", "", "", "Continue the pattern.\n\n", "Follow the examples.\n", "Complete the last line.\n\n"])
    return (head + shown + start + pairs[-1][0] + middle).rstrip(), pairs[-1][1]
