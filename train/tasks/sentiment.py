"""Sentiment, topics and intents: with the labels named, or shown by examples."""

from .common import capitalized, frame, numbered, table, with_article
from .corpora import CORPORA, draw_from
from .names import WORDS, first_name, made_up, place

SUBJECTS = """movie book restaurant hotel phone food service product concert trip room coffee game show song lesson course play
app camera pizza soup laptop car museum staff story acting ending music waiter flight delivery bag dress shampoo
battery museum exhibition party holiday weather bed breakfast website teacher album beach headphones vacuum jacket""".split()
POSITIVE = """great wonderful excellent amazing fantastic lovely delicious beautiful perfect brilliant superb good nice
outstanding charming delightful impressive friendly fun exciting comfortable awesome enjoyable pleasant fabulous
marvelous touching clever stunning helpful incredible flawless
splendid magnificent terrific adorable elegant gorgeous captivating thrilling refreshing tasty delectable scrumptious
heavenly exquisite exceptional remarkable extraordinary phenomenal sensational spectacular breathtaking dazzling
inspiring uplifting heartwarming moving gripping fascinating entertaining hilarious witty cozy spotless immaculate
reliable dependable durable sturdy efficient speedy handy practical useful affordable generous attentive courteous
polite welcoming relaxing soothing satisfying rewarding memorable unforgettable worthwhile magical stylish graceful
polished""".split()
NEGATIVE = """terrible awful horrible bad boring disgusting disappointing poor dreadful ugly rude slow dirty useless broken cold
annoying stupid weak unpleasant expensive bland noisy cheap frustrating lousy mediocre pathetic confusing dull
tasteless uncomfortable unreliable
abysmal atrocious appalling ghastly horrendous horrid hideous revolting repulsive nasty vile gross foul filthy shabby
grubby dingy gloomy dreary drab tedious monotonous lifeless uninspired forgettable pointless worthless lame clumsy
sloppy shoddy flimsy faulty defective buggy sluggish inefficient impractical overpriced unfriendly impolite hostile
arrogant careless incompetent unprofessional dishonest unhelpful chaotic messy irritating infuriating upsetting
depressing disgraceful shameful unbearable intolerable unacceptable substandard""".split()
OPINIONS = table("opinions.txt")
PLAIN_OPINIONS = ("{A}.", "{A}!", "{A} {x}.", "{A} {x}!", "The {x} is {a}.", "The {x} was {a}.", "What {aa} {x}!", "It was {a}.", "It is {a}.", "This is {aa} {x}.",
    "I found the {x} {a}.", "Such {aa} {x}.", "The {x}? {A}!", "{A}, this {x}.", "a very {a} {x}", "{a} {x}", "so {a}", "My {x} is {a}.", "{A} as always.")
TEMPLATES = {
    sentiment: tuple(text for kind, text in OPINIONS if kind in ("either", sentiment))
    for sentiment in ("positive", "negative")
}
TOPICS = {}
for topic, sentence in table("topics.txt"):
    TOPICS[topic] = (*TOPICS.get(topic, ()), sentence)
# More words of each topic than its sentences have; singular and plural, so they only stand where both can.
TOPIC_WORDS = {topic: words.split(",") for topic, words in table("topic_words.txt")}
ABOUT_WORDS = ("{w}, {w2}, {w3}", "{w} and {w2}", "{w}", "All about {w} and {w2}.", "{p} told me about {w}.", "I know little about {w}.",
    "We talked about {w} for {n} minutes.", "He wrote a whole page about {w} and {w2}.", "A book on {w}, {w2} and {w3}.",
    "Do you know anything about {w}?", "Here is a picture of {w}.", "My question is about {w}.", "She looked up {w} and {w2}.",
    "News from {l}: {w}, {w2}", "What do you think of {w}?", "{p} thinks of {w} and {w2} all day.", "Tell me more about {w}, please.",
    "In {l} I saw a film about {w} and {w2}.", "There was nothing but {w} and {w2}.", "It has to do with {w}.")


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
    if d.split == "train" and d.chance(0.3):
        w, w2, w3 = d.some(TOPIC_WORDS[topic], 3)
        return d.pick(ABOUT_WORDS).format(w=w, w2=w2, w3=w3, p=first_name(d), l=place(d), n=d.number(2, 40))
    return d.phrase(*TOPICS[topic]).format(p=first_name(d), l=place(d), n=d.number(2, 40), m=d.number(0, 5))


