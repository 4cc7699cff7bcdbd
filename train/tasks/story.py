"""Short stories and short essays."""

from .common import capitalized, first_name, made_up, with_article

HEROES = """fox rabbit bear mouse dragon robot cat dog bird turtle wolf lion princess boy girl fisherman king farmer knight
wizard witch baker sailor owl frog horse elephant pirate gardener astronaut squirrel duck penguin giant painter hedgehog
tiger ghost snowman""".split()
TRAITS = "brave clever lonely curious kind small young old lazy happy shy poor tiny friendly hungry proud little".split()
HOMES = """in a deep forest|by the sea|in a small village|on a high mountain|in a big city|near a quiet river|in an old castle|on a farm
under a big tree|on a small island|at the edge of the woods|in a house made of stone|in a lighthouse|behind the hills|in a green valley""".replace("\n", "|").split("|")
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
WHEN = ["One day", "One morning", "One evening", "One cold night", "One summer day", "Then one day", "On a rainy afternoon"]
MEETING = (
    "{n} did not know what to do, so {he} asked {helper} for help.", "At first {n} was afraid, but then {helper} came along.", "{n} sat down and thought about it until {helper} appeared.",
    "Luckily, {helper} was passing by.", "{n} walked for hours and finally met {helper}.", "{He} almost gave up when {helper} spoke to {him}.",
)  # fmt: skip
ADVICE = (
    '"Do not worry," said the {friend}, "we will do it together."', '"Follow me," said the {friend}, "I know what to do."', 'The {friend} smiled and said, "You are stronger than you think."',
    '"Every problem has an answer," said the {friend}.', 'The {friend} whispered, "Listen to your heart."', '"Take this lantern and be brave," said the {friend}.',
)  # fmt: skip
TURN = (
    "They walked all night and in the morning they were home again.", "Step by step they found a way, and {n} laughed with joy.", "{n} listened carefully and tried once more, and this time it worked.",
    "It was not easy, but {n} did not give up.", "Together they reached the top of the hill and saw the whole world below them.", "Soon everything looked different, and {n} was no longer afraid.",
)  # fmt: skip
ENDINGS = (
    "From that day on, they were the best of friends.", "And they lived happily ever after.", "It was a day that nobody would ever forget.", "From then on, {n} was never lonely again.",
    "And so {n} learned that courage can be found in small hearts.", "That night they celebrated with songs and sweet cake.", "And {n} told this story to everyone who wanted to hear it.", "Since then, {n} has never stopped dreaming.",
)  # fmt: skip


def story(d):
    hero, trait, home, name = d.pick(HEROES), d.pick(TRAITS), d.pick(HOMES), first_name(d) if d.chance(0.75) else made_up(d)
    he, him, his = ("he", "him", "his") if d.chance(0.5) else ("she", "her", "her")
    event, detail = d.pick(EVENTS).split("|")
    event, helper = event.format(h=his), d.pick(HELPERS)
    a_hero = with_article(f"{trait} {hero}")
    words = dict(n=name, he=he, He=capitalized(he), him=him, helper=helper, friend=helper.split(" ", 1)[1])
    sentences = [
        d.pick([f"Once upon a time there was {a_hero} named {name} who lived {home}.", f"There once was {a_hero} called {name}. {capitalized(he)} lived {home}.", f"Long ago, {a_hero} named {name} lived {home}."]),
        f"{d.pick(WHEN)} {name} {event}, and {detail}.", d.pick(MEETING).format(**words), d.pick(ADVICE).format(**words), d.pick(TURN).format(**words), d.pick(ENDINGS).format(**words),
    ]  # fmt: skip
    x = d.rng.random()
    if x < 0.18:
        n = d.pick([1, 1, 2])
        wording = d.phrase("Continue the story: {x}", "Continue this story.\n\n{x}", "{x}\n\nWhat happens next?", "Finish the story: {x}", "{x}\n\nContinue the story.", "How does this story go on? {x}")
        return wording.format(x=" ".join(sentences[:n])), " ".join(sentences[n:])
    wording = d.phrase(
        "Write a short story about {a} who {e}.", "Tell me a story about {a} named {n}.", "Write a story about {a}.", "Tell me a short story about {h}.", "Write a short story about {h} named {n} who lives {w}.", "Story about {h}:",
        "Write a fairy tale about {h}.", "Tell me a bedtime story about {a}.", "Write a very short story about {h} called {n}.", "Can you tell me a story about {h}?", "Make up a story about {a} {w}.", "Write a short story about {n}, {a}.",
        "Once upon a time there was {a}. Tell the story.", "I want to hear a story about {h}.", "Write a children's story about {a}.", "Write a short story in which {a} {e}.", "Short story: {a} {e}.", "Please write a little story about {h} who {e}.",
        "Tell a story about {n}.", "Write a tale of {a}.", "Write me a story about {h} {w}.", "Write a short story about {h}.", "Write a short story about {a}.",
    )  # fmt: skip
    return capitalized(wording.format(a=a_hero, h=with_article(hero), e=event, n=name, w=home)), " ".join(sentences)


