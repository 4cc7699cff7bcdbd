"""Short dialogues and their summaries."""

import re

from . import reported, talk
from .common import capitalized, frame, lines, numbered, table, with_article, with_capitals
from .corpora import CORPORA
from .names import BUILDINGS, DAYS, JOBS, NOUNS, clock_time, first_name, future_date, past_date, place, two_names

ACTIVITIES = table("activities.txt")
LANGUAGES = "German French Spanish Italian Japanese Chinese Russian Polish Dutch".split()


def activity(d):
    """(base form, past form) of something people do."""
    base, past = d.pick(ACTIVITIES)
    slots = dict(
        n=d.fill(NOUNS),
        p=first_name(d),
        c=place(d),
        t=d.pick(BUILDINGS),
        l=d.pick(LANGUAGES),
        h=d.pick("six seven eight nine ten".split()),
    )
    return base.format(**slots), past.format(**slots)


CHOICES = {slot: words for slot, *words in table("choices.txt")}
FIRST_PERSON = {
    "has to work": "I have to work", "is sick": "I am sick", "is too busy": "I am too busy",
    "has no time": "I have no time",
    "has a meeting": "I have a meeting", "is on vacation": "I am on vacation",
    "has another appointment": "I have another appointment",
    "is not feeling well": "I am not feeling well", "has an exam": "I have an exam",
}  # fmt: skip


def script(line):
    """(its two roles or None, turns, summary)"""
    said, summary = line.split(" => ")
    roles = None
    if said.startswith("("):
        roles, said = said[1:].split(") ", 1)
        roles = tuple(roles.split(", "))
    return roles, said.split(" | "), summary


SCRIPTS = [script(line) for line in lines("dialogues.txt")]
GREETINGS = [
    [],
    [],
    [],
    [],
    ["Hi!", "Hello!"],
    ["Hello, how are you?", "I am fine, thanks."],
    ["Good morning.", "Good morning!"],
    ["Hey, what's up?", "Not much."],
]
GOODBYES = [[], [], [], ["Bye!", "Bye!"], ["See you.", "See you!"], ["Have a nice day!", "You too."]]


# What is often said in its short form.
SHORT_FORMS = {
    "I am": "I'm", "I will": "I'll", "I would": "I'd", "We are": "We're", "We will": "We'll", "You are": "You're", "It is": "It's",
    "That is": "That's", "What is": "What's", "Where is": "Where's", "Let us": "Let's", "do not": "don't", "Do not": "Don't",
    "does not": "doesn't", "did not": "didn't", "cannot": "can't", "is not": "isn't", "was not": "wasn't", "are not": "aren't",
    "will not": "won't", "would not": "wouldn't", "could not": "couldn't", "have not": "haven't", "has not": "hasn't",
}  # fmt: skip
LONG_FORM = re.compile(r"(?<!and )\b(" + "|".join(SHORT_FORMS) + r")(?= \w)")


def speakers(d):
    """Two labels of those who speak, which are their names in the summary, too."""
    x = d.rng.random()
    return ("#Person1#", "#Person2#") if x < 0.2 else ("A", "B") if x < 0.26 else two_names(d)