def zero_shot(d):
    kind = d.pick(["positive", "negative"])
    text = opinion(d, kind)
    review = "[review|text|comment|tweet|sentence|message|post|customer review|feedback|statement|opinion]"
    either = "[positive or negative|negative or positive]"
    if d.chance(0.35):
        wording = d.phrase(
            "{x}\nSentiment:", "[Sentiment|sentiment]: {x}", "[Review|Comment|Message|Feedback]: {x}\nSentiment:", "Tweet: {x}\nSentiment:",
            f"{{x}} Is this {either}?", "Text: {x}\nSentiment:", "Tweet: {x} Sentiment?", "{x} Sentiment?", "{x}\n\nSentiment:",
            "{x}\n\nWhat is the sentiment of this [review|text|tweet]?\n\nOPTIONS:\n- positive\n- negative",
            "{x}\n\nWhat is the sentiment?\nOptions: [positive, negative|negative, positive]",
            f"{{x}}\n\n[Positive or negative|Negative or positive]?", "{x} Positive or negative?",
            "[Classify|Rate|Label] this [review|text|comment]: {x}\nSentiment:", "Classify this review:\n{x}\nSentiment:",
            "Comment: {x}\nPositive or negative?", f"{{x}}\nIs this {review} {either}?",
            "sentiment analysis: {x}", "{x} => positive or negative?", f'Is "{{x}}" {either}?',
            f"{review}: {{x}}\n[Label|Class|Feeling|Tone|Mood|Sentiment]:", "Q: Is this positive or negative? {x}\nA:",
            f"Somebody [wrote|said]: {{x}} Is that {either}?", f'A customer [writes|wrote|says]: "{{x}}" Is this {either}?',
        )  # fmt: skip
        return wording.format(x=text), kind
    this = f"[this|the|the following] {review}"
    instruction = d.phrase(
        f"Is {this} {either}?", f"What is the sentiment of {this}?", f"[Classify|Determine|Decide|Tell me|State] the sentiment as {either}.",
        f"Is the sentiment [of {this} |]{either}?", f"How does the [writer|author|speaker|customer|user] feel, {either}?",
        "Determine the sentiment.", f"Classify {this}.", f"[Does the author like it|Is the author happy]? Answer {either}.",
        f"Tell me [if|whether] {this} is {either}.", f"Decide whether {this} is {either}.", f"[Perform|Do] sentiment analysis on {this}.",
        f"[Label|Mark|Rate|Classify|Categorize] {this} as {either}.", "Is the customer happy? Say positive or negative.",
        "[Sentiment analysis|Sentiment classification].", "Perform sentiment analysis.", f"Is this a positive or a negative {review}?",
        "Positive or negative?", f"What [feeling|mood|tone|attitude] does {this} [express|have|show], {either}?",
        f"[Detect|Find|Identify|Predict|Give|Name|Analyze] the sentiment of {this}.", f"Would you call {this} {either}?",
        f"[Does {this} sound|Does this sound] {either}?", f"Say [if|whether] {this} is {either}.", "What is the sentiment?",
        f"Is the [tone|mood|feeling|opinion] of {this} {either}?",
    )  # fmt: skip
    return frame(d, instruction, text, d.pick(["Review", "Text", "Comment", "Tweet", "Sentence"]), "Sentiment"), kind


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


def classes_and_labels(d):
    """Classes, what makes a text of a class, and the labels that the examples show for them.

    Two times in three the labels say nothing, or the contrary: they can only be read off the examples.
    """
    x = d.rng.random()
    if x < 0.6:
        classes, sample = ["negative", "positive"], plain_opinion if d.chance(0.65) else opinion
        labels = list(d.pick(PAIRS))
        if d.chance(0.45):
            labels.reverse()
    elif x < 0.9 or not CORPORA.intents:
        classes, sample = d.some(list(TOPICS), d.pick([2, 2, 3])), topic_text
        labels = d.shuffled(classes) if d.chance(0.4) else list(classes)
    else:
        classes, sample = d.some(list(CORPORA.intents), 2), lambda d, intent: draw_from(d, CORPORA.intents[intent])
        labels = d.shuffled(classes) if d.chance(0.3) else list(classes)
    if d.chance(0.45):
        labels = invented_labels(d, len(classes))
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
    )  # fmt: skip
    head = d.pick(
        ["", "", "", "", "Classify the text.\n\n", "Follow the examples.\n\n", "Classify each text like the examples.\n\n",
         "Here are some examples.\n\n", "Continue.\n\n", "Label the last one.\n\n"]
    )  # fmt: skip
    texts = [sample(d, c) for c in shown]
    examples = "".join(start + text + middle + label[c] + end for text, c in zip(texts, shown))
    if d.chance(0.3):
        asked = [d.pick(shown) for _ in range(d.number(2, 4))]
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
    return (head + examples + start + text + middle).rstrip(), label[asked]


