"""Short stories and short essays."""

import hashlib
import re

from .common import capitalized, is_held_out, table, with_article
from .names import ADJECTIVES, FEMALE_NAMES, MALE_NAMES, NOUNS, first_name, made_up, place

PLOTS = {key: (event, detail, texts[:2], texts[2:]) for key, event, detail, *texts in table("plots.txt")}
HEROES = {hero: (pronoun, *(column.split("/") for column in columns)) for hero, pronoun, *columns in table("heroes.txt")}
TRAITS = {trait: plots.split("/") for trait, plots in table("traits.txt")}
WHEN = """One day,One morning,One evening,One cold night,One summer day,Then one day,On a rainy afternoon,Last winter,
In the middle of the night,Early in spring,After a long storm,On the first day of autumn""".replace("\n", "").split(",")
ABSTRACT = """kindness,silence,beauty,loneliness,luck,good manners,modern art,space travel,public transport,fast food,old age,
first love,teamwork,fear,anger,trust,boredom,fashion,gossip,poetry,fresh air,free time,hard work,healthy food""".replace(
    "\n", ""
).split(",")
PLURAL_ABSTRACT = {"good manners"}
PARTS = {}
for part, *texts in table("stories.txt"):
    PARTS.setdefault(part, []).append(texts if len(texts) > 1 else texts[0])


def hero(d):
    """What a story is about: usually a creature or a person, sometimes anything."""
    return d.pick(list(HEROES)) if d.chance(0.78) else d.fill(NOUNS) if d.chance(0.75) else made_up(d, False)


MEN, WOMEN = (set(names.train + names.held_out) for names in (MALE_NAMES, FEMALE_NAMES))
PRONOUNS = {"he": ("he", "him", "his"), "she": ("she", "her", "her")}
OPENINGS = {
    "named": """Once upon a time there was {a} named {n} {l}.|There once was {a} called {n} {l}.|This is the story of {n}, {a} {l}.|
Long ago, there was {a} {l}. The name of this {h} was {n}.|In a time long past, there was {a} {l}, and everyone called {him} {n}.|
Do you know {n}? {He} was {a} {l}.""",
    "nameless": """Once upon a time there was {a} {l}.|There once was {a} {l}.|This is the story of {a} {l}.|Long ago, there was {a} {l}.|
Many years ago, there was {a} {l}.|Have you heard of {a} {l}?""",
}
OPENINGS = {kind: [opening.strip() for opening in text.split("|")] for kind, text in OPENINGS.items()}


def first_choice(d, texts):
    """Mostly the first: a model that always writes what is likeliest then has something definite to write."""
    return texts[0] if d.chance(0.7) else d.pick(texts)


def favourite(d, of, texts):
    """Mostly the one of the texts that goes with `of`, so that not all stories are alike."""
    return texts[int(hashlib.md5(f"{of} {texts[0]}".encode()).hexdigest(), 16) % len(texts)] if d.chance(0.7) else d.pick(texts)


def pronouns(noun, name):
    """{slot: word}: those of the name if it tells, or else the ones that this hero always has."""
    usual = HEROES[noun][0] if noun in HEROES else "he" if is_held_out("he or she: " + noun, 2) else "she"
    he, she = name in MEN, name in WOMEN
    usual = "he" if he and not she else "she" if she and not he else usual
    he, him, his = PRONOUNS[usual]
    return dict(he=he, He=capitalized(he), him=him, his=his)


