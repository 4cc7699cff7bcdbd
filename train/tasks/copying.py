"""List operations on words. The same on random pieces, and more, is in pieces.py."""

from .names import WORDS, first_name, made_up, place


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
