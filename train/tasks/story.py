"""Short stories and short essays."""

from .common import capitalized, table, with_article
from .names import first_name, made_up

HEROES = """fox rabbit bear mouse dragon robot cat dog bird turtle wolf lion princess boy girl fisherman king farmer knight
wizard witch baker sailor owl frog horse elephant pirate gardener astronaut squirrel duck penguin giant painter hedgehog
tiger ghost snowman""".split()
TRAITS = "brave clever lonely curious kind small young old lazy happy shy poor tiny friendly hungry proud little".split()
HOMES = """in a deep forest|by the sea|in a small village|on a high mountain|in a big city|near a quiet river|in an old castle|on a farm
under a big tree|on a small island|at the edge of the woods|in a house made of stone|in a lighthouse|behind the hills|in a green valley""".replace("\n",
    "|").split("|")
# event with {h} his/her, and what made it special
EVENTS = """lost {h} way|the sun was going down and every path looked the same
found a golden key|it was shining in the grass
heard a strange noise|it came from behind the hills
lost {h} favorite hat|the wind had carried it away
met a stranger|the stranger was tired and hungry
found an old map|it showed the way to a hidden treasure
wanted to learn how to fly|everyone said that it was impossible
saw a bright light in the sky|it moved slowly towards the ground
could not sleep|the moon was very bright
found a small boat|it had been forgotten on the shore
wanted to find a friend|nobody lived nearby
discovered a secret door|it was hidden behind the leaves
lost {h} best friend|they had argued the day before
wanted to see the sea|it was far away behind the mountains
found a talking stone|it knew all the old stories
wanted to bake the biggest cake|the whole village was invited
was afraid of the dark|the nights were long in winter
found a lost letter|it was addressed to the queen
wanted to touch the stars|they seemed so close that night
learned to play the flute|the music could be heard far away
got caught in a storm|the waves were as high as houses
found a magic lamp|it granted a single wish""".splitlines()
HELPERS = """a wise owl|an old woman|a small mouse|a friendly bird|a tall stranger|a little girl|a quiet fisherman|a talking tree|a kind giant|a tiny beetle|an old turtle|a traveling singer""".split("|")
WHEN = ["One day", "One morning", "One evening", "One cold night", "One summer day", "Then one day",
    "On a rainy afternoon"]
MEETING = (
    "{n} did not know what to do, so {he} asked {helper} for help.",
    "At first {n} was afraid, but then {helper} came along.",
    "{n} sat down and thought about it until {helper} appeared.",
    "Luckily, {helper} was passing by.", "{n} walked for hours and finally met {helper}.",
    "{He} almost gave up when {helper} spoke to {him}.",
)  # fmt: skip
ADVICE = (
    '"Do not worry," said the {friend}, "we will do it together."',
    '"Follow me," said the {friend}, "I know what to do."', 'The {friend} smiled and said, "You are stronger than you think."',
    '"Every problem has an answer," said the {friend}.', 'The {friend} whispered, "Listen to your heart."',
    '"Take this lantern and be brave," said the {friend}.',
)  # fmt: skip
TURN = (
    "They walked all night and in the morning they were home again.",
    "Step by step they found a way, and {n} laughed with joy.",
    "{n} listened carefully and tried once more, and this time it worked.",
    "It was not easy, but {n} did not give up.", "Together they reached the top of the hill and saw the whole world below them.",
    "Soon everything looked different, and {n} was no longer afraid.",
)  # fmt: skip
ENDINGS = (
    "From that day on, they were the best of friends.", "And they lived happily ever after.",
    "It was a day that nobody would ever forget.", "From then on, {n} was never lonely again.",
    "And so {n} learned that courage can be found in small hearts.",
    "That night they celebrated with songs and sweet cake.", "And {n} told this story to everyone who wanted to hear it.",
    "Since then, {n} has never stopped dreaming.",
)  # fmt: skip


def story(d):
    hero, trait, home, name = d.pick(HEROES), d.pick(TRAITS), d.pick(HOMES), first_name(d) if d.chance(
        0.75) else made_up(d)
    he, him, his = ("he", "him", "his") if d.chance(0.5) else ("she", "her", "her")
    event, detail = d.pick(EVENTS).split("|")
    event, helper = event.format(h=his), d.pick(HELPERS)
    a_hero = with_article(f"{trait} {hero}")
    words = dict(n=name, he=he, He=capitalized(he), him=him, helper=helper, friend=helper.split(" ", 1)[1])
    sentences = [
        d.pick([f"Once upon a time there was {a_hero} named {name} who lived {home}.",
            f"There once was {a_hero} called {name}. {capitalized(he)} lived {home}.",
            f"Long ago, {a_hero} named {name} lived {home}."]),
        f"{d.pick(WHEN)} {name} {event}, and {detail}.", d.pick(MEETING).format(**words),
        d.pick(ADVICE).format(**words), d.pick(TURN).format(**words), d.pick(ENDINGS).format(**words),
    ]  # fmt: skip
    x = d.rng.random()
    if x < 0.18:
        n = d.pick([1, 1, 2])
        wording = d.phrase("Continue the story: {x}", "Continue this story.\n\n{x}", "{x}\n\nWhat happens next?",
            "Finish the story: {x}", "{x}\n\nContinue the story.", "How does this story go on? {x}")
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