def by_topic(d):
    topic = d.pick(list(TOPICS))
    text = topic_text(d, topic)
    options = d.shuffled(dict.fromkeys([topic, *d.some(list(TOPICS), d.number(1, 4))]))
    return _with_options(d, text, options, "topic"), topic


def several_topics(d):
    """Up to eight texts and one list of topics: more to learn from in one example."""
    options = d.some(list(TOPICS), d.number(2, 6))
    asked = [d.pick(options) for _ in range(d.number(3, 8))]
    wording = d.phrase(
        "Topics: {o}\n\n{x}\n\n[Topic of each|The topics]:", "{x}\n\nGive the topic of each text. Options: {o}", "Sort these into {o}:\n{x}",
        "[What is|Name] the topic of each [line|sentence]? Choose from: {o}\n{x}", "Categories: {o}\n{x}\n[Labels|Categories]:", "{x}\n\nTopics ({o}):",
        "Label [each|every] sentence with one of these topics: {o}.\n\n{x}", "OPTIONS:\n{l}\n\n{x}\n\nTopics:", "{x}\nWhich of {o} is each about?",
    )  # fmt: skip
    texts = numbered(topic_text(d, topic) for topic in asked)
    return wording.format(o=", ".join(options), l="\n".join("- " + o for o in options), x=texts), numbered(asked)


def several_opinions(d):
    """Up to eight opinions at once, as `several_topics`."""
    asked = [d.pick(["positive", "negative"]) for _ in range(d.number(3, 8))]
    either = d.pick(["positive or negative", "negative or positive"])
    wording = d.phrase(
        "{x}\n\n[Positive or negative|Negative or positive]?", "Give the sentiment of each [line|sentence|review].\n\n{x}", "{x}\n\nSentiments:", "Reviews:\n{x}\n\n[Labels|Sentiments]:",
        "Are these {e}?\n{x}", "Label each [text|comment|line] as {e}:\n{x}", "Say of each [review|opinion] [if|whether] it is {e}.\n\n{x}", "{x}\nWhich of them are positive, which negative?",
        "What is the sentiment of each of these?\n{x}", "[Rate|Classify|Judge] all of these as {e}:\n{x}\n\nAnswers:",
    )  # fmt: skip
    return wording.format(e=either, x=numbered(opinion(d, kind) for kind in asked)), numbered(asked)


def by_intent(d):
    intent = d.pick(list(CORPORA.intents))
    text = draw_from(d, CORPORA.intents[intent])
    options = d.shuffled(dict.fromkeys([intent, *d.some(list(CORPORA.intents), d.number(1, 4))]))
    return _with_options(d, text, options, "intent"), intent


def _with_options(d, text, options, what):
    text_ = "[text|sentence|message|request]"
    wording = d.phrase(
        f"What is the {{w}} of [this|the] {text_}: {{o}}?\n\n{{x}}", "Classify the text into one of these categories: {o}.\nText: {x}\nCategory:",
        "{x}\n\nWhich {w} fits best?\n\nOPTIONS:\n{l}", "{x}\nOptions: {o}\n[Answer|Category|Label]:",
        "{W} of the sentence? {x}\nOptions: {o}", f"Is this {text_} about {{r}}? {{x}}",
        f"What is the {{w}} of this {text_}?\n\n{{x}}\n\nOPTIONS:\n{{l}}", f"[Classify|Find|Name|Give|Determine] the {{w}}[ of this {text_}|]: {{x}}\nOptions: {{o}}",
        "{W} options: {o}\nText: {x}\n{W}:", "{x}\n[Which|What] {w} is [it|this]: {r}?",
        "[Choose|Pick|Select|Find] the [right|best|fitting|correct] {w} ({o}) for this text: {x}", "Text: {x}\n\nIs the {w} {r}?",
        "[Categories|Labels|Classes|Choices]: {o}\n\n{x}", f"[Assign|Give] this {text_} [one of these labels|a label]: {{o}}.\n\n{{x}}",
        "Does this belong to {r}?\n\n{x}", f"[Which|Which one] of {{o}} [describes|fits] [this|the] {text_} [best|]?\n{{x}}",
    )  # fmt: skip
    return wording.format(
        x=text,
        w=what,
        W=capitalized(what),
        o=", ".join(options),
        r=" or ".join(options),
        l="\n".join("- " + o for o in options),
    )


# How often each is drawn.
KINDS = [(zero_shot, 18), (several_opinions, 9), (few_shot, 43), (by_intent, 5), (by_topic, 10), (several_topics, 15)]


def make(d):
    return d.weighted([(maker, weight) for maker, weight in KINDS if maker != by_intent or CORPORA.intents])(d)