def scene(d, a, b, roles, turns, summary):
    """(turns, summary) of a script. a and b label who speaks; the summary calls them so, or by their roles: "the doctor"."""
    (do, did), (do2, _) = activity(d), activity(d)
    chosen = {name: d.pick(values) for name, values in CHOICES.items()}
    day, day2 = d.some(DAYS, 2)
    when, when2 = future_date(d), future_date(d)
    while when2 == when:
        when2 = future_date(d)
    past = past_date(d)
    while past[-4:].isdigit():  # a year is not what people say of themselves
        past = past_date(d)
    price, thing, job, because = d.number(5, 900), d.fill(NOUNS), d.pick(JOBS), FIRST_PERSON[chosen["reason"]]
    slots = dict(
        chosen, A=a, B=b, do=do, did=did, do2=do2, when=when, When=capitalized(when), when2=when2, past=past,
        thing=thing,
        a_thing=with_article(thing), a_food=with_article(chosen["food"]), a_job=with_article(job), price=price,
        less=max(1, price - d.number(1, price // 2)),
        n=d.number(2, 30), place=place(d), building=d.pick(BUILDINGS), name=first_name(d), time=clock_time(d),
        day=day, day2=day2,
        I=because, CapI=capitalized(because), Way=capitalized(chosen["way"]),
    )  # fmt: skip
    said = [capitalized(d.phrase(*turn.split("/")).format(**slots)) for turn in turns]
    if roles:
        slots.update(A=f"the {roles[0].lower()}", B=f"the {roles[1].lower()}")
    return said, with_capitals(summary.format(**slots))


def dialogue(d):
    """(text of the dialogue, summary, [(speaker, what is said)])"""
    roles, script_turns, summary = d.pick(SCRIPTS)
    if roles and d.chance(0.6):
        roles = None  # played under names
    a, b = roles or speakers(d)
    said, summary = scene(d, a, b, roles, script_turns, summary)
    turns = d.pick(GREETINGS) + said
    if not roles and len(turns) < 6 and d.chance(0.08):  # and on to something else
        _, its_turns, its_summary = d.pick(SCRIPTS)
        if its_turns != script_turns:
            said, its_summary = scene(d, *((a, b) if len(turns) % 2 == 0 else (b, a)), None, its_turns, its_summary)
            turns, summary = turns + said, f"{summary} {its_summary}"
    if len(turns) % 2 == 0:
        turns += d.pick(GOODBYES)
    if not roles and turns[0] and d.chance(0.25) and len(b) > 1 and not a.startswith("#"):
        turns[0] = d.pick([f"Hi {b}! ", f"Hey {b}, listen. ", f"{b}! ", f"Hello {b}. "]) + turns[0]
    if d.chance(0.5):
        turns = [LONG_FORM.sub(lambda match: SHORT_FORMS[match[0]], turn) for turn in turns]
    separator = d.pick(["\n", "\n", "\n", "\n", " ", "\n\n"])
    spoken = [((a, b)[i % 2], turn) for i, turn in enumerate(turns)]
    text = separator.join(f"{speaker}: {turn}" for speaker, turn in spoken)
    return text, summary, spoken


def in_lines(d, spoken):
    return d.pick(["\n", "\n", "\n", "\n", " ", "\n\n"]).join(f"{speaker}: {turn}" for speaker, turn in spoken)


def talked(d):
    """As `dialogue`, of the scripts of talks.txt."""
    spoken, summary = talk.talk(d)
    return in_lines(d, spoken), summary, spoken


def told(d):
    """As `dialogue`, of real sentences that have nothing to do with each other: all are told."""
    people = talk.names(d, d.pick([2, 2, 2, 3]))
    spoken, report = reported.conversation(d, people, d.pick([1, 2, 2, 3, 3, 4]))
    return in_lines(d, spoken), report, spoken


def retelling(d):
    """`told`, asked for as what it is."""
    text, report, _ = told(d)
    wording = d.phrase(
        "[Retell|Report] [this|the] [conversation|chat|dialogue] [in the third person|as a third person would].\n\n{x}", "{x}\n\n[Tell|Report|Write down] what [each of them|everybody] says.",
        "{x}\n\nRetell it[ without the small talk|]:", "Put this [chat|dialogue] into indirect speech, with names.\n\n{x}", "Who says what? Use full sentences with names.\n\n{x}",
        "{x}\n\nIn the third person:", "[Rewrite|Turn] [the|this] [chat|conversation] [as|into] [plain sentences|a report].\n{x}",
    )  # fmt: skip
    return wording.format(x=text), report


def who_said_what(d, text, spoken):
    """Several turns, to be given to their speakers: summaries go wrong most often by who does what."""
    turns = [turn for _, turn in spoken]
    asked = d.shuffled((speaker, turn) for speaker, turn in spoken if turns.count(turn) == 1)[: d.number(2, 5)]
    quoted = numbered(f'"{turn}"' for _, turn in asked)
    wording = d.phrase(
        "{x}\n\nWho said what?\n{q}", "{x}\n\nWho said this?\n{q}\n\nSpeakers:", "Read the [dialogue|conversation|chat] and name the speakers.\n\n{x}\n\n{q}",
        "{x}\n\nGive the [speaker|person] of each line:\n{q}", "[Dialogue|Chat]:\n{x}\n\nWhich of them says:\n{q}", "Who says it?\n{q}\n\n{x}",
    )  # fmt: skip
    return wording.format(x=text, q=quoted), numbered(speaker for speaker, _ in asked)


def some_dialogue(d):
    """Of any kind: (text, summary, [(speaker, what is said)])"""
    return d.weighted([(dialogue, 0.34), (talked, 0.54), (told, 0.12 if CORPORA.german else 0)])(d)


def make(d):
    if CORPORA.german and d.chance(0.12):
        return retelling(d)
    if d.chance(0.09):
        text, _, spoken = some_dialogue(d)
        return who_said_what(d, text, spoken)
    return to_summarize(d)[:2]


def to_summarize(d):
    """(prompt, summary, [(speaker, what is said)])"""
    text, summary, spoken = some_dialogue(d)
    if d.chance(0.06):
        other, its_summary, _ = dialogue(d)
        wording = d.pick(
            [
                "Dialogue:\n\n{a}\n\nWhat was going on?\n{b}\n\nDialogue:\n\n{c}\n\nWhat was going on?",
                "{a}\nSummary: {b}\n\n{c}\nSummary:",
            ]
        )
        return wording.format(a=other, b=its_summary, c=text), summary, spoken
    if d.chance(0.25):
        wording = d.phrase(
            "[Dialogue|Conversation|Chat]:\n\n{x}\n\nWhat was going on in the above [dialogue|conversation|chat]?", "{x}\n\nTL;DR:",
            "[summarize|summary|sum up|tldr]: {x}", "Here is a [dialogue|conversation|chat]:\n{x}\n\nWrite a short summary!",
            "[Dialogue|Conversation|Chat|Text]:\n{x}\nSummary:", "Summarize the following conversation.\n\n{x}\n\nSummary:",
            "{x}\n\nSummary:", "{x}\nSummary:", "[Conversation|Chat log|Messages]:\n{x}\n\nSummary:", "Chat.\n{x}\n\nSum it up.",
            "{x}\n\n[In short|Short version|In one sentence|Summary in one sentence|To sum up|The gist]:",
            "Read the [dialogue|conversation|chat] and [say|tell me|write down] what [happens|happened|it is about].\n\n{x}",
            "{x}\n\nWhat [happened|happens] [here|in this chat|between them]?", "I missed this chat. [Summarize it|What did I miss?]\n\n{x}",
            "[tldr|summary|tl;dr|short version][ of this chat| of this conversation| please| pls|][:|]\n\n{x}", "{x}\n\n[Can|Could|Would] you [sum it up|sum this up|put it in a nutshell|say it in one sentence][ for me|][ please|]?",
            "[In one sentence|In one or two sentences|In a couple of sentences]: what [did they decide|was decided|came out of this|is the outcome]?\n\n{x}", "[What do I need to know|What matters|What should I remember] [from|in|of] this [chat|talk|conversation]?\n\n{x}",
            "{x}\n\n[Write|Give me|Make|I need] [one sentence|a short note|two lines|a summary] [on|about|of] [what happened|what was said|this|the above][.|, please.]", "[Minutes|Notes|Protocol] of this [talk|meeting|chat], [short|in one sentence|brief]:\n\n{x}",
        )  # fmt: skip
        return wording.format(x=text), summary, spoken
    talk = "[dialogue|conversation|chat|talk|discussion|exchange|phone call]"
    instruction = d.phrase(
        f"Summarize [this|the|the following|that] {talk}.", f"[Briefly|Shortly] summarize [this|the|the following|that] {talk}.",
        f"Summarize [this|the|the following] {talk} [briefly|in one sentence|in a few words|in one or two sentences|for me].",
        f"Write a [short|brief|quick|concise] summary of [this|the|the following] {talk}.", "[Summarize|Summarize it|Sum up|Sum it up].",
        f"Give [me |us |]a [short |brief |quick |]summary of [this|the|the following] {talk}.", f"What [happened|happens|was said] in this {talk}?",
        f"What is [this|the|the following] {talk} about?", f"Sum up [this|the|the following|that] {talk}.", "What are they talking about?",
        "What did they [talk about|discuss|say|agree on]?", "Write a [short |brief |]summary.", f"What was going on in the {talk}?",
        f"Please summarize the following {talk}.", f"Provide a [short|brief] summary of [this|the] {talk}.",
        "Summarize what was said.", f"[Recap|Condense|Shorten] [this|the|the following] {talk}.", f"Make a summary of [this|the] {talk}.",
        f"In one sentence, what [happened|happens] in [this|the] {talk}?", f"Describe [this|the] {talk} in [one sentence|a few words|one or two sentences].",
        f"What is the [main point|gist|result|content] of [this|the] {talk}?", f"Tell me [briefly |in short |]what this {talk} is about.",
        "[Who wants what here|What is going on here|What do the speakers talk about]?", f"Create a summary for [this|the] {talk}.",
    )  # fmt: skip
    prompt = frame(d, instruction, text, d.pick(["Dialogue", "Conversation", "Chat", "Text", "Input"]), "Summary")
    return prompt, summary, spoken
