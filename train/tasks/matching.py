"""Which of the listed names a text belongs to: the hard part of a function call, with words of every kind.

A table of functions teaches which requests belong to those functions. Here the text is the description itself, so that
the only thing to learn is which name stands beside it; or the description shares a word with any sentence whatever, or
names the intent of a real request, or is another request for the same function, so that a model has to compare.
Without the first the others were not learnt in 9 M tokens: names that no training example has stayed at chance.
"""

import json
import re

from . import translation
from .common import numbered, plural
from .corpora import CORPORA, draw_from
from .function_call import new_names, others
from .names import WORDS, first_name, made_up, place
from .function_requests import FUNCTIONS, request_and_arguments

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
# Mostly with the name in front, which is the harder way round (`recall_back` in pieces.py).
LAYOUTS = [
    "{name}: {what}", "{name}: {what}", "- {name}: {what}", "{name} - {what}", "{i}. {name}: {what}", "{what}: {name}", "{name} = {what}", "{name} ({what})",
    "* {name} - {what}", "{what} -> {name}", "def {name}:  # {what}", "{name}  # {what}", "json", "{name} | {what}",
    "{name}: {what}", "{name} - {what}", "{i}. {name} - {what}", "- {name}: {what}", "Name: {name}\nDescription: {what}", "# {what}\n{name}",
    "{name}\n  {what}",
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


def different(n, draw, taken=()):
    """n of what `draw` gives, no two the same and none of `taken`."""
    found = {}
    while len(found) < n:
        if (new := draw()) not in taken:
            found[new] = None
    return list(found)


def by_key(d, n):
    """n words, names or descriptions, each asked for as it stands."""
    key = d.pick([
        lambda: d.fill(WORDS), lambda: d.fill(WORDS), lambda: f"{d.fill(WORDS)} {d.fill(WORDS)}", lambda: made_up(d, False), lambda: first_name(d),
        lambda: place(d), lambda: str(d.number(2, 9999)), lambda: d.pick(d.pick(FUNCTIONS)[2]), lambda: d.pick(d.pick(FUNCTIONS)[2]),
        lambda: translation.pair(d)[0],
    ])  # fmt: skip
    return [(text, [text]) for text in different(n, key)]


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


def labels(d, rows):
    """A name for each row, none of them a description: mostly of functions, also two words and first names."""
    two_words = lambda: f"{d.fill(WORDS)}_{d.fill(WORDS)}"  # single ones might run out beside those of `by_key`
    name = d.pick([*[lambda: new_names(d, [])[0]] * 5, lambda: made_up(d), two_words, lambda: first_name(d)])
    return different(len(rows), name, [what for what, _ in rows])


def declared(layout, i, name, what):
    if layout == "json":
        return json.dumps({"name": name, "description": what}, ensure_ascii=False)
    return layout.format(i=i, name=name, what=what)


def beside(d, functions, rows, shown):
    """Keys with the names beside them, or the key beside a name: each answer is half copied."""
    if d.chance(0.3):
        asked = d.pick(range(len(rows)))
        wording = d.phrase("{f}\n\nWhat is {q}?", "What stands beside {q}?\n\n{f}", "{f}\n\nWhat does {q} stand for?", "{f}\n{q}:")
        return wording.format(f=functions, q=shown[asked]), rows[asked][0]
    asked, arrow = d.shuffled(range(len(rows)))[: d.number(1, 4)], d.pick([": ", " - ", " = ", " -> "])
    wording = d.phrase(
        "{f}\n\n{q}\n\nWith their names:", "{q}\n\n{f}\n\nWrite each with its name.", "{f}\n\nName these: {q}", "Put the name behind each.\n\n{f}\n\n{q}",
    )  # fmt: skip
    answer = "\n".join(rows[i][0] + arrow + shown[i] for i in asked)
    return wording.format(f=functions, q="\n".join(rows[i][0] for i in asked)), answer


def one(d, functions, rows, shown):
    asked = d.pick(range(len(rows)))
    wording = d.phrase(
        "{f}\n\n{q}\n\n[Name|Which|Answer|Function]:", "{q}\n\n{f}\n\n[Name|Which|Function]:", "Which fits? {q}\n\n{f}", "Which of these fits?\n{f}\n\n{q}",
        "{f}\n\nRequest: {q}\n[Name|Function]:", "Functions:\n{f}\n\nUser: {q}\nCall:", "Names:\n{f}\n\nText: {q}\nName:", "{f}\n{q} ->",
        "Find the [right|best|matching] one for: {q}\n{f}", "{f}\n\nWhich one is for this? {q}\nName:", "{f}\n\nWhich has {q}?",
    )  # fmt: skip
    return wording.format(f=functions, q=d.pick(rows[asked][1])), shown[asked]


def several(d, functions, rows, shown):
    asked = d.shuffled([(i, text) for i, (_, texts) in enumerate(rows) for text in texts])[: d.number(2, 6)]
    wording = d.phrase(
        "{f}\n\nWhich is for what?\n{q}\n\n[Names|Answers]:", "{q}\n\n{f}\n\n[Names|Functions]:", "{f}\n\n{q}\n\n[Names|Functions|Answers]:", "Match each line with a name.\n{q}\n\n{f}",
        "Only name the [right|best|matching] one for each line.\n\n{f}\n\n{q}", "{f}\n---\n{q}\n---\nWhich fits where?", "Lines:\n{q}\nNames:\n{f}\nMatch them:",
    )  # fmt: skip
    return wording.format(f=functions, q=numbered(text for _, text in asked)), numbered(shown[i] for i, _ in asked)


KINDS = [(by_key, 0.5), (by_word, 0.14), (by_intent, 0.1), (by_request, 0.26)]


def make(d):
    n = d.pick([2, 2, 2, 3, 3, 4, 5, 6])
    by = d.weighted(KINDS)
    if by is by_intent and not CORPORA.intents:
        by = by_key
    rows = by(d, n)
    if len(rows) < 2:
        return make(d)
    listed, layout = d.shuffled(range(len(rows))), d.pick(LAYOUTS)
    as_calls = d.chance(0.3)
    shown = [f"{name}()" if as_calls else name for name in labels(d, rows)]
    functions = "\n".join(declared(layout, at, shown[i], rows[i][0]) for at, i in enumerate(listed, 1))
    if by is by_key and d.chance(0.4):
        return beside(d, functions, rows, shown)
    return d.pick([one, one, several])(d, functions, rows, shown)
