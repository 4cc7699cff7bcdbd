"""Sentiment, topics and intents: with the labels named, or shown by examples."""

from .common import WORDS, capitalized, first_name, frame, made_up, place, with_article
from .corpora import CORPORA, draw_from

SUBJECTS = """movie book restaurant hotel phone food service product concert trip room coffee game show song lesson course play
app camera pizza soup laptop car museum staff story acting ending music waiter flight delivery bag dress shampoo battery
museum exhibition party holiday weather bed breakfast website teacher album beach headphones vacuum jacket""".split()
POSITIVE = """great wonderful excellent amazing fantastic lovely delicious beautiful perfect brilliant superb good nice outstanding
charming delightful impressive friendly fun exciting comfortable awesome enjoyable pleasant fabulous marvelous touching
clever stunning helpful incredible flawless""".split()
NEGATIVE = """terrible awful horrible bad boring disgusting disappointing poor dreadful ugly rude slow dirty useless broken cold
annoying stupid weak unpleasant expensive bland noisy cheap frustrating lousy mediocre pathetic confusing dull tasteless
uncomfortable unreliable""".split()
# {x} a subject, {y} another, {a} {b} adjectives of the sentiment, {n} an adjective of the other sentiment, {p} a name
EITHER = """The {x} was {a}.|The {x} was really {a} and the {y} was {b}.|What {aa} {x}!|I think the {x} is {a}.|{A} {x}.|This is a very {a} {x}.
The {x} was {a}, and I thought the {y} was {b} too.|My friend {p} said the {x} was {a} and I agree.|The {y} was okay, but the {x} was {a}.|{A} {x}, {b} {y}.
It was the most {a} {x} I have ever seen.|Honestly, the {x} is just {a}.|I found the {x} quite {a}.|We thought that the {x} was {a}.|Such {aa} {x}.|The {x} here is so {a}!|Everything about the {x} was {a}.
I expected something {n}, but the {x} was {a}.|How {a} this {x} is!|{p} and I found the {x} {a}.|The {x} turned out to be {a}.|A truly {a} {x}."""
ONLY_POSITIVE = """I loved this {x}.|I really enjoyed the {x}, it was {a}.|I would buy this {x} again.|Best {x} ever!|I am so happy with this {x}.|This {x} made my day.
I highly recommend this {x}.|I like this {x} a lot.|We had a great time, thanks to the {a} {x}.|I did not expect such {aa} {x}.|Nothing to complain about, the {x} was {a}.|The {x} was not bad at all.
I love it!|Thank you so much, this is {a}!|I feel happy today.|I can't wait to come back.|Worth every cent.|The {x} was better than I expected.|We will definitely come again.|I could not stop smiling.|Five stars for the {x}!
Thanks to the {a} {x} we will return.|I was afraid it would be {n}, but it was {a}.|Not {n} at all, I loved the {x}.|The {x} exceeded all my hopes.|My kids love the {x}.|Everybody was happy.|Would recommend to anyone.
I never get tired of this {x}.|What a joy!|The {x} works perfectly."""
ONLY_NEGATIVE = """I hated this {x}.|I wasted my money on this {x}.|I do not like this {x}.|I don't like this {x}.|Worst {x} ever!|I want my money back.|I am so angry about this {x}.|This {x} ruined my day.
I would not recommend this {x}.|Never again! The {x} was {a}.|The {x} was not good.|The {x} was not {n} at all.|I fell asleep because the {x} was so {a}.|I hate it!|I feel sad today.|The {x} could have been better.
What a waste of time.|The {x} broke after two days.|I will never come back.|We left early.|The {x} was a big disappointment.|Save your money.|Nobody liked the {x}.|I regret buying this {x}.|One star, and that is generous.
I expected {a2} {x} and got nothing.|It was supposed to be {n}, but it was {a}.|Don't buy this {x}.|The {x} stopped working.|Avoid the {x}.|The {x} was worse than I expected.|I am very disappointed.|It made me sad."""
split = lambda text: tuple(template for line in text.splitlines() for template in line.split("|"))
TEMPLATES = {"positive": split(EITHER) + split(ONLY_POSITIVE), "negative": split(EITHER) + split(ONLY_NEGATIVE)}
TOPICS = {
    "sports": "The team won the match {n} to {m}.|{p} scored two goals in the final.|The coach of the {l} football club resigned.|{p} broke the world record in swimming.|The tennis player lost in the third set.|The runners finished the marathon in {l}.|The basketball game ended in a draw.|{p} trains for the Olympic Games.",
    "politics": "The president of {l} signed a new law.|{p} won the election in {l}.|The parliament voted against the bill.|The minister resigned after the vote.|The government of {l} announced tax reforms.|{p} wants to become mayor.|The senate discussed the budget.",
    "technology": "The company released a new smartphone.|Engineers in {l} built a faster computer chip.|The new software update fixes several bugs.|The robot can recognize speech and images.|{p} presented a new laptop.|The app now works offline.|Hackers attacked the servers of a bank.",
    "food": "Add two eggs and a cup of flour.|The chef in {l} cooked a delicious soup.|Bake the cake for {n} minutes.|This restaurant serves fresh pasta and salad.|{p} made a sandwich with cheese.|The recipe needs garlic and butter.|Boil the rice for {n} minutes.",
    "weather": "Heavy rain is expected in {l} tomorrow.|It will be sunny with {n} degrees.|A snow storm is moving towards {l}.|Strong winds and clouds are expected.|The temperature in {l} will fall below zero.|Thick fog covers {l}.",
    "travel": "We booked a flight to {l}.|The hotel in {l} is close to the beach.|{p} took the train from {l}.|Do not forget your passport on the trip.|The tourists visited the old town of {l}.|Our guide showed us the sights of {l}.",
    "health": "The doctor told {p} to rest.|Drink more water and sleep eight hours.|The hospital in {l} treated {n} patients.|The new medicine helps against headaches.|{p} has a fever and a cough.|Walking every day is good for the heart.",
    "business": "The shares of the company fell by {n} percent.|The bank in {l} made a large profit.|{p} sold the firm for {n} million dollars.|Sales rose in the last quarter.|The company in {l} hired {n} workers.|The store lowered its prices.",
    "science": "Scientists discovered a new planet.|The experiment showed that light bends.|Researchers in {l} studied the brain of mice.|The telescope observed a distant galaxy.|{p} measured the speed of sound.|Biologists found a new kind of frog.",
    "music": "The band played its new song in {l}.|{p} released a new album.|The orchestra performed a symphony.|She plays the piano and the violin.|The singer {p} started a tour.|The choir sang three old songs.",
}  # fmt: skip
TOPICS = {topic: tuple(text.split("|")) for topic, text in TOPICS.items()}


