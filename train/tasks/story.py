"""Short stories and short essays."""

from .common import capitalized, table, with_article
from .names import first_name, made_up

HEROES = """fox rabbit bear mouse dragon robot cat dog bird turtle wolf lion princess boy girl fisherman king farmer knight
wizard witch baker sailor owl frog horse elephant pirate gardener astronaut squirrel duck penguin giant painter hedgehog
tiger ghost snowman""".split()
TRAITS = (
    "brave clever lonely curious kind small young old lazy happy shy poor tiny friendly hungry proud little".split()
)
WHEN = "One day,One morning,One evening,One cold night,One summer day,Then one day,On a rainy afternoon".split(",")
PARTS = {}
for part, *texts in table("stories.txt"):
    PARTS.setdefault(part, []).append(texts if len(texts) > 1 else texts[0])


def story(d):
    hero, trait, home = d.pick(HEROES), d.pick(TRAITS), d.pick(PARTS["home"])
    name = first_name(d) if d.chance(0.75) else made_up(d)
    he, him, his = ("he", "him", "his") if d.chance(0.5) else ("she", "her", "her")
    event, detail = d.pick(PARTS["event"])
    event, helper = event.format(h=his), d.pick(PARTS["helper"])
    a_hero = with_article(f"{trait} {hero}")
    words = dict(n=name, he=he, He=capitalized(he), him=him, helper=helper, friend=helper.split(" ", 1)[1])
    opening = d.pick(
        [
            f"Once upon a time there was {a_hero} named {name} who lived {home}.",
            f"There once was {a_hero} called {name}. {capitalized(he)} lived {home}.",
            f"Long ago, {a_hero} named {name} lived {home}.",
        ]
    )
    rest = [d.pick(PARTS[part]).format(**words) for part in ("meeting", "advice", "turn", "ending")]
    sentences = [opening, f"{d.pick(WHEN)} {name} {event}, and {detail}.", *rest]
    x = d.rng.random()
    if x < 0.18:
        n = d.pick([1, 1, 2])
        wording = d.phrase(
            "Continue the story: {x}",
            "Continue this story.\n\n{x}",
            "{x}\n\nWhat happens next?",
            "Finish the story: {x}",
            "{x}\n\nContinue the story.",
            "How does this story go on? {x}",
        )
        return wording.format(x=" ".join(sentences[:n])), " ".join(sentences[n:])
    wording = d.phrase(
        "Write a short story about {a} who {e}.", "Tell me a story about {a} named {n}.", "Write a story about {a}.",
        "Tell me a short story about {h}.", "Write a short story about {h} named {n} who lives {w}.",
        "Story about {h}:",
        "Write a fairy tale about {h}.", "Tell me a bedtime story about {a}.",
        "Write a very short story about {h} called {n}.", "Can you tell me a story about {h}?",
        "Make up a story about {a} {w}.", "Write a short story about {n}, {a}.",
        "Once upon a time there was {a}. Tell the story.", "I want to hear a story about {h}.",
        "Write a children's story about {a}.", "Write a short story in which {a} {e}.", "Short story: {a} {e}.",
        "Please write a little story about {h} who {e}.",
        "Tell a story about {n}.", "Write a tale of {a}.", "Write me a story about {h} {w}.",
        "Write a short story about {h}.", "Write a short story about {a}.",
    )  # fmt: skip
    return capitalized(wording.format(a=a_hero, h=with_article(hero), e=event, n=name, w=home)), " ".join(sentences)


ESSAYS = table("essays.txt")


def essay(d):
    topic, be, what, how, does, also = d.pick(ESSAYS)
    they, them = ("They", "them") if be == "are" else ("It", "it")
    shown = capitalized(topic)
    text = " ".join([
        d.pick([f"{shown} {be} {what}.", f"{shown} {be} {what}, and many people like {them}.",
            f"{shown} {be} an important part of our life."]),
        d.pick([f"{they} {be} {how}.", f"{they} {be} often described as {how}."]), does + ".", f"{shown} {also}.",
        d.pick([f"For these reasons, {topic} {be} something special.",
            f"In conclusion, {topic} {be} worth our attention.",
            f"That is why {topic} {be} important to many people."]),
    ])  # fmt: skip
    wording = d.phrase(
        "Write a short essay about {t}.", "Write a paragraph about {t}.", "Write an essay on {t}.",
        "Tell me something about {t}.", "Essay: {t}", "Write a few sentences about {t}.",
        "Explain why {t} {b} important.",
        "Write a short text about {t}.", "Write a short essay on the topic: {t}", "What can you say about {t}?",
        "Why {b} {t} important?", "Write five sentences about {t}.", "Give me a short essay about {t}.",
        "Can you write about {t}?", "Write about {t}.", "Topic: {t}\nEssay:",
    )  # fmt: skip
    return wording.format(t=topic, b=be), text


def make(d):
    return story(d) if d.chance(0.65) else essay(d)