# topic | is/are | what | how | what it does | what else
ESSAYS = """dogs|are|animals|loyal and friendly|They guard the house and play with children|need food, water and a walk every day
cats|are|animals|quiet and independent|They catch mice and sleep many hours a day|need food, clean water and a warm place
horses|are|animals|strong and gentle|They carry people and run across the fields|need space, hay and care
birds|are|animals|light and colorful|They fly, sing and build nests in the trees|can see the world from above
bees|are|insects|small but very important|They make honey and carry pollen from flower to flower|must be protected
music|is|an art|beautiful and full of feeling|It brings people together|takes practice and patience to learn
books|are|a source of knowledge|quiet but powerful|They teach us about other people and times|take time and attention to read
sports|are|a way to stay healthy|fun and exciting|They teach us teamwork|require training and discipline
football|is|a sport|fast and exciting|Eleven players on each side try to score goals|is loved in many countries
chess|is|a game for two players|calm but demanding|It teaches us to plan and to think ahead|has been played for many centuries
winter|is|a season|cold and white|Snow covers the streets and children build snowmen|makes people stay at home and drink hot tea
summer|is|a season|warm and bright|People go to the beach and swim|brings long days and short nights
spring|is|a season|fresh and green|Flowers bloom and birds return|wakes up nature after the cold months
autumn|is|a season|golden and windy|Leaves fall and farmers bring in the harvest|prepares nature for the winter
school|is|a place of learning|sometimes hard but useful|Students meet friends and learn new things|prepares us for life
computers|are|machines|fast and useful|They help us write, calculate and talk to each other|need electricity and good programs
the internet|is|a network of computers|fast and almost endless|It connects people all over the world|should be used with care
smartphones|are|small computers|practical and always with us|They take pictures, show the way and connect friends|can also take too much of our time
robots|are|machines|precise and tireless|They build cars, clean floors and explore other planets|need programs that tell them what to do
trees|are|plants|tall and green|They give us clean air and shade|need water, light and good soil
flowers|are|plants|colorful and fragrant|They attract bees and make people smile|need light and water
water|is|a liquid|clear and precious|All living things need it every day|should not be wasted
the ocean|is|a huge body of water|deep and mysterious|Many fish and whales live in it|must be protected from plastic
rain|is|water from the clouds|cool and refreshing|It fills the rivers and lets the plants grow|can be welcome or annoying
friendship|is|a gift|warm and honest|Friends help each other in hard times|needs trust and time
family|is|a group of people who belong together|warm and sometimes loud|Parents and children care for each other|gives us a home
artificial intelligence|is|a technology|fast and flexible|It can translate texts, answer questions and write code|must be used with care
language models|are|computer programs|helpful but not always right|They read a text and predict the next word|should be checked by people
cooking|is|a skill|creative and useful|It brings families to one table|needs fresh food and some practice
travel|is|an adventure|exciting and educational|We meet new people and see new places|costs time and money
the moon|is|the companion of the Earth|bright and silent|It moves the oceans and lights up the night|has been visited by twelve people
the sun|is|a star|hot and bright|It gives us light and warmth|is the center of the solar system
space|is|the world beyond our sky|dark and endless|Stars and planets move through it|is explored with rockets and telescopes
cities|are|places where many people live|loud and colorful|There are shops, museums and theaters|need clean air and good transport
mountains|are|high places of rock and snow|silent and majestic|People climb them and enjoy the view|must be treated with respect
coffee|is|a drink|hot and strong|It wakes us up in the morning|is grown in warm countries
bicycles|are|vehicles|cheap and healthy|They take us through the city without noise|need good paths
trains|are|vehicles|fast and comfortable|They connect cities and countries|are good for the climate
sleep|is|a time of rest|quiet and necessary|The body recovers and the mind sorts its memories|should last about eight hours
health|is|a treasure|easy to lose|Good food, sleep and exercise protect it|is more important than money""".splitlines()


def essay(d):
    topic, be, what, how, does, also = d.pick(ESSAYS).split("|")
    they, them = ("They", "them") if be == "are" else ("It", "it")
    shown = capitalized(topic)
    text = " ".join([
        d.pick([f"{shown} {be} {what}.", f"{shown} {be} {what}, and many people like {them}.", f"{shown} {be} an important part of our life."]),
        d.pick([f"{they} {be} {how}.", f"{they} {be} often described as {how}."]), does + ".", f"{shown} {also}.",
        d.pick([f"For these reasons, {topic} {be} something special.", f"In conclusion, {topic} {be} worth our attention.", f"That is why {topic} {be} important to many people."]),
    ])  # fmt: skip
    wording = d.phrase(
        "Write a short essay about {t}.", "Write a paragraph about {t}.", "Write an essay on {t}.", "Tell me something about {t}.", "Essay: {t}", "Write a few sentences about {t}.", "Explain why {t} {b} important.",
        "Write a short text about {t}.", "Write a short essay on the topic: {t}", "What can you say about {t}?", "Why {b} {t} important?", "Write five sentences about {t}.", "Give me a short essay about {t}.", "Can you write about {t}?", "Write about {t}.", "Topic: {t}\nEssay:",
    )  # fmt: skip
    return wording.format(t=topic, b=be), text


def make(d):
    return story(d) if d.chance(0.65) else essay(d)