def story(d):
    """The plot suits what the prompt tells: the trouble of the hero, or else the trait, or else the hero itself."""
    noun, trait, home = hero(d), d.pick(list(TRAITS)) if d.chance(0.6) else "", d.pick(PARTS["home"])
    _, homes, plots, helpers = HEROES.get(noun, ("", [favourite(d, noun, PARTS["home"])], [favourite(d, noun, list(PLOTS))], None))
    # What the prompt tells must come back in the story.
    kind = d.pick(["plain", "plain", "home", "event", "trouble", "trouble", "habit", "habit", "pair", "name", "name"])
    continued = d.chance(0.14)
    named = kind == "name" or continued
    trouble, troubled, plot = d.pick(PARTS["trouble"]) if kind == "trouble" else (*d.pick(PARTS["habit"]), None)
    if kind == "event":
        plot = d.pick(list(PLOTS))
    elif kind != "trouble":
        plot = first_choice(d, TRAITS[trait] if trait else plots)
    event, detail, solutions, endings = PLOTS[plot]
    helper = first_choice(d, helpers) if helpers else favourite(d, plot, PARTS["helper"])
    if kind == "pair":
        helper = with_article(d.pick([other for other in HEROES if other != noun]))
    name = (first_name(d) if d.chance(0.7) else made_up(d)) if named else f"the {noun}"
    who = pronouns(noun, name) | {"n": name}
    event, detail = (text.format(h=who["his"]) for text in (event, detail))
    a_hero = with_article(f"{trait} {noun}".strip())
    words = dict(**who, helper=helper, friend=helper.split(" ", 1)[1])
    lived = f"who {troubled}" if kind in ("trouble", "habit") else f"who lived {home if kind == 'home' else first_choice(d, homes)}"
    opening = favourite(d, noun, OPENINGS["named" if named else "nameless"]).format(a=a_hero, l=lived, h=noun, **who)
    sentences = [opening, f"{favourite(d, plot, WHEN)} {who['n']} {event}, and {detail}."]
    parts = d.pick([("meeting", "advice"), ("meeting", "advice"), ("meeting",)])
    sentences += [favourite(d, helper, PARTS[part]).format(**words) for part in parts]
    sentences += [favourite(d, noun, texts).format(**words) for texts in (solutions, endings)]
    sentences = [re.sub(r'^"?[a-z]', lambda match: match.group(0).upper(), sentence) for sentence in sentences]
    if continued:
        n = d.pick([1, 1, 2])
        wording = d.phrase(
            "[Continue|Finish|Go on with|Complete] [the|this] story: {x}", "[Continue|Finish|Complete] this story.\n\n{x}",
            "{x}\n\nWhat happens next?", "{x}\n\n[Continue|Finish] the story.", "How does this story [go on|end]? {x}",
            "{x}\n\n[Go on.|And then?|Tell me the rest.]",
        )  # fmt: skip
        return wording.format(x=" ".join(sentences[:n])), " ".join(sentences[n:]), None
    tell = "[Write|Tell|Tell me|Make up|Invent|Please write|Please tell me|Write me|Can you write|I want to hear|I would like]"
    tale = "a [short |very short |little |funny |nice |children's |bedtime |]story"
    wordings = {
        "plain": (f"{tell} {tale} about {{a}}.", f"{tell} {tale} with {{a}} in it.", "[Story|Short story|A story] about {a}[:|]",
            f"{tell} a [fairy tale|tale] about {{a}}.", f"{tell} a [fairy tale|tale|legend] of {{a}}.", "{a}: a story", f"{tell} {tale} in which {{a}} plays a role.",
            "Once upon a time there was {a}. [Tell the story.|Go on.]", "Can you tell me a story about {a}?"),
        "home": (f"{tell} {tale} about {{a}} who lives {{w}}.", f"{tell} {tale} about {{a}} {{w}}.",
            "[Story|Short story] about {a} who lives {w}[:|]", f"{tell} a tale of {{a}} who lived {{w}}."),
        "event": (f"{tell} {tale} about {{a}} who {{e}}.", f"{tell} {tale} in which {{a}} {{e}}.", "[Story|Short story]: {a} {e}[.|]",
            f"{tell} {tale}: {{a}} {{e}}."),
        "trouble": (f"{tell} {tale} about {{a}} who {{t}}.", "[Story|Short story] about {a} who {t}[:|]", f"{tell} a tale of {{a}} who {{t}}.",
            f"{tell} {tale} about {{a}} that {{t}}.", "Tell me about {a} who {t}. [Make it a story.|It should be a story.]"),
        "pair": (f"{tell} {tale} about {{a}} and {{b}}.", "[Story|Short story|A story] about {a} and {b}[:|]", f"{tell} {tale} with {{a}} and {{b}} in it.",
            f"{tell} a [fairy tale|tale|fable] of {{a}} and {{b}}.", f"{tell} {tale} about two friends, {{a}} and {{b}}.", f"{tell} {tale} in which {{a}} meets {{b}}.",
            "{a} and {b}: a story", "Can you tell me a story about {a} and {b}?"),
        "name": (f"{tell} {tale} about {{n}}, {{a}}.", f"{tell} a [fairy tale|tale] of {{a}} [called|named] {{n}}.", f"{tell} {tale} about {{a}} [called|named] {{n}}.", f"{tell} {tale} about {{n}} the {{h}}.",
            "[Story|Short story]: {n}, {a}"),
    }  # fmt: skip
    wordings["habit"] = wordings["trouble"]
    wording = d.phrase(*wordings[kind])
    prompt = capitalized(wording.format(a=a_hero, b=helper, h=noun, e=event, n=who["n"], w=home, t=troubled if d.chance(0.3) else trouble))
    return prompt, " ".join(sentences), who["n"] if kind == "name" else noun


