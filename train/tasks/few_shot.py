"""Examples that show labels, to be read: of opinions, topics, requests and whatever else can be sorted."""

from . import api
from .common import capitalized, table, with_article
from .corpora import CORPORA, draw_from
from .function_requests import FUNCTIONS, message, request_and_arguments
from .names import WORDS, made_up
from .opinions import NEGATIVE, PLAIN_OPINIONS, POSITIVE, SUBJECTS, TOPICS, opinion, topic_text, topic_word

PAIRS = [("negative", "positive"), ("Negative", "Positive"), ("bad", "good"), ("thumbs down", "thumbs up"),
    ("no", "yes"), ("0", "1"), ("sad", "happy"), ("B", "A"), ("-", "+"), ("dislike", "like"), ("Bad", "Good"), ("angry", "glad"),
    ("cold", "warm"), ("down", "up"), ("red", "green"), ("false", "true"), ("negative", "positive")]  # fmt: skip


def invented_labels(d, n):
    """n labels that say nothing about their classes."""
    while True:
        x = d.rng.random()
        labels = [
            made_up(d, d.chance(0.3), syllables=d.pick([1, 2])) if x < 0.4 else d.fill(WORDS) if x < 0.7
            else d.pick("ABCDEFXYZ") if x < 0.85 else str(d.number(0, 9))
            for _ in range(n)
        ]  # fmt: skip
        if len(set(labels)) == n:
            return labels


def plain_opinion(d, kind):
    """A short text whose feeling is beyond doubt: what is to be learned from it is its label."""
    word, subject = d.pick(POSITIVE if kind == "positive" else NEGATIVE), d.pick(SUBJECTS)
    return d.pick(PLAIN_OPINIONS).format(a=word, A=capitalized(word), aa=with_article(word), x=subject)


# {set: {class: texts}}: ways to sort, with plain texts.
SETS = {}
for name, label, *texts in table("classes.txt"):
    SETS.setdefault(name, {})[label] = texts
# {name of a function: its row}
REQUESTS = {row[0][0]: row for row in FUNCTIONS}


def request(d, name):
    """A request for a function of function_calls.txt."""
    row = REQUESTS[name]
    return request_and_arguments(d, row, row[1])[0]


def of_an_api(d):
    """The functions of a row of api.txt, and what makes a request for one of them: much alike in all but what is wanted."""
    functions, items = d.pick(api.APIS)
    return d.shuffled(functions), lambda d, name: api.request_for(d, items, name, message(d), str)[0]


def classes_and_labels(d):
    """Classes, what makes a text of a class, and the labels that the examples show for them.

    Two times in three the labels say nothing, or the contrary: they can only be read off the examples.
    """
    x = d.rng.random()
    if x < 0.34:
        classes, sample = ["negative", "positive"], plain_opinion if d.chance(0.55) else opinion
        labels = list(d.pick(PAIRS))
        if d.chance(0.45):
            labels.reverse()
    elif x < 0.62:
        texts = d.pick(list(SETS.values()))
        classes, sample = d.shuffled(texts), lambda d, label: d.phrase(*texts[label])
        labels = d.shuffled(classes) if d.chance(0.25) else list(classes)
    elif x < 0.78:
        classes, sample = d.some(list(TOPICS), d.pick([2, 2, 3])), topic_word if x < 0.66 and d.split == "train" else topic_text
        labels = d.shuffled(classes) if d.chance(0.4) else list(classes)
    elif x < 0.94 or not CORPORA.intents:
        if x < 0.86:
            classes, sample = d.some(list(REQUESTS), d.pick([2, 2, 3])), request
        else:
            classes, sample = of_an_api(d)
            classes = classes[: d.pick([2, 2, 3])]
        labels = d.shuffled(classes) if d.chance(0.3) else list(classes)
    else:
        classes, sample = d.some(list(CORPORA.intents), 2), lambda d, intent: draw_from(d, CORPORA.intents[intent])
        labels = d.shuffled(classes) if d.chance(0.3) else list(classes)
    if d.chance(0.45):
        labels = invented_labels(d, len(classes))
    elif d.chance(0.2):
        labels = list(map(d.pick([str.upper, str.capitalize]), labels))
    return classes, sample, dict(zip(classes, labels))


