"""Short essays: of sentences that are known of a subject, and of such as fit any."""

from .common import capitalized, plural, table, with_article
from .names import ADJECTIVES, NOUNS, made_up, place

ABSTRACT = """beauty,loneliness,good manners,modern art,space travel,first love,teamwork,fear,anger,boredom,gossip,free time,hard work,good luck,warm weather,long walks,
good food,bad news,everyday life,small talk,good advice,self-confidence,order,chaos""".replace(
    "\n", ""
).split(",")
PLURAL_ABSTRACT = {"good manners", "long walks"}
WHOLE = table("whole_essays.txt")
# A model that learns two texts on a subject mixes them up.
ESSAYS = [row for row in table("essays.txt") if row[0] not in [subject for subject, *_ in WHOLE]]
# What one does, with {x} things, as the subject of an essay: such as have no text of their own.
DOINGS = """collecting {x},drawing {x},repairing {x},looking at {x},talking about {x},living without {x},buying {x},sharing {x},having {x},selling {x},
taking care of {x},cleaning {x},dreaming of {x},lending {x},throwing away {x},reading about {x},eating together,going to bed early,
walking in the rain,writing letters,listening to others,growing vegetables,working at night,
playing outside,saying no,waiting for the bus,speaking in public,wearing old clothes,sleeping in a tent,counting to ten,
visiting old people,sitting in the sun,talking to neighbors,going to work on foot,eating an apple a day,
starting again,making plans,asking the way,coming home,doing one thing at a time,living near the sea""".replace(
    "\n", ""
).split(",")
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
# Such as fit anything that one does.
ANY_DOING = {
    "opening": """{T} is something that many people do without thinking about it.|Not everybody likes {t}, but everybody has an opinion about it.|
{T} is more important than it seems.|Some people cannot imagine a life without {t}.|What is {t} good for? There are many answers.|
{T} sounds simple, but there is more to it.""",
    "view": """Some people do it every day, others never try it.|For some it is a joy, for others it is hard work.|Children learn it in another way than adults.|
It looks easy, but it takes some practice.|Old people often see it with other eyes than young people.|Those who have tried it know how it feels.""",
    "why": """It teaches us to be patient.|It shows us who we are and what we need.|It can make an ordinary day a little better.|It gives us time to think.|
We learn something new about ourselves and about others.|It costs little and gives us a lot.|It makes us stronger for the next time.""",
    "but": """Of course, it is not always easy.|On the other hand, too much of anything is not good.|Not everybody has the time for it.|
Still, there are days when we would rather do something else.|At first, most people find it hard.""",
    "close": """That is why {t} is important to me.|In conclusion, {t} is worth a try.|All in all, {t} can change more than we think.|
For these reasons, everybody should think about {t} now and then.|So let us not forget how much {t} can give us.""",
}
ANY, ANY_DOING = (
    {part: [sentence.strip() for sentence in text.replace("\n", "").split("|")] for part, text in texts.items()} for texts in (ANY, ANY_DOING)
)
SHORTEST_ESSAY = 46  # words


def any_doing(d):
    """(subject, whether it is plural)"""
    return d.pick(DOINGS).format(x=f"{d.pick(ADJECTIVES)} " * d.chance(0.2) + plural(d.fill(NOUNS))), False


def any_thing(d):
    """As `any_doing`."""
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


def lengthened(d, sentences, words, fitting=ANY):
    """At least SHORTEST_ESSAY words, by views and reasons that it does not have yet, before its last two sentences."""
    while sum(len(sentence.split()) for sentence in sentences) < SHORTEST_ESSAY:
        more = d.pick(fitting["view"] + fitting["why"]).format(**words)
        if more not in sentences:
            sentences.insert(len(sentences) - 2, more)
    return sentences


def essay_on_anything(d):
    subject, fitting = (any_doing, ANY_DOING) if d.chance(0.3) else (any_thing, ANY)
    topic, is_plural = subject(d)
    words = agreement(topic, is_plural)
    texts = [d.pick(fitting[part]).format(**words) for part in ("opening", "view", "why", "but", "close")]
    return topic, words["be"], " ".join(lengthened(d, texts, words, fitting))


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


def whole_essay(d):
    """All its sentences are of this subject."""
    topic, be, what, *sentences = d.pick(WHOLE)
    return topic, be, f"{capitalized(topic)} {be} {what}. {' '.join(sentences)}"


def essay(d):
    topic, be, text = d.weighted([(known_essay, 0.4), (whole_essay, 0.38), (essay_on_anything, 0.22)])(d)
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
    return capitalized(prompt) if d.chance(0.5) else prompt, text, topic