ESSAYS = table("essays.txt")
# Sentences that fit any subject: {T} {t} the subject, {be} {they} {them} {s} its number.
ANY = {
    "opening": """{T} {be} something that many people know.|Everybody has heard of {t}.|Many people think about {t} now and then.|
There {be2} many things to say about {t}.|{T} {be} more interesting than one may think.|When we hear of {t}, we all think of something different.|
Few things are as common as {t}.|{T} {be} a good subject for a short text.""",
    "view": """Some people like {them} very much, others hardly notice {them}.|For some {they} {be} useful, for others just beautiful.|
{They} can make a day better or worse.|Children see {them} with other eyes than adults.|In every country people have their own ideas about {them}.|
At first sight {they} {look} simple, but there is a lot behind {them}.""",
    "why": """{They} {teach} us to look closely.|{They} {bring} people together and give{s2} them something to talk about.|
{They} {belong} to our daily life, at home and at work.|{They} {remind} us of old times and of good friends.|
Without {them} the world would be a little poorer.|Books and songs have been written about {them}.""",
    "but": """Of course, {they} also {need} time and attention.|On the other hand, too much of anything is not good.|
Not everything about {them} is easy.|Still, we should not forget the other side.|We should treat {them} with care.""",
    "close": """In conclusion, {they} {be} worth a second thought.|That is why {they} {be} important to me.|So let us be thankful for {t}.|
For these reasons, we should never be without {t}.|All in all, the world is richer with {t}.|I hope that there will always be room for {t}.""",
}
ANY = {part: [sentence.strip() for sentence in text.replace("\n", "").split("|")] for part, text in ANY.items()}
SHORTEST_ESSAY = 46  # words


def any_subject(d):
    """(subject, whether it is plural)"""
    x = d.rng.random()
    if x < 0.3:
        subject = d.pick(ABSTRACT)
        return subject, subject in PLURAL_ABSTRACT
    noun = d.fill(NOUNS) if x < 0.85 else made_up(d, False)
    adjective = d.pick(ADJECTIVES) + " " if d.chance(0.35) else ""
    if d.chance(0.5) and noun[-1] not in "syhxfo":
        return f"{adjective}{noun}s", True
    determiner = d.pick(["the", "the", "my", "a"])
    subject = f"{determiner} {adjective}{noun}"
    if determiner == "a":
        subject = with_article(adjective + noun)
    return (subject if x < 0.95 else f"my {d.pick(['first', 'last', 'best'])} day in {place(d)}"), False


