"""Copying and looking up on random vocabulary pieces and words: nothing to know, everything to read.

A small T5 learns to copy and to look up late or never when it starts on prose. These examples make the attention
heads for it emerge; names, passages, column names, labels shown by examples and function calls all depend on them.
Most ask for several things at once, so that every example teaches many tokens.
"""

from functools import lru_cache

from .names import WORDS, city, first_name, last_name, made_up

END = 1  # </s>


class Pieces:
    """What one example is made of: units (lists of ids) that are random pieces, or names and words of several pieces."""

    def __init__(self, d, tokenizer, n_pieces):
        self.d, self.tokenizer = d, tokenizer
        self.encode = lambda text: _encoded(tokenizer, text)
        self.one_piece = d.chance(0.55)
        # A small pool makes pieces come again, so that a copy must look at more than the piece before.
        self.pool = [d.number(3, n_pieces - 1) for _ in range(d.number(5, 16))] if d.chance(0.3) else None
        self.n_pieces = n_pieces

    def unit(self):
        d = self.d
        if self.one_piece:
            return [d.pick(self.pool) if self.pool else d.number(3, self.n_pieces - 1)]
        x = d.rng.random()
        text = (
            d.fill(WORDS) if x < 0.2 else made_up(d, d.chance(0.5)) if x < 0.55 else first_name(d) if x < 0.75
            else last_name(d) if x < 0.9 else city(d)
        )  # fmt: skip
        return self.encode(text)

    def some(self, low, high):
        """That many units, one behind the other."""
        return [piece for _ in range(self.d.number(low, high)) for piece in self.unit()]

    def different(self, n, low=1, high=1):
        """n runs of units, no two the same; fewer where the pool is too small."""
        found = {tuple(self.some(low, high)): None for _ in range(2 * n)}
        return [list(run) for run in list(found)[:n]]


@lru_cache(maxsize=100_000)
def _encoded(tokenizer, text):
    """Ids of a text; of one that begins with a mark, as it stands behind a word, and before one where no space follows."""
    if text[0].isalnum() or text[0] == " ":
        return tokenizer.encode(text.lstrip(" ")).ids[:-1]
    glued = text[-1] in "\n(\""
    return tokenizer.encode(f"a{text}{'a' * glued}").ids[1 : -2 if glued else -1]


def joined(runs, separator):
    return [piece for i, run in enumerate(runs) for piece in ([*separator] * (i > 0) + run)]


def echo(p):
    text = p.some(2, 20 if p.one_piece else 7)
    return p.encode(p.d.pick(["Repeat:", "Copy this text:", "Repeat after me:", "Say:", "Echo:"])) + text, text


def listed(p):
    """A list, copied or backwards."""
    runs, comma = [p.some(1, 3) for _ in range(p.d.number(2, 5))], p.encode(",")
    backwards = p.d.chance(0.5)
    instruction = "Reverse this list:" if backwards else "Copy this list:"
    return p.encode(instruction) + joined(runs, comma), joined(runs[::-1] if backwards else runs, comma)


def recall(p):
    """What was given for some keys."""
    d = p.d
    keys = p.different(d.number(2, 8))
    pairs = [(key, p.some(1, 3 if p.one_piece else 2)) for key in keys]
    middle, between = d.pick([
        (" ->", "\n"), (":", "\n"), (" =", "\n"), (" =>", ","), (":", ";"), (" is", "."), (" has", "."), (" ->", ";"), ("", ","),
    ])  # fmt: skip
    middle, between = p.encode(middle) if middle else [], p.encode(between)
    text = joined([key + middle + value for key, value in pairs], between)
    asked = [d.pick(pairs)] if d.chance(0.4) else d.some(pairs, d.number(1, min(5, len(pairs))))
    question = d.pick(["What is", "Question: What comes after", "What follows", "Which word comes after", "Give the value of", "And"])
    question = p.encode(question) + joined([key for key, _ in asked], p.encode(",")) + p.encode("?")
    text = p.encode(d.pick(["Context:", "Text:", "Given:"])) + text if d.chance(0.5) else text
    answers = [key + middle + value for key, value in asked] if middle and d.chance(0.25) else [v for _, v in asked]
    prompt = text + p.encode("\n") + question if d.chance(0.7) else question + p.encode("\n") + text
    return prompt, joined(answers, p.encode(","))


