"""Copying and looking up. On random pieces first (`pieces`), then on words.

A small T5 learns to copy from its input late or never when it starts on prose.
A few minutes on random vocabulary pieces make the attention heads for it
emerge; names, passages and column names all depend on them.
"""

from .names import WORDS, first_name, made_up, place


def pieces(d, tokenizer, n_pieces):
    """(input ids, target ids), both ending in </s>, of pieces drawn evenly from ids 3 to n_pieces."""
    encode = lambda text: tokenizer.encode(text).ids[:-1]
    some = lambda low, high: [d.number(3, n_pieces - 1) for _ in range(d.number(low, high))]
    comma, question_mark, end = tokenizer.token_to_id(","), tokenizer.token_to_id("?"), 1
    x = d.rng.random()
    if x < 0.42:
        text = some(2, 14)
        return [*encode(d.pick(["Repeat:", "Copy this text:", "Repeat after me:", "Say:", "Echo:"])), *text, end], [
            *text,
            end,
        ]
    if x < 0.8:  # what stands behind a piece, up to the next comma
        segments = [some(2, 4) for _ in range(d.number(2, 7))]
        text = [piece for segment in segments for piece in (*segment, comma)]
        asked = d.pick(segments)
        question = [
            *encode(d.pick(["Question: What comes after", "What follows", "Which word comes after"])),
            asked[0],
            question_mark,
        ]
        context = [*encode("Context:"), *text]
        return [*(context + question if d.chance(0.5) else question + context), end], [*asked[1:], end]
    segments = [some(1, 3) for _ in range(d.number(2, 4))]
    backwards = d.chance(0.5)
    joined = lambda parts: [piece for i, part in enumerate(parts) for piece in ([comma] * (i > 0) + part)]
    instruction = encode("Reverse this list:" if backwards else "Copy this list:")
    return [*instruction, *joined(segments), end], [*joined(segments[::-1] if backwards else segments), end]


# What to do with a list of words: wordings ({x} the list, {w} one of its words, {n} a new word) and the result.
LIST_TASKS = [
    (
        ("Repeat: {x}", "Repeat after me: {x}", "Copy this text: {x}", "Say: {x}", "Echo: {x}"),
        lambda x, w, n: ", ".join(x),
    ),
    (
        ("Reverse this list: {x}", "Reverse the order of these words: {x}", "Write this list backwards: {x}"),
        lambda x, w, n: ", ".join(x[::-1]),
    ),
    (
        ("Count the words in this list: {x}", "How many items are in this list? {x}", "How many words: {x}"),
        lambda x, w, n: str(len(x)),
    ),
    (
        ("What is the first word? {x}", "First item of the list: {x}", "Which word comes first: {x}"),
        lambda x, w, n: x[0],
    ),
    (("What is the last word? {x}", "Last item of the list: {x}", "Which word comes last: {x}"), lambda x, w, n: x[-1]),
    (
        ("Turn this list into a bullet list: {x}", "Write as bullet points: {x}", "Make a bullet list from: {x}"),
        lambda x, w, n: "\n".join("- " + i for i in x),
    ),
    (
        ('Replace "{w}" with "{n}": {x}', "Replace {w} by {n} in: {x}", 'Change "{w}" to "{n}" in this list: {x}'),
        lambda x, w, n: ", ".join(n if i == w else i for i in x),
    ),
    (
        ('Remove "{w}" from this list: {x}', "Delete {w} from: {x}", "Take {w} off the list: {x}"),
        lambda x, w, n: ", ".join(i for i in x if i != w),
    ),
    (
        ('Join with "and": {x}', "Write as a sentence list: {x}", "Connect these words with and: {x}"),
        lambda x, w, n: ", ".join(x[:-1]) + " and " + x[-1],
    ),
]


def word(d):
    source = d.pick(["word", "word", "made up", "name", "place"])
    if source == "word":
        return d.fill(WORDS)
    return made_up(d, False) if source == "made up" else first_name(d) if source == "name" else place(d)


def make(d):
    words = list(dict.fromkeys(word(d) for _ in range(d.number(2, 7))))
    if len(words) < 2:
        words.append(made_up(d))
    wordings, result = d.pick(LIST_TASKS)
    chosen, new = d.pick(words), d.fill(WORDS)
    return d.phrase(*wordings).format(x=", ".join(words), w=chosen, n=new), result(words, chosen, new)