def agreement(topic, is_plural):
    """The slots of `ANY`."""
    words = dict(t=topic, T=capitalized(topic), be="are" if is_plural else "is", be2="are", they="they" if is_plural else "it",
        They="They" if is_plural else "It", them="them" if is_plural else "it", s2="" if is_plural else "s")  # fmt: skip
    for verb in ("look", "bring", "belong", "remind", "need"):
        words[verb] = verb if is_plural else verb + "s"
    words["teach"] = "teach" if is_plural else "teaches"
    return words


def lengthened(d, sentences, words):
    """At least SHORTEST_ESSAY words, by views and reasons that it does not have yet, before its last two sentences."""
    while sum(len(sentence.split()) for sentence in sentences) < SHORTEST_ESSAY:
        more = d.pick(ANY["view"] + ANY["why"]).format(**words)
        if more not in sentences:
            sentences.insert(len(sentences) - 2, more)
    return sentences


def essay_on_anything(d):
    topic, is_plural = any_subject(d)
    words = agreement(topic, is_plural)
    texts = [d.pick(ANY["opening"]), d.pick(ANY["view"]), d.pick(ANY["why"]), d.pick(ANY["but"]), d.pick(ANY["close"])]
    return topic, words["be"], " ".join(lengthened(d, [text.format(**words) for text in texts], words))


def known_essay(d):
    topic, be, what, how, does, also = d.pick(ESSAYS)
    they, them = ("They", "them") if be == "are" else ("It", "it")
    shown, words = capitalized(topic), agreement(topic, be == "are")
    sentences = [
        d.pick([f"{shown} {be} {what}.", f"{shown} {be} {what}, and many people like {them}.",
            f"{shown} {be} an important part of our life."]),
        d.pick([f"{they} {be} {how}.", f"{they} {be} often described as {how}.", f"In a word, {they.lower()} {be} {how}."]), does + ".",
        f"{d.pick([shown, 'At the same time, ' + topic])} {also}.", d.pick(ANY["view"] + ANY["but"]).format(**words),
        d.pick([f"For these reasons, {they.lower()} {be} something special.",
            f"In conclusion, {they.lower()} {be} worth our attention.", f"All in all, we should be glad about {topic}.",
            f"That is why {topic} {be} important to many people.", f"Let us hope that there will always be a place for {topic}."]),
    ]  # fmt: skip
    return topic, be, " ".join(lengthened(d, sentences, words))


