"""Sentiment, topics and intents: with the labels named, or shown by examples."""

from .common import capitalized, frame, table, with_article
from .corpora import CORPORA, draw_from
from .names import WORDS, first_name, made_up, place

SUBJECTS = """movie book restaurant hotel phone food service product concert trip room coffee game show song lesson course play
app camera pizza soup laptop car museum staff story acting ending music waiter flight delivery bag dress shampoo
battery museum exhibition party holiday weather bed breakfast website teacher album beach headphones vacuum jacket""".split()
POSITIVE = """great wonderful excellent amazing fantastic lovely delicious beautiful perfect brilliant superb good nice
outstanding charming delightful impressive friendly fun exciting comfortable awesome enjoyable pleasant fabulous
marvelous touching clever stunning helpful incredible flawless""".split()
NEGATIVE = """terrible awful horrible bad boring disgusting disappointing poor dreadful ugly rude slow dirty useless broken cold
annoying stupid weak unpleasant expensive bland noisy cheap frustrating lousy mediocre pathetic confusing dull
tasteless uncomfortable unreliable""".split()
OPINIONS = table("opinions.txt")
TEMPLATES = {
    sentiment: tuple(text for kind, text in OPINIONS if kind in ("either", sentiment))
    for sentiment in ("positive", "negative")
}
TOPICS = {}
for topic, sentence in table("topics.txt"):
    TOPICS[topic] = (*TOPICS.get(topic, ()), sentence)


def opinion(d, kind):
    """A text of the sentiment "positive" or "negative"."""
    if CORPORA.feelings and d.chance(0.25):
        return draw_from(d, CORPORA.feelings[kind])
    own, other = (POSITIVE, NEGATIVE) if kind == "positive" else (NEGATIVE, POSITIVE)
    (a, b), (x, y), n = d.some(own, 2), d.some(SUBJECTS, 2), d.pick(other)
    text = d.phrase(*TEMPLATES[kind]).format(
        x=x,
        y=y,
        a=a,
        b=b,
        n=n,
        p=first_name(d),
        A=capitalized(a),
        aa=with_article(a),
        a2=with_article(n),
        a3=d.pick(["excellent", "amazing", "outstanding", "incredible"]),
    )
    return text + " " + opinion(d, kind) if d.chance(0.2) else text


def topic_text(d, topic):
    return d.phrase(*TOPICS[topic]).format(p=first_name(d), l=place(d), n=d.number(2, 40), m=d.number(0, 5))


def zero_shot(d):
    kind = d.pick(["positive", "negative"])
    text = opinion(d, kind)
    if d.chance(0.3):
        wording = d.phrase(
            "{x}\nSentiment:", "Sentiment: {x}", "Review: {x}\nSentiment:", "Tweet: {x}\nSentiment:",
            "{x} Is this positive or negative?", "Text: {x}\nSentiment:",
            "{x}\n\nWhat is the sentiment of this review?\n\nOPTIONS:\n- positive\n- negative",
            "{x}\n\nPositive or negative?", "Classify this review: {x}\nSentiment:",
            "Classify this review:\n{x}\nSentiment:", "sentiment: {x}", "Comment: {x}\nPositive or negative?",
        )  # fmt: skip
        return wording.format(x=text), kind
    instruction = d.phrase(
        "Is this review positive or negative?", "What is the sentiment of this text?",
        "Classify the sentiment as positive or negative.", "Is the sentiment positive or negative?",
        "How does the writer feel, positive or negative?", "Is the following sentence positive or negative?",
        "Determine the sentiment.", "Classify this review.", "Does the author like it? Answer positive or negative.",
        "Tell me if this comment is positive or negative.", "Decide whether the text is positive or negative.",
        "What is the sentiment of the following review?", "Label the review as positive or negative.",
        "Is the customer happy? Say positive or negative.",
        "Sentiment analysis.", "Perform sentiment analysis.", "Is this a positive or a negative comment?",
        "Positive or negative?",
    )  # fmt: skip
    return frame(d, instruction, text, d.pick(["Review", "Text", "Comment", "Tweet", "Sentence"]), "Sentiment"), kind


PAIRS = [("negative", "positive"), ("Negative", "Positive"), ("bad", "good"), ("thumbs down", "thumbs up"),
    ("no", "yes"), ("0", "1"), ("sad", "happy"), ("B", "A"), ("-", "+"), ("dislike", "like")]  # fmt: skip


