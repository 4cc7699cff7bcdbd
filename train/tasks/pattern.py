"""Few-shot patterns: two to five pairs show a mapping, one more input (or several at once) asks for it.

Some mappings need knowledge (country to capital), others only reading (the
first name in a sentence); the second kind keeps few-shot from becoming a quiz.
"""

import re

from .common import numbered, plural, table, with_article
from .names import (
    ADJECTIVES as LOOKS, DAYS, JOBS, MONTHS, NOUN_LIST, full_name, last_name, made_up, place, two_names,
)  # fmt: skip
from .translation import ADJECTIVES, NOUNS, VERBS

COUNTRIES = table("countries.txt")  # name, capital, continent, language, currency
TABLES = {
    "capital": [(country, capital) for country, capital, *_ in COUNTRIES],
    "continent": [(country, continent) for country, _, continent, *_ in COUNTRIES],
    "language": [(country, language) for country, _, _, language, _ in COUNTRIES],
    "currency": [(country, currency) for country, *_, currency in COUNTRIES],
    "German": [(row[0], row[2]) for row in NOUNS] + [(row[0], row[1]) for row in ADJECTIVES],
    "French": [(row[0], row[4]) for row in NOUNS] + [(row[0], row[2]) for row in ADJECTIVES],
    "past": [(row[0], row[14]) for row in VERBS],
    "next day": [(day, DAYS[(i + 1) % 7]) for i, day in enumerate(DAYS)],
    "day before": [(day, DAYS[i - 1]) for i, day in enumerate(DAYS)],
    "next month": [(month, MONTHS[(i + 1) % 12]) for i, month in enumerate(MONTHS)],
    "month before": [(month, MONTHS[i - 1]) for i, month in enumerate(MONTHS)],
    "plural": [(noun, plural(noun)) for noun in NOUN_LIST if noun not in ("bread", "butter")],
}
# Mappings that are also asked the other way round, where that has one answer.
BOTH_WAYS = """capital,German,French,Spanish,past,plural,young,female,comparative,adverb,noun,doer,nationality,number word,ordinal,
short ordinal,Roman,short form,unit,short month,short day,British,chemical symbol,German number,French number""".replace("\n", "").split(",")
# What people try first; half of the tables drawn are of these.
COMMON = """opposite|plural|past|capital|capital, back|German|French|Spanish|number word|number word, back|comparative|superlative|female|young|
color of|sound|animal class|synonym|language|ordinal|next day|next month|adverb|ing form""".replace("\n", "").split("|")


def _tables():
    tables = {kind: list(rows) for kind, rows in TABLES.items()}
    for kind, a, b in table("pairs.txt"):
        tables.setdefault(kind, []).append((a, b))
    tables["opposite"] += [(b, a) for a, b in tables["opposite"]]
    for kind, rows in tables.items():
        tables[kind] = [(a, b) for i, (a, b) in enumerate(rows) if a not in [row[0] for row in rows[:i]]]
    for kind in BOTH_WAYS:
        answers = [b for _, b in tables[kind]]
        tables[kind + ", back"] = [(b, a) for a, b in tables[kind] if answers.count(b) == 1]
    return tables


TABLES = _tables()


def one_from_table(d, rows, n):
    """`n` rows and one to ask for; where many inputs share few answers, the asked answer is shown."""
    chosen = d.some(rows, n + 1)
    if len({b for _, b in rows}) <= len(rows) / 2:
        same = [row for row in rows if row[1] == chosen[-1][1] and row not in chosen]
        if same and all(b != chosen[-1][1] for _, b in chosen[:-1]):
            chosen[d.number(0, n - 1)] = d.pick(same)
    return chosen