def few_shot(d):
    """Examples that show the labels; often invented or swapped ones, so that they must be read.

    Sometimes several inputs are asked for at once: more labels to learn from in one example.
    """
    classes, sample, label = classes_and_labels(d)
    n = d.pick([2, 2, 2, 3, 4, 4, 6]) if len(classes) == 2 else d.pick([3, 3, 4])
    shown = d.shuffled([classes[i % len(classes)] for i in range(n)])
    start, middle, end = d.phrase(
        ("Review: ", "\nSentiment: ", "\n\n"), ("Text: ", "\nLabel: ", "\n\n"), ("", "\n", "\n\n"),
        ("Classify this review:\n", "\nSentiment: ", "\n\n"), ("Input: ", "\nOutput: ", "\n"),
        ("", " -> ", "\n"), ("", " => ", "\n"), ("Sentence: ", "\nClass: ", "\n\n"), ("Q: ", "\nA: ", "\n"),
        ("Message: ", "\nCategory: ", "\n\n"), ("", " // ", "\n"), ("", ": ", "\n"), ("* ", " -> ", "\n"),
        ("Text: ", "\nSentiment: ", "\n"), ("Tweet: ", "\nLabel: ", "\n"), ("- ", " = ", "\n"), ("Input: ", " Output: ", "\n"),
        ("Example: ", "\nAnswer: ", "\n\n"), ("", " | ", "\n"), ("Sentence: ", " Label: ", "\n"), ("Text: ", " -> ", "\n"),
        ("Review: ", "\nLabel: ", "\n"), ("", " is ", "\n"), ('"', '" -> ', "\n"), ("Comment: ", "\nType: ", "\n\n"),
        ("", " ", "\n"), ("Message: ", "\nTeam: ", "\n\n"), ("Text: ", " | Tag: ", "\n"), ('"', '" = ', "\n"), ('"', '" goes to ', ". "), ("Email: ", "\nFolder: ", "\n\n"),
        ("Sentence: ", "\nAnswer: ", "\n\n"), ("text: ", ", label: ", "\n"), ("", " (", ")\n"), ("User: ", "\nIntent: ", "\n\n"), ("", " --> ", "\n"), ("Line: ", " Mark: ", "\n"),
    )  # fmt: skip
    head = d.pick(
        ["", "", "", "", "Classify the text.\n\n", "Follow the examples.\n\n", "Classify each text like the examples.\n\n",
         "Here are some examples.\n\n", "Continue.\n\n", "Label the last one.\n\n"]
    )  # fmt: skip
    texts = [sample(d, c) for c in shown]
    examples = "".join(start + text + middle + label[c] + end for text, c in zip(texts, shown))
    if d.chance(0.45):
        asked = [d.pick(shown) for _ in range(d.number(2, 5))]
        inputs = "".join(f"{i + 1}. {sample(d, c)}\n" for i, c in enumerate(asked))
        wording = d.phrase(
            "[Now label these|Label these in the same way|Classify these, too|Give the labels of these|And these]:\n{i}",
            "[Now|Next]:\n{i}Labels:", "What are the labels of these?\n{i}",
        )  # fmt: skip
        return (head + examples + wording.format(i=inputs)).rstrip(), ", ".join(label[c] for c in asked)
    asked = d.pick(shown)
    # Not one whose label can be read off, unless the class has too few texts.
    tries = (sample(d, asked) for _ in range(8))
    text = next((text for text in tries if text not in texts), texts[shown.index(asked)])
    if d.chance(0.12):
        wording = d.phrase(
            "[Now|Please] label this[ one|]: {x}", 'What is the label of "{x}"?', "And this[ one|]? {x}", "What about this: {x}", 'Which label [fits|has|gets] "{x}"?', "[Now|Next]: {x}\nLabel:",
            "{x}\n\nWhich label fits?", '[How would you label|And how about] "{x}"?', "Your turn: {x}",
        )  # fmt: skip
        return f"{head}{examples.rstrip()}\n\n{wording.format(x=text)}", label[asked]
    return (head + examples + start + text + middle).rstrip(), label[asked]
