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
        return [*encode(d.pick(["Repeat:", "Copy this text:", "Repeat after me:", "Say:", "Echo:"])), *text,
            end], [*text, end]
    if x < 0.8:  # what stands behind a piece, up to the next comma
        segments = [some(2, 4) for _ in range(d.number(2, 7))]
        text = [piece for segment in segments for piece in (*segment, comma)]
        asked = d.pick(segments)
        question = [*encode(d.pick(["Question: What comes after", "What follows", "Which word comes after"])),
            asked[0], question_mark]
        context = [*encode("Context:"), *text]
        return [*(context + question if d.chance(0.5) else question + context), end], [*asked[1:], end]
    segments = [some(1, 3) for _ in range(d.number(2, 4))]
    backwards = d.chance(0.5)
    joined = lambda parts: [piece for i, part in enumerate(parts) for piece in ([comma] * (i > 0) + part)]
    instruction = encode("Reverse this list:" if backwards else "Copy this list:")
    return [*instruction, *joined(segments), end], [*joined(segments[::-1] if backwards else segments), end]


def make(d):
    words = list(dict.fromkeys(d.pick([lambda: d.fill(WORDS), lambda: d.fill(WORDS), lambda: made_up(d, False),
        lambda: first_name(d), lambda: place(d)])() for _ in range(d.number(2, 7))))
    kind, listed, word = d.number(0, 8), ", ".join(words), d.pick(words)
    if kind == 0:
        return d.phrase("Repeat: {x}", "Repeat after me: {x}", "Copy this text: {x}", "Say: {x}", "Echo: {x}",
            'Repeat "{x}"').format(x=" ".join(words)), " ".join(words)
    if kind == 1:
        return d.phrase("Reverse this list: {x}", "Reverse the order of these words: {x}",
            "Write this list backwards: {x}", "List in reverse order: {x}").format(x=listed), ", ".join(words[::-1])
    if kind == 2:
        return d.phrase("Count the words in this list: {x}", "How many items are in this list? {x}",
            "How many words: {x}").format(x=listed), str(len(words))
    if kind == 3:
        return d.phrase("What is the first word? {x}", "First item of the list: {x}",
            "Which word comes first: {x}").format(x=listed), words[0]
    if kind == 4:
        return d.phrase("What is the last word? {x}", "Last item of the list: {x}",
            "Which word comes last: {x}").format(x=listed), words[-1]
    if kind == 5:
        return d.phrase("Turn this list into a bullet list: {x}", "Write as bullet points: {x}",
            "Make a bullet list from: {x}").format(x=listed), "\n".join("- " + w for w in words)
    if kind == 6:
        new = d.fill(WORDS)
        return d.phrase('Replace "{a}" with "{b}": {x}', "Replace {a} by {b} in: {x}",
            'Change "{a}" to "{b}" in this list: {x}').format(a=word, b=new,
            x=listed), ", ".join(new if w == word else w for w in words)
    if kind == 7:
        return d.phrase('Remove "{a}" from this list: {x}', "Delete {a} from: {x}",
            "Take {a} off the list: {x}").format(a=word, x=listed), ", ".join(w for w in words if w != word) or "none"
    return d.phrase("Join with \"and\": {x}", "Write as a sentence list: {x}",
        "Connect these words with and: {x}").format(x=listed), " and ".join([", ".join(words[:-1]),
            words[-1]]) if len(words) > 1 else listed