def readings(d, verb):
    """Inputs whose outputs can be read off or worked out from them: one (input, output) of each kind."""
    (name, other), town, other_town = two_names(d), place(d), place(d)
    person, family = full_name(d) if d.chance(0.3) else name, last_name(d)
    thing, second, third = d.some(NOUN_LIST, 3)
    job, look, word, word2 = d.pick(JOBS), d.pick(LOOKS), made_up(d, False), made_up(d, False)
    day, month, n, small = d.pick(DAYS), d.pick(MONTHS), d.number(2, 99), d.number(2, 9)
    return [
        (f"{person} {verb} {town}.", town), (f"{person} {verb} {town}.", person), (f"{person}, {job}, {town}", job),
        (f"{person}, {job}, {town}", f"{person} is {with_article(job)} from {town}."),
        (f"{word} {thing}", f"{thing} {word}"), (f"{person} has {with_article(thing)}.", thing),
        (person, f"Hello {person}!"), (f"The {thing} of {person}", f"{person}'s {thing}"),
        (f"{word}, {thing}, {town}", word), (f"{word} {thing} {town}", town), (word, f"{word} {word}"),
        (f"{person} ({town})", f"{town}: {person}"), (f"{thing}-{word}", word),
        (f"{person} likes the {thing}.", f"The {thing} is liked by {person}."),
        (thing, thing.upper()), (thing.upper(), thing), (thing, thing.capitalize()), (thing, thing[0]), (name, name[0]), (thing, thing[-1]),
        (f"{thing}, {second}, {third}", f"{third}, {second}, {thing}"), (f"{thing}, {second}, {third}", thing),
        (f"{thing}, {second}, {third}", second), (f"{thing}, {second}, {third}", third), (f"{thing} and {second}", f"{second} and {thing}"),
        (f"{thing}, {second}, {third}", f"{thing}, {second} and {third}"), (f"{thing} {second} {third}", f"{thing}, {second}, {third}"),
        (f"{look} {thing}", f"{look}_{thing}"), (f"{look} {thing}", f"{look}-{thing}"), (f"{look}_{thing}", f"{look} {thing}"),
        (f"{family}, {name}", f"{name} {family}"), (f"{name} {family}", f"{family}, {name}"), (f"{name} {family}", family),
        (f"{name} {family}", name), (f"{name} {family}", f"{name[0]}. {family}"), (f"{name} {family}", f"{name[0]}. {family[0]}."),
        (f"{name} is {n} years old.", str(n)), (f"{name} is {n}.", f"{name} is {n} years old."), (f"The {thing} costs {n} dollars.", f"{n} dollars"),
        (f"The {thing} costs {n} dollars.", thing), (f"{thing}: ${n}", f"The {thing} costs {n} dollars."), (str(n), f"${n}"), (str(n), f"{n} percent"),
        (str(n), str(n + 1)), (str(n), str(n - 1)), (str(small), str(2 * small)), (str(n), str(10 * n)),
        (f"{small} + {n % 10}", str(small + n % 10)), (f"{n} + {small}", f"{small} + {n}"), (f"{month} {n % 28 + 1}", f"{n % 28 + 1} {month}"),
        (f"{n % 28 + 1} {month}", month), (thing, with_article(thing)), (thing, f"the {thing}"), (with_article(thing), thing),
        (f"{look} {thing}", f"The {thing} is {look}."), (f"The {thing} is {look}.", f"{look} {thing}"), (f"The {thing} is {look}.", look),
        (f"{look} {thing}", thing), (f"{name} bought {with_article(thing)} in {town} on {day}.", day),
        (f"{name} bought {with_article(thing)} in {town} on {day}.", town), (f"{name} bought {with_article(thing)} in {town} on {day}.", thing),
        (f"<b>{thing}</b>", thing), (f"[{thing}]", thing), (thing, f"<{thing}>"), (thing, f"({thing})"), (f"{name} said \"{word}\" again.", word),
        (thing, f"*{thing}*"), (f"{word}={n}", str(n)), (f"{word}={n}", word), (f"{word}: {thing}", f"{word}={thing}"),
        (f"{thing}.{word[:3]}", word[:3]),
        (f"{thing}.txt", thing), (f"{word}@{word2}.com", word), (f"{word}@{word2}.com", f"{word2}.com"), (f"www.{word}.org", word),
        (thing, f"#{thing}"), (name, f"@{name.lower()}"), (name, name.lower()), (f"{thing} > {second}", f"{second} < {thing}"),
        (f"{name} is taller than {other}.", name), (f"{name} is taller than {other}.", f"{other} is shorter than {name}."),
        (f"{name} gave {other} {with_article(thing)}.", other), (f"{name} lives in {town}. {other} lives in {other_town}.", other_town),
        (f"{name} lives in {town}. {other} lives in {other_town}.", name), (f"from {town} to {other_town}", other_town),
        (f"from {town} to {other_town}", f"from {other_town} to {town}"), (f"{town} - {other_town}", town), (f"{thing} {n}", str(n)),
        (f"{thing}{n}", f"{n}{thing}"), (f"{thing} {second} {thing}", second), (f"{word} {word2}", f"{word} {word2} {word}"),
        (f"{word} {word2}", word2), (f"I like the {thing}.", f"I do not like the {thing}."),
        (f"I see {with_article(thing)}.", f"Do you see {with_article(thing)}?"),
        (f"{name} has {with_article(thing)}.", f"{name} had {with_article(thing)}."),
        (f"{name} is {with_article(job)}.", f"Is {name} {with_article(job)}?"),
        (f"{name} is {with_article(job)}.", job), (f"Dear {name},", name), (name, f"Dear {name},"), (f"My name is {person}.", person),
        (f"I am {name} from {town}.", town), (f"{day} at {small}", f"{small} o'clock on {day}"), (f"{thing}, {look}", f"{look} {thing}"),
        (f"{name} & {other}", f"{name} and {other}"), (f"{word} | {thing} | {n}", thing), (f"{name} {family} ({n})", str(n)),
        (f"{name};{town};{n}", town), (f"{name};{town};{n}", f"{name} ({n}) from {town}"), (f"no {thing}", thing),
    ]  # fmt: skip