def opinion(d, kind):
    """A text of the sentiment "positive" or "negative"."""
    if CORPORA.feelings and d.chance(0.25):
        return draw_from(d, CORPORA.feelings[kind])
    own, other = (POSITIVE, NEGATIVE) if kind == "positive" else (NEGATIVE, POSITIVE)
    (a, b), (x, y), n = d.some(own, 2), d.some(SUBJECTS, 2), d.pick(other)
    text = d.phrase(*TEMPLATES[kind]).format(x=x, y=y, a=a, b=b, n=n, p=first_name(d), A=capitalized(a), aa=with_article(a), a2=with_article(n))
    return text + " " + opinion(d, kind) if d.chance(0.2) else text


def topic_text(d, topic):
    return d.phrase(*TOPICS[topic]).format(p=first_name(d), l=place(d), n=d.number(2, 40), m=d.number(0, 5))


def zero_shot(d):
    kind = d.pick(["positive", "negative"])
    text = opinion(d, kind)
    if d.chance(0.3):
        wording = d.phrase(
            "{x}\nSentiment:", "Sentiment: {x}", "Review: {x}\nSentiment:", "Tweet: {x}\nSentiment:", "{x} Is this positive or negative?", "Text: {x}\nSentiment:",
            "{x}\n\nWhat is the sentiment of this review?\n\nOPTIONS:\n- positive\n- negative", "{x}\n\nPositive or negative?", "Classify this review: {x}\nSentiment:", "Classify this review:\n{x}\nSentiment:", "sentiment: {x}", "Comment: {x}\nPositive or negative?",
        )  # fmt: skip
        return wording.format(x=text), kind
    instruction = d.phrase(
        "Is this review positive or negative?", "What is the sentiment of this text?", "Classify the sentiment as positive or negative.", "Is the sentiment positive or negative?",
        "How does the writer feel, positive or negative?", "Is the following sentence positive or negative?", "Determine the sentiment.", "Classify this review.", "Does the author like it? Answer positive or negative.",
        "Tell me if this comment is positive or negative.", "Decide whether the text is positive or negative.", "What is the sentiment of the following review?", "Label the review as positive or negative.", "Is the customer happy? Say positive or negative.",
        "Sentiment analysis.", "Perform sentiment analysis.", "Is this a positive or a negative comment?", "Positive or negative?",
    )  # fmt: skip
    return frame(d, instruction, text, d.pick(["Review", "Text", "Comment", "Tweet", "Sentence"]), "Sentiment"), kind


PAIRS = [("negative", "positive"), ("Negative", "Positive"), ("bad", "good"), ("thumbs down", "thumbs up"), ("no", "yes"), ("0", "1"), ("sad", "happy"), ("B", "A"), ("-", "+"), ("dislike", "like")]  # fmt: skip


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
        ("Review: ", "\nSentiment: ", "\n\n"), ("Text: ", "\nLabel: ", "\n\n"), ("", "\n", "\n\n"), ("Classify this review:\n", "\nSentiment: ", "\n\n"), ("Input: ", "\nOutput: ", "\n"),
        ("", " -> ", "\n"), ("", " => ", "\n"), ("Sentence: ", "\nClass: ", "\n\n"), ("Q: ", "\nA: ", "\n"), ("Message: ", "\nCategory: ", "\n\n"), ("", " // ", "\n"), ("", ": ", "\n"), ("Text: ", "\nSentiment: ", "\n"), ("Tweet: ", "\nLabel: ", "\n"), ("- ", " = ", "\n"),
    )  # fmt: skip
    head = d.pick(["", "", "", "Classify the text.\n\n", "Follow the examples.\n\n", "Classify each text like the examples.\n\n"])
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
        "What is the {w} of this text: {o}?\n\n{x}", "Classify the text into one of these categories: {o}.\nText: {x}\nCategory:", "{x}\n\nWhich {w} fits best?\n\nOPTIONS:\n{l}",
        "{W} of the sentence? {x}\nOptions: {o}", "Is this text about {r}? {x}", "What is the {w} of this request?\n\n{x}\n\nOPTIONS:\n{l}", "Classify the {w}: {x}\nOptions: {o}",
        "{W} options: {o}\nText: {x}\n{W}:", "{x}\nWhich {w} is it: {r}?", "Choose the right {w} ({o}) for this text: {x}", "Text: {x}\n\nIs the {w} {r}?",
    )  # fmt: skip
    return wording.format(x=text, w=what, W=capitalized(what), o=", ".join(options), r=" or ".join(options), l="\n".join("- " + o for o in options))


def make(d):
    x = d.rng.random()
    if x < 0.42:
        return zero_shot(d)
    if x < 0.8:
        return few_shot(d)
    return by_intent(d) if CORPORA.intents and x < 0.9 else by_topic(d)