def recall_back(p):
    """What a value was given for: the answer stands before what is asked, as the name of a function before its description.

    Learnt apart from `recall`, and only in many small steps: a model that looks up forwards without a slip may still
    choose by chance here.
    """
    d = p.d
    easy = d.chance(0.5)
    keys = p.different(d.number(2, 8), 1, 1 if easy else 2)
    values = p.different(len(keys), 1, 1 if easy else 3)
    middle, between = map(p.encode, d.pick([(":", "\n"), (" =", "\n"), (" -", "\n"), (":", ";"), (" |", "\n"), ("(", "\n")]))
    pairs = list(zip(keys, values))
    text = joined([key + middle + value for key, value in pairs], between)
    asked = [d.pick(pairs)] if d.chance(0.4) else d.some(pairs, d.number(1, min(5, len(pairs))))
    question = p.encode(d.pick(["Which one has", "Name of", "Who has", "Which is"])) + joined([value for _, value in asked], p.encode(",")) + p.encode("?")
    prompt = text + p.encode("\n") + question if d.chance(0.7) else question + p.encode("\n") + text
    if d.chance(0.4):  # the value first, so that only one step is left
        return prompt, joined([value + middle + key for key, value in asked], between)
    return prompt, joined([key for key, _ in asked], p.encode(","))


def classes(p):
    """Few-shot in its barest form: one piece of every text tells its class, examples show the classes' labels."""
    d = p.d
    n = d.pick([2, 2, 2, 3])
    marks, labels = [p.different(d.pick([n, n, 2 * n])), p.different(n, 1, d.pick([1, 1, 2]))]
    n = min(n, len(labels), len(marks))

    def text(of):
        mark = d.pick(marks[of::n])
        parts = [mark, *([p.unit()] if d.chance(0.6) else []), *([p.unit()] if d.chance(0.4) else [])]
        parts = [part for part in parts if part is mark or part not in marks]
        return [piece for part in d.shuffled(parts) for piece in part]

    shown = d.shuffled([i % n for i in range(d.number(n, 3 * n))])
    middle, between = map(p.encode, d.pick([(" ->", "\n"), (":", "\n"), (" =>", "\n"), (" =", ";"), (" Label:", "\n")]))
    start = p.encode(d.pick(["Text:", "Input:"])) if d.chance(0.3) else []
    examples = [piece for i in shown for piece in (*start, *text(i), *middle, *labels[i], *between)]
    if d.chance(0.5):
        asked = d.pick(shown)
        return examples + start + text(asked) + middle, labels[asked]
    asked = [d.pick(shown) for _ in range(d.number(2, 5))]
    inputs = joined([text(i) for i in asked], p.encode("\n"))
    return examples + p.encode("Now:") + p.encode("\n") + inputs, joined([labels[i] for i in asked], p.encode(","))


def call(p):
    """One of some functions, chosen by its name or by what stands behind it, with values in the places of its parameters."""
    d = p.d
    names = p.different(d.number(1, 4), 1, 2)
    functions = []
    for name in names:
        parameters = p.different(d.pick([1, 1, 2, 2, 3]))
        functions.append((name, parameters, p.some(1, 2)))
    name, parameters, what = d.pick(functions)
    values = [p.some(1, 2) for _ in parameters]
    opening, closing, comma, colon, line = map(p.encode, ("(", ")", ",", ":", "\n"))
    told = d.chance(0.6)
    listing = joined([f + opening + joined(ps, comma) + closing + (colon + w if told else []) for f, ps, w in functions], line)
    request = (what if told else name) + colon + joined(values, comma)
    begin, end = p.encode('="'), p.encode('")')[:1]
    arguments = joined([k + begin + v + end for k, v in zip(parameters, values)], comma)
    return listing + line + request + p.encode("\nCall:"), name + opening + arguments + closing


def marked(p):
    """All that stands behind a mark, and nothing else."""
    d = p.d
    mark = p.encode(d.pick(["*", "+", "@", "Mr.", "the", "in"]))
    text, found = [], []
    for _ in range(d.number(2, 5)):
        text += p.some(0, 3)
        if d.chance(0.6):
            found.append(p.some(1, 2))
            text += mark + found[-1] + p.encode(d.pick([",", ".", ";", " and"]))
    question = p.encode(d.pick(["List what stands behind", "Find all behind", "What follows"])) + mark + p.encode(":")
    return question + text, joined(found, p.encode(",")) if found else p.encode("none")


KINDS = [(echo, 0.15), (listed, 0.08), (recall, 0.15), (recall_back, 0.4), (classes, 0.2), (call, 0.12), (marked, 0.1)]


def example(d, tokenizer, n_pieces, kinds=KINDS):
    """(input ids, target ids), both ending in </s>; random pieces have ids from 3 to n_pieces."""
    prompt, target = d.weighted(kinds)(Pieces(d, tokenizer, n_pieces))
    return [*prompt, END], [*target, END]