def first_tries(d):
    """As `readings`: those that people try first."""
    (name, other), family, town = two_names(d), last_name(d), place(d)
    thing, second, third = d.some(NOUN_LIST, 3)
    look, n, small = d.pick(LOOKS), d.number(2, 60), d.number(2, 12)
    return [
        (thing, thing.upper()), (name, name.upper()), (thing.upper(), thing), (thing, thing.capitalize()), (thing, thing[0]), (thing, thing[0].upper()),
        (thing, thing[-1]), (name, name[0]), (town, town.upper()), (f"{name} {family}", f"{name[0]}.{family[0]}."), (f"{name} {family}", f"{name[0]}{family[0]}"),
        (f"{look} {thing}", f"{thing} {look}"), (f"{thing} {second}", f"{second} {thing}"), (f"{thing} {second} {third}", f"{third} {second} {thing}"),
        (f"{thing} {second} {third}", thing), (f"{thing} {second} {third}", third), (f"{thing}, {second}, {third}", second), (f"{thing} {second}", f"{thing}{second}"),
        (str(small), str(2 * small)), (str(n), str(2 * n)), (str(n), str(n + 1)), (str(n), str(n + 2)), (str(n), str(n + 10)), (str(n), str(n - 1)), (str(small), str(10 * small)),
        (str(2 * small), str(small)), (str(small), str(3 * small)), (str(small), str(small * small)), (str(small), f"{small} {small}"), (thing, f"{thing} {thing}"),
        (f"{small}, {small + 1}, {small + 2}", str(small + 3)), (f"{small}, {small + 2}, {small + 4}", str(small + 6)), (f"{small} and {n}", str(small + n)),
        (f"{name} lives in {town}.", town), (f"{name} likes {thing}s.", f"{thing}s"), (f"{name} and {other}", f"{other} and {name}"), (thing, str(len(thing))),
        (thing, thing[:2]), (f"{look} {thing}", look), (thing, with_article(thing)), (f"I have {small} {thing}s.", str(small)),
    ]  # fmt: skip


def read_off(d):
    """A pattern that can be solved by reading alone: a function making one (input, output)."""
    if d.chance(0.45):
        which = d.number(0, len(first_tries(d)) - 1)
        return lambda: first_tries(d)[which]
    verb = d.pick(["lives in", "works in", "comes from", "flew to", "visited", "was born in", "moved to"])
    which = d.number(0, len(readings(d, verb)) - 1)
    return lambda: readings(d, verb)[which]


