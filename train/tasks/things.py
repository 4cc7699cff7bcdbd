"""Short stories in which the hero has, finds, loses or wants a thing, and the plot is about that thing."""

import re

from .common import capitalized, table, with_article
from .names import ADJECTIVES, FEMALE_NAMES, JOBS, MALE_NAMES, NOUNS, first_name
from .tale import HEROES, OPENINGS, PARTS, PRONOUNS, TALE, TELL, WHEN, favourite, first_choice, pronouns

# What the prompt tells, what the opening tells.
TOLD = {
    "own": [("and {his} {x}", "who had {ax}"), ("and {ax}", "who had {ax}"), ("who loves {his} {x}", "who loved {his} {x}"), ("who has {ax}", "who had {ax}")],
    "find": [("who finds {ax}", "who found {ax}"), ("that found {ax}", "who found {ax}"), ("finding {ax}", "who found {ax}")],
    "lose": [("who loses {his} {x}", "who lost {his} {x}"), ("who lost {his} {x}", "who lost {his} {x}"), ("looking for {his} {x}", "who lost {his} {x}")],
    "want": [("who wants {ax}", "who wanted {ax}"), ("who dreams of {ax}", "who dreamed of {ax}"), ("that wished for {ax}", "who wished for {ax}")],
}
KINDS = {}
for kind, event, detail, *texts in table("things.txt"):
    KINDS.setdefault(kind, []).append((event, detail, texts[:2], texts[2:]))
PEOPLE = "girl,boy,man,woman,old man,old woman,little girl,little boy,young man,young woman,grandmother,grandfather".split(",")


def story_with_thing(d):
    kind = d.pick(["own", "own", "find", "lose", "want"])
    x = d.rng.random()
    noun = d.pick(PEOPLE) if x < 0.35 else d.pick(JOBS) if x < 0.45 else d.pick(list(HEROES))
    look = d.pick(ADJECTIVES) + " " if d.chance(0.3) else ""
    thing = d.fill(NOUNS)
    event, detail, solutions, endings = d.pick(KINDS[kind])
    named = d.chance(0.45)
    name = first_name(d) if named else f"the {noun}"
    if noun in PEOPLE:
        is_man = noun.split()[-1] in ("boy", "man", "grandfather")
        name = d.fill(MALE_NAMES if is_man else FEMALE_NAMES) if named else name
        he, him, his = PRONOUNS["he" if is_man else "she"]
        who = dict(he=he, He=capitalized(he), him=him, his=his)
    else:
        who = pronouns(noun, name)
    a_thing = with_article(look + thing)
    helper = favourite(d, noun, PARTS["helper"])
    words = who | {"n": name, "N": capitalized(name), "x": thing, "a": with_article(thing), "ax": a_thing, "helper": helper, "friend": helper.split(" ", 1)[1]}
    asked, told = (text.format(**words | {"x": look + thing}) for text in d.pick(TOLD[kind]))
    a_hero = with_article(noun)
    opening = favourite(d, noun, OPENINGS["named" if named else "nameless"]).format(a=a_hero, l=told, h=noun, **who, n=name)
    sentences = [opening, f"{favourite(d, event, WHEN)} {name} {event.format(**words)}, and {detail.format(**words)}."]
    parts = d.pick([("meeting", "advice"), ("meeting",), ("meeting",)])
    sentences += [favourite(d, helper, PARTS[part]).format(**words) for part in parts]
    sentences += [first_choice(d, texts).format(**words) for texts in (solutions, endings)]
    sentences = [re.sub(r'^"?[a-z]', lambda match: match.group(0).upper(), sentence) for sentence in sentences]
    subject = f"{a_hero} {d.pick(['called', 'named'])} {name}" if named else a_hero
    if named and d.chance(0.3):
        subject = f"{name}, {a_hero}," if not asked.startswith("and") else name
    tell = TELL.replace("]", "|I need]")
    wording = d.phrase(
        f"{tell} {TALE} about {{s}} {{t}}.", "[Story|Short story|A story] about {s} {t}[:|]", f"{tell} a [fairy tale|tale|fable] about {{s}} {{t}}.",
        f"{tell} a tale of {{s}} {{t}}.", f"{tell} {TALE}. It is about {{s}} {{t}}.", "Topic: {s} {t}\n[Story|Short story]:", "{s} {t}: a story",
        f"{tell} {TALE} on {{s}} {{t}}.", "[Can|Could] you tell me a story about {s} {t}?", "[What happens|What happened] to {s} {t}? Tell me the story.",
    )  # fmt: skip
    return capitalized(wording.format(s=subject, t=asked)), " ".join(sentences), thing if d.chance(0.5) else name if named else noun
