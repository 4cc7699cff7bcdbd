"""Which of the listed names a text belongs to: the hard part of a function call, with words of every kind.

A table of functions teaches which requests belong to those functions. Here descriptions share a word with any
sentence whatever, or name the intent of a real request, or are another request for the same function, so that a
model has to compare. Prompts are short, and most ask for several texts: many choices for one reading of the list.
"""

import re

from . import translation
from .common import numbered, plural
from .corpora import CORPORA, draw_from
from .function_call import FUNCTIONS, new_names, others, request_and_arguments

# Words that say too little about a sentence.
PLAIN = set(
    """about after again always because been before being both come could does doing done every everybody everyone from going have
having here into just know like little made make many more most much must need never once only other over please really said same
should since some something still take than thank that their them then there these they thing things think this those though time
today tomorrow very want wants well were what when where which while will with without would year years your yours""".split()
)
ABOUT = [
    "{x}", "{x}", "{x}", "about {x}", "something about {x}", "it is about {x}", "texts with {x}", "for {x}", "has to do with {x}", "deals with {x}",
    "the subject is {x}", "everything on {x}", "mentions {x}", "when somebody speaks of {x}", "{x} and the like", "do something with {x}",
]  # fmt: skip
LAYOUTS = [
    "{name}: {what}", "{name}: {what}", "- {name}: {what}", "{name} - {what}", "{i}. {name}: {what}", "{what}: {name}", "{name} = {what}", "{name} ({what})",
    "* {name} - {what}", "{what} -> {name}", "def {name}:  # {what}", "{name}  # {what}", '{{"name": "{name}", "description": "{what}"}}',
    "{name} | {what}", "- {what}: {name}", "Name: {name}\nDescription: {what}", "# {what}\n{name}", "{name}\n  {what}",
]  # fmt: skip


def telling_words(text):
    """Its words that may tell it from other texts, in lower case."""
    return [word for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in PLAIN]


def other_form(word):
    """With another ending, as in "museum" and "museums"."""
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 3 and not word.endswith("ss"):
            return word[: -len(ending)]
    return plural(word)


def by_word(d, n):
    """n sentences, and for each a description with a word or two that only it has."""
    sentences = [translation.pair(d)[0] for _ in range(2 * n)]
    words = [set(telling_words(sentence)) for sentence in sentences]
    rows = []
    for i, sentence in enumerate(sentences):
        own = sorted(words[i].difference(*words[:i], *words[i + 1 :]))
        if own and len(sentence) < 90:
            chosen = [other_form(word) if d.chance(0.35) else word for word in d.shuffled(own)[: d.pick([1, 1, 2])]]
            rows.append((d.pick(ABOUT).format(x=d.pick([" ", " and ", ", "]).join(chosen)), [sentence]))
    return rows[:n]


def by_intent(d, n):
    """n intents of real requests, described by their names or by a request, and requests."""
    first = d.pick(list(CORPORA.intents))
    near = [intent for intent in CORPORA.intents if intent != first and set(intent.split()) & set(first.split())]
    chosen = [first, *d.shuffled(near)[: d.number(0, 2)]]
    chosen = list(dict.fromkeys([*chosen, *d.some(list(CORPORA.intents), n)]))[:n]
    rows, named = [], d.chance(0.6)
    for intent in chosen:
        shown, *requests = dict.fromkeys(draw_from(d, CORPORA.intents[intent]) for _ in range(4))
        rows.append((intent if named or not requests else f'e.g. "{shown}"', requests or [shown]))
    return rows


def by_request(d, n):
    """n functions, described or shown by a request, and other requests."""
    first = d.number(0, len(FUNCTIONS) - 1)
    rows, shown = [], d.chance(0.5)
    for i in [first, *others(d, first, n - 1)]:
        _, parameters, what, _ = FUNCTIONS[i]
        requests = list(dict.fromkeys(request_and_arguments(d, FUNCTIONS[i], parameters)[0] for _ in range(4)))
        example = requests.pop() if shown and len(requests) > 1 else None
        described = d.pick(['e.g. "{}"', "for example: {}", "{}", 'as in "{}"']).format(example) if example else d.pick(what)
        rows.append((described, requests))
    return rows


def make(d):
    n = d.pick([2, 2, 3, 3, 4, 4, 5, 6])
    x = d.rng.random()
    rows = by_word(d, n) if x < 0.4 else by_intent(d, n) if CORPORA.intents and x < 0.65 else by_request(d, n)
    if len(rows) < 2:
        return make(d)
    names = {}
    while len(names) < len(rows):
        names[new_names(d, [])[0]] = None
    listed = d.shuffled(range(len(rows)))
    as_calls = d.chance(0.3)
    layout, shown = d.pick(LAYOUTS), [f"{name}()" if as_calls else name for name in names]
    functions = "\n".join(layout.format(i=at, name=shown[i], what=rows[i][0]) for at, i in enumerate(listed, 1))
    if d.chance(0.25):
        asked = d.pick(range(len(rows)))
        wording = d.phrase(
            "{f}\n\n{q}\n\n[Name|Which|Answer|Function]:", "{q}\n\n{f}\n\n[Name|Which|Function]:", "Which fits? {q}\n\n{f}", "Which of these fits?\n{f}\n\n{q}",
            "{f}\n\nRequest: {q}\n[Name|Function]:", "Functions:\n{f}\n\nUser: {q}\nCall:" if as_calls else "Names:\n{f}\n\nText: {q}\nName:", "{f}\n{q} ->",
            "Find the [right|best|matching] one for: {q}\n{f}",
        )  # fmt: skip
        return wording.format(f=functions, q=d.pick(rows[asked][1])), shown[asked]
    asked = d.shuffled([(i, text) for i, (_, texts) in enumerate(rows) for text in texts])[: d.number(3, 7)]
    wording = d.phrase(
        "{f}\n\nWhich is for what?\n{q}\n\n[Names|Answers]:", "{q}\n\n{f}\n\n[Names|Functions]:", "{f}\n\n{q}\n\n[Names|Functions|Answers]:", "Match each line with a name.\n{q}\n\n{f}",
        "Only name the [right|best|matching] one for each line.\n\n{f}\n\n{q}", "{f}\n---\n{q}\n---\nWhich fits where?", "Lines:\n{q}\nNames:\n{f}\nMatch them:",
    )  # fmt: skip
    return wording.format(f=functions, q=numbered(text for _, text in asked)), numbered(shown[i] for i, _ in asked)