def make(d):
    n = d.pick([2, 2, 3, 3, 4, 5])
    several = d.number(2, 4) if d.chance(0.3) else 0
    if d.chance(0.5):
        one = read_off(d)
        pairs, more = [one() for _ in range(n + 1)], [one() for _ in range(several)]
    else:
        rows = TABLES[d.pick(COMMON if d.chance(0.5) else list(TABLES))]
        pairs = one_from_table(d, rows, n)
        rest = [row for row in rows if row not in pairs]
        more = d.some(rest, min(several, len(rest)))
    start, middle, end = d.phrase(
        ("", " -> ", "\n"), ("", " => ", "\n"), ("", ": ", "\n"), ("Input: ", "\nOutput: ", "\n\n"),
        ("Q: ", "\nA: ", "\n\n"), ("", " = ", "\n"), ("Input: ", "\nOutput: ", "\n"),
        ("", " - ", "\n"), ("", "; ", "\n"), ("Question: ", "\nAnswer: ", "\n\n"), ("", " => ", " | "),
        ("In: ", " Out: ", "\n"), ("", ": ", ", "), ("", " -> ", ", "), ("Example: ", " -> ", "\n"),
        ("", " / ", "\n"), ("* ", ": ", "\n"), ("- ", " -> ", "\n"), ("", " -> ", " / "), ("", " - ", ", "), ("", " = ", "; "),
        ("Word: ", "\nResult: ", "\n\n"), ("", "\n", "\n\n"), ("", " becomes ", ". "), ('"', '" -> ', "\n"), ("Given: ", " Answer: ", "\n"),
        ("", " --> ", "\n"), ("x: ", " y: ", "\n"), ("", " | ", "\n"), ("| ", " | ", "\n"), ("Before: ", "\nAfter: ", "\n\n"),
        ("Text: ", "\nLabel: ", "\n\n"), ("Text: ", " Label: ", "\n"), ("Source: ", "\nTarget: ", "\n\n"), ("User: ", "\nAssistant: ", "\n"),
        ("User: ", "\nBot: ", "\n\n"), ("<", "> = ", "\n"), ("(", ") -> ", "\n"), ("", " ~ ", "\n"), ("", " : ", "\n"), ("", " >> ", "\n"),
        ("", " :: ", "\n"), ("f(", ") = ", "\n"), ("A: ", "\nB: ", "\n\n"), ("In: ", "\nOut: ", "\n"), ("[", "] ", "\n"), ("", " ==> ", "; "),
        ("Sentence: ", "\nResult: ", "\n"), ("Example input: ", "\nExample output: ", "\n\n"), ("", "\n-> ", "\n"), ("", "\n=> ", "\n\n"),
        ("From: ", " To: ", "\n"), ("If ", " then ", "\n"), ("", " goes to ", "\n"), ("", " turns into ", "\n"), ("Prompt: ", "\nCompletion: ", "\n\n"),
        ("> ", "\n", "\n"), ("", " ... ", "\n"), ("* ", " -> ", "\n"), ("- ", ": ", "\n"), ("{i}. ", " -> ", "\n"), ("{i}. ", ": ", "\n"), ("{i}) ",
        " = ", "\n"),
        ("Example {i}: ", " -> ", "\n"), ("Example {i}\nInput: ", "\nOutput: ", "\n\n"), ("Input {i}: ", "\nOutput {i}: ", "\n"), ("Q{i}: ",
        "\nA{i}: ", "\n"),
        ("`", "` -> ", "\n"), ("'", "' => ", "\n"), ("Word: ", " Answer: ", "\n"), ("input = ", ", output = ", "\n"), ("", " is to ", "; "), ("",
        ": ", "; "),
        ("I say ", ", you say ", "\n"), ("Item: ", "\nValue: ", "\n\n"), ("### Input\n", "\n### Output\n", "\n\n"), ("---\n", "\n", "\n"),
    )  # fmt: skip
    if any(middle.strip(" \n") and middle.strip(" \n") in a for a, _ in pairs):  # no telling where an input ends
        start, middle, end = "Input: ", "\nOutput: ", "\n\n"
    if "\n" not in end and any(re.search(r"[.,;:?!|/]", a + b) for a, b in pairs):
        end = "\n"
    with_number = lambda text, i: text.replace("{i}", str(i + 1))
    shown = "".join(with_number(start, i) + a + with_number(middle, i) + b + end for i, (a, b) in enumerate(pairs[:-1]))
    head = d.pick(["", "", "", "", "", "Continue the pattern.\n\n", "Follow the examples.\n", "Complete the last line.\n\n",
        "Continue: ", "What comes next?\n", "Do the same.\n\n", "Here are some examples.\n\n", "Look at the examples and answer the last one.\n\n",
        "Find the rule and go on.\n", "Fill in what is missing.\n\n", "Examples:\n", "Same rule for the last one, please.\n\n",
        "Go on in this way:\n"])  # fmt: skip
    if more:
        asked = [pairs[-1], *more]
        if "last" in head:
            head = ""
        if "\n" not in end:
            shown = shown.rstrip(" ,;./|") + "\n"
        wording = d.phrase("[Now these|And these|Do the same with these|Go on]:\n{i}", "[Now|Next]:\n{i}\nAnswers:", "What about these?\n{i}")
        return head + shown + wording.format(i=numbered(a for a, _ in asked)), numbered(b for _, b in asked)
    return (head + shown + with_number(start, n) + pairs[-1][0] + with_number(middle, n)).rstrip(), pairs[-1][1]
