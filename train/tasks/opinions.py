"""Texts with a feeling, and texts on a topic."""

from .common import capitalized, table, with_article
from .corpora import CORPORA, draw_from
from .names import first_name, place

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
NEUTRAL = tuple(text for kind, text in OPINIONS if kind == "neutral")
TOPICS = {}
for topic, sentence in table("topics.txt"):
    TOPICS[topic] = (*TOPICS.get(topic, ()), sentence)
# By what other names a topic may be offered: each fits all its sentences.
TOPIC_NAMES = {
    "animals": ("animals", "animal world", "fauna"), "art": ("art", "arts", "culture", "arts and culture"),
    "business": ("business", "economy", "business and finance", "money"), "crime": ("crime", "law", "crime and police"),
    "education": ("education", "school", "learning"), "food": ("food", "cooking", "food and drink", "cuisine"),
    "health": ("health", "medicine", "healthcare"), "music": ("music", "musical life"), "politics": ("politics", "government"),
    "science": ("science", "research", "sciences"), "sports": ("sports", "sport", "games and sports"),
    "technology": ("technology", "tech", "computers", "IT"), "travel": ("travel", "tourism", "traveling"), "weather": ("weather", "climate", "meteorology"),
}  # fmt: skip
# More words of each topic than its sentences have; singular and plural, so they only stand where both can.
TOPIC_WORDS = {topic: words.split(",") for topic, words in table("topic_words.txt")}
ABOUT_WORDS = ("{w}, {w2}, {w3}", "{w} and {w2}", "{w}", "All about {w} and {w2}.", "{p} told me about {w}.", "I know little about {w}.",
    "We talked about {w} for {n} minutes.", "He wrote a whole page about {w} and {w2}.", "A book on {w}, {w2} and {w3}.",
    "Do you know anything about {w}?", "Here is a picture of {w}.", "My question is about {w}.", "She looked up {w} and {w2}.",
    "News from {l}: {w}, {w2}", "What do you think of {w}?", "{p} thinks of {w} and {w2} all day.", "Tell me more about {w}, please.",
    "In {l} I saw a film about {w} and {w2}.", "There was nothing but {w} and {w2}.", "It has to do with {w}.")


def opinion(d, kind):
    """A text of the sentiment "positive" or "negative"."""
    if CORPORA.feelings and d.chance(0.12):
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


def topic_word(d, topic):
    return d.pick(TOPIC_WORDS[topic])


def topic_text(d, topic):
    if d.split == "train" and d.chance(0.3):
        w, w2, w3 = d.some(TOPIC_WORDS[topic], 3)
        return d.pick(ABOUT_WORDS).format(w=w, w2=w2, w3=w3, p=first_name(d), l=place(d), n=d.number(2, 40))
    return d.phrase(*TOPICS[topic]).format(p=first_name(d), l=place(d), n=d.number(2, 40), m=d.number(0, 5))
