"""Sentiment, topics, intents and other classes, with the labels named; shown by examples in few_shot.py."""

from .common import capitalized, frame, numbered, plural
from .corpora import CORPORA, draw_from
from .few_shot import REQUESTS, SETS, few_shot, of_an_api, request
from .opinions import NEUTRAL, TOPIC_NAMES, TOPICS, opinion, topic_text, topic_word


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


# What may be said of who writes, and of what is written, in place of positive and negative.
WRITERS = [("happy", "unhappy"), ("satisfied", "dissatisfied"), ("pleased", "displeased"), ("content", "discontent"), ("positive", "negative")]
TEXTS = [("positive", "negative"), ("good", "bad"), ("favorable", "unfavorable"), ("praise", "criticism"), ("a compliment", "a complaint")]


def by_other_names(d):
    """A feeling with two other labels, or with a third for texts without one."""
    of_writer, kind = d.chance(0.4), d.pick(["positive", "negative"])
    labels = dict(zip(["positive", "negative"], d.pick(WRITERS if of_writer else TEXTS)))
    text = opinion(d, kind)
    if labels["positive"] == "positive" or d.chance(0.3):
        labels["neutral"] = "neutral"
        if d.chance(0.4):
            kind, text = "neutral", d.phrase(*NEUTRAL)
    options = d.shuffled(labels.values())
    who, it = "[the writer|the author|the customer|the user|the speaker|this person]", "[this text|the text|this review|this message|this comment|the following]"
    instruction = d.phrase(
        f"Is {who} {{r}}?", f"[Tell me|Say|Decide|Determine] [if|whether] {who} is {{r}}.", f"How does {who} feel: {{r}}?", f"{{o}}: which of them is {who}?",
        f"[Choose|Pick] a word for the mood of {who}: {{o}}.", f"Would you say that {who} is {{r}}?", f"[Choose|Pick] one word for {who}: {{o}}.",
    ) if of_writer else d.phrase(
        f"Is {it} {{r}}?", f"[Tell me|Say|Decide|Determine] [if|whether] {it} is {{r}}.", f"[Label|Mark|Classify] {it} as {{r}}.", "[Decide|Say] if the feeling of this message is {r}.",
        "{R}?", f"Which of these is the [sentiment|tone|feeling] of {it}: {{r}}?", f"[Choose|Pick] one [label|class] for {it}: {{o}}.", f"Would you call {it} {{r}}?",
    )  # fmt: skip
    instruction = instruction.format(r=one_of(options), R=capitalized(one_of(options)), o=", ".join(options))
    return frame(d, capitalized(instruction), text, d.pick(["Review", "Text", "Comment", "Message"]), "Sentiment"), labels[kind]


def one_of(options):
    """ "a, b or c" """
    return ", ".join(options[:-1]) + " or " + options[-1]


def by_class(d):
    """The class of a text, of those of its set."""
    classes = d.pick(list(SETS.values()))
    label = d.pick(list(classes))
    return _with_options(d, d.phrase(*classes[label]), d.shuffled(classes), d.pick(["category", "class", "label", "type"])), label


def by_function(d):
    """What a request is for, of what functions are for: they are called by names that tell, with or without underscores."""
    shown = (lambda n: n) if d.chance(0.5) else lambda n: n.replace("_", " ")
    if d.chance(0.5):
        options, ask = of_an_api(d)
        name = d.pick(options)
    else:
        name, ask = d.pick(list(REQUESTS)), request
        options = d.shuffled(dict.fromkeys([name, *d.some(list(REQUESTS), d.number(1, 4))]))
    return _with_options(d, ask(d, name), list(map(shown, options)), "intent"), shown(name)


def by_topic(d):
    topic = d.pick(list(TOPICS))
    text = topic_text(d, topic)
    names = topic_names(d, dict.fromkeys([topic, *d.some(list(TOPICS), d.number(1, 4))]))
    return _with_options(d, text, d.shuffled(names.values()), "topic"), names[topic]


def topic_names(d, topics):
    """{topic: what the prompt calls it}"""
    others, written = d.chance(0.4), d.pick([str, str, str, capitalized, str.upper] if d.split == "train" else [str])
    return {topic: written(d.pick(TOPIC_NAMES[topic]) if others else topic) for topic in topics}


def several_topics(d):
    """Up to eight texts and one list of topics: more to learn from in one example."""
    names = topic_names(d, d.some(list(TOPICS), d.number(2, 6)))
    options, asked = list(names.values()), [d.pick(list(names)) for _ in range(d.number(3, 8))]
    wording = d.phrase(
        "Topics: {o}\n\n{x}\n\n[Topic of each|The topics]:", "{x}\n\nGive the topic of each text. Options: {o}", "Sort these into {o}:\n{x}",
        "[What is|Name] the topic of each [line|sentence]? Choose from: {o}\n{x}", "Categories: {o}\n{x}\n[Labels|Categories]:", "{x}\n\nTopics ({o}):",
        "Label [each|every] sentence with one of these topics: {o}.\n\n{x}", "OPTIONS:\n{l}\n\n{x}\n\nTopics:", "{x}\nWhich of {o} is each about?",
    )  # fmt: skip
    sample = topic_word if d.split == "train" and d.chance(0.3) else topic_text
    texts = numbered(sample(d, topic) for topic in asked)
    return wording.format(o=", ".join(options), l="\n".join("- " + o for o in options), x=texts), numbered(names[topic] for topic in asked)


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
        "Does this belong to {r}?\n\n{x}", "[Classify|Sort] [the|this] text as one of[:| these:] {o}.\n\n{x}", "[Labels|Options|Choose one|Pick one]: {o}\n\"{x}\"\n{W}:",
        "{W} options: {o}\n\"{x}\"\n[{w}|{W}]:", "{Ws}: {o}\n\nText: {x}\n\n[Which|What] {w} fits?", "[Choose|Pick] one: {o}.\n\n{x}", "Which of these {ws} [suits|fits|matches] the text best: {r}?\n\n{x}",
        "[Tell me|Say|Decide] [if|whether] this is {r}: {x}", "[Possible|The] {ws}: {o}\n\n{x}", "[Assign|Give|Find] the {w}. [Options|Choices]: {o}\nText: {x}", f"[Which|Which one] of {{o}} [describes|fits] [this|the] {text_} [best|]?\n{{x}}",
    )  # fmt: skip
    bullet = d.pick(["- ", "- ", "* ", ""])
    return wording.format(
        x=text,
        w=what,
        W=capitalized(what),
        ws=plural(what),
        Ws=capitalized(plural(what)),
        o=d.pick([", ", ", ", ", ", " / ", " | ", "; "]).join(options),
        r=d.pick([" or ".join, one_of])(options),
        l="\n".join(bullet + o for o in options),
    )


# How often each is drawn.
KINDS = [(zero_shot, 15), (by_other_names, 5), (several_opinions, 9), (few_shot, 43), (by_intent, 5), (by_function, 9), (by_class, 8), (by_topic, 10), (several_topics, 15)]


def make(d):
    return d.weighted([(maker, weight) for maker, weight in KINDS if maker != by_intent or CORPORA.intents])(d)