def essay(d):
    topic, be, text = known_essay(d) if d.chance(0.5) else essay_on_anything(d)
    write = "[Write|Please write|Can you write|Compose|Give me]"
    wording = d.phrase(
        f"{write} [an essay|a short essay|a long essay|a text|a short text|an article] [about|on] {{t}}.", f"{write} a [short |]paragraph [about|on] {{t}}.",
        "Tell me [something|more|a little] about {t}.", "[Essay|Paragraph|Short essay|Text]: {t}", f"{write} a few sentences [about|on] {{t}}.",
        "Explain why {t} {b} important.", f"{write} [a short|an] essay on the topic: {{t}}", "What can you say about {t}?", "Why {b} {t} important?",
        f"{write} [three|four|five|some] sentences about {{t}}.", "[Write|Talk|Say something] about {t}.", "Topic: {t}\nEssay:",
        "[What do you think|What is your opinion] about {t}?", "I need [a|an essay, a] text about {t}.", "{t}: write a short essay",
        "Subject: {t}\n\nWrite [a paragraph|an essay|some sentences].", "[Describe|Discuss] {t} in a few sentences.",
        "My teacher wants [an essay|a text] about {t}. [Please help.|Can you write it?]", "What makes {t} special?", "What {b} {t} good for?",
        "[Can you explain|Explain|Please explain] [to me |]why we need {t}.", "Explain what makes {t} [useful|good|important].",
        "Explain why [people|many people] [like|need] {t}.", "[Share|Give|Write down] [some|a few] thoughts [on|about] {t}.", "Why do people care about {t}?", "Say in [a few|your own] words why we need {t}.",
        "[In a few sentences, tell|Please tell] me what you know about {t}.", "Convince me that {t} {b} [useful|a good thing|worth it].",
        "[Speak|Hold a short speech] about {t} in front of the class.", "{t}. [Comment.|Your thoughts?|What comes to mind?]",
        "[Talk|Say a few words] to the class about {t}.", "Give a [talk|short talk|speech] [on|about] {t}.", "Prepare a [speech|talk|presentation] about {t}.",
        "You stand in front of [a class|an audience|your friends]. Talk about {t}.", "Tell the [class|audience|reader] about {t}.", "{t}. Discuss.", "{t}. What do you think?",
        "{t}: [your opinion|what do you think|a comment|some thoughts].", "{t}. [Write about it.|Say something about it.|Tell me more.|Explain.|An essay, please.]",
        "{t} - [an essay|a short text|thoughts|a comment]", "[Comment|Remark] on {t}.", "[What|How] do you feel about {t}?", "Why do we [need|have|like] {t}?",
        "Is it good that {t} {b} there?", "What would the world be without {t}?", "[Imagine|Think of] {t}. What comes to mind?", "[A text|Something|A few lines|A short piece] about {t}[.|:|]",
        "Essay topic: {t}", "Theme: {t}. [Write.|Write an essay.|Please write a text.]", "[In praise of|On] {t}", "For the school paper: a text about {t}[.|]",
        "[Introduce|Present] {t} to someone who knows nothing about it.", "Write a blog post about {t}.", "Write down what you think about {t}.",
        "[Make|Give] an argument for {t}.", "How would you describe {t}?", "[Reflect|Muse|Philosophize] on {t}.", "What {b} there to say about {t}?",
        "[Write|Compose] a school essay. [Topic|Subject|Theme]: {t}", "Five sentences [on|about] {t}[.|, please.|]", "[Do|Can] you have something to say about {t}?",
        "[Defend|Praise] {t}.", "Argue [for|in favor of] {t}.", "Give me reasons for {t}.", "What [can be said|speaks] for {t}?", "[Deliver|Give] an address on {t} to the school.",
        "You have one minute. Speak about {t}.", "Speak for a minute about {t}.", "Our class talks about {t} today. What do you say?", "{t}. Why important?",
        "Explain the importance of {t}.", "Explain to a child why {t} {b} important.", "[Tell us|Tell everybody] why {t} {b} important.", "Why would anybody write about {t}?",
        "Say what you think of {t}.", "Your opinion on {t}, please.", "I would like to hear your thoughts on {t}.", "How important {b} {t}?", "Show that {t} {b} important.",
        "Write a column about {t}.", "A speech about {t}[.|, please.]", "Pros and cons of {t}",
        "[Write|Talk] about the importance of {t}.", "What is the importance of {t}?", "The importance of {t}", "[Write|Hold] a speech on the importance of {t}.",
        "The value of {t}: an essay", "Explain the value of {t}.", "Discuss the importance of {t}.", "What is the meaning of {t} to you?", "Explain the meaning of {t} for our lives.",
        "[Why do|Do] we talk about {t}? [Write some sentences.|Give reasons.]", "For what reason do people care for {t}?", "Would you miss {t}?", "Why should anybody care about {t}?",
        "Why does anybody talk about {t}?", "Why {b} {t} worth a thought?", "[Write|Post] something on your blog about {t}.", "A blog post on {t}", "Write a newspaper article about {t}.",
        "[Give|Write|Hold] a lecture on {t}.", "Argue for {t}.", "Give some arguments for {t}.", "Explain the use of {t}.", "The good sides of {t}", "What comes to your mind when you hear of {t}?",
    )  # fmt: skip
    prompt = wording.format(t=topic, b=be)
    return (capitalized(prompt) if d.chance(0.5) else prompt), text, topic


def with_subject(d):
    """(prompt, text, what the text must name or None)"""
    return story(d) if d.chance(0.6) else essay(d)


def make(d):
    return with_subject(d)[:2]