def few_shot(d):
    """Examples that show the labels; often invented or swapped ones, so that they must be read."""
    x = d.rng.random()
    if x < 0.5:
        classes, sample = ["negative", "positive"], opinion
        labels = list(d.pick(PAIRS)) if d.chance(0.6) else None
        if labels and d.chance(0.25):
            labels.reverse()
    elif x < 0.8 or not CORPORA.intents:
        classes, sample = d.some(list(TOPICS), d.pick([2, 2, 3])), topic_text
        labels = None if d.chance(0.5) else d.shuffled(classes) if d.chance(0.2) else list(classes)
    else:
        classes, sample = d.some(list(CORPORA.intents), 2), lambda d, intent: draw_from(d, CORPORA.intents[intent])
        labels = None if d.chance(0.4) else list(classes)
    if labels is None:
        labels = [made_up(d, False, syllables=d.pick([1, 2])) if d.chance(0.6) else d.fill(WORDS) for _ in classes]
        if len(set(labels)) < len(labels):
            labels = [str(i) for i in range(len(classes))]
    label = dict(zip(classes, labels))
    n = d.pick([2, 2, 2, 3, 4]) if len(classes) == 2 else d.pick([3, 3, 4])
    shown = d.shuffled([classes[i % len(classes)] for i in range(n)])
    asked = d.pick(shown)
    start, middle, end = d.phrase(
        ("Review: ", "\nSentiment: ", "\n\n"), ("Text: ", "\nLabel: ", "\n\n"), ("", "\n", "\n\n"),
        ("Classify this review:\n", "\nSentiment: ", "\n\n"), ("Input: ", "\nOutput: ", "\n"),
        ("", " -> ", "\n"), ("", " => ", "\n"), ("Sentence: ", "\nClass: ", "\n\n"), ("Q: ", "\nA: ", "\n"),
        ("Message: ", "\nCategory: ", "\n\n"), ("", " // ", "\n"), ("", ": ", "\n"),
        ("Text: ", "\nSentiment: ", "\n"), ("Tweet: ", "\nLabel: ", "\n"), ("- ", " = ", "\n"),
    )  # fmt: skip
    head = d.pick(
        ["", "", "", "Classify the text.\n\n", "Follow the examples.\n\n", "Classify each text like the examples.\n\n"]
    )
    examples = "".join(start + sample(d, c) + middle + label[c] + end for c in shown)
    return (head + examples + start + sample(d, asked) + middle).rstrip(), label[asked]


def by_topic(d):
    topic = d.pick(list(TOPICS))
    text = topic_text(d, topic)
    options = d.shuffled({topic, *d.some(list(TOPICS), d.number(1, 4))})
    return _with_options(d, text, options, "topic"), topic


def by_intent(d):
    intent = d.pick(list(CORPORA.intents))
    text = draw_from(d, CORPORA.intents[intent])
    options = d.shuffled({intent, *d.some(list(CORPORA.intents), d.number(1, 4))})
    return _with_options(d, text, options, "intent"), intent


def _with_options(d, text, options, what):
    wording = d.phrase(
        "What is the {w} of this text: {o}?\n\n{x}", "Classify the text into one of these categories: {o}.\nText: {x}\nCategory:",
        "{x}\n\nWhich {w} fits best?\n\nOPTIONS:\n{l}",
        "{W} of the sentence? {x}\nOptions: {o}", "Is this text about {r}? {x}",
        "What is the {w} of this request?\n\n{x}\n\nOPTIONS:\n{l}", "Classify the {w}: {x}\nOptions: {o}",
        "{W} options: {o}\nText: {x}\n{W}:", "{x}\nWhich {w} is it: {r}?",
        "Choose the right {w} ({o}) for this text: {x}", "Text: {x}\n\nIs the {w} {r}?",
    )  # fmt: skip
    return wording.format(
        x=text,
        w=what,
        W=capitalized(what),
        o=", ".join(options),
        r=" or ".join(options),
        l="\n".join("- " + o for o in options),
    )


def make(d):
    x = d.rng.random()
    if x < 0.42:
        return zero_shot(d)
    if x < 0.8:
        return few_shot(d)
    return by_intent(d) if CORPORA.intents and x < 0.9 else by_topic(d)
