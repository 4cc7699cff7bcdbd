"""Stories that are told as they stand, but for the name of the hero: a small model that knows some by heart tells them well."""

import re

from .common import capitalized, table
from .names import FEMALE_NAMES, MALE_NAMES, first_name
from .tale import TALE, TELL

# pronoun, hero, ways to go on after it, title, text
TALES = [(pronoun, hero, ways.split(" / "), title, text) for pronoun, hero, ways, title, text in table("whole_stories.txt")]
NAMES = {"he": MALE_NAMES, "she": FEMALE_NAMES}


def whole_story(d):
    """(prompt, text, None), as `tale.story`"""
    pronoun, hero, ways, title, text = d.pick(TALES)
    the_hero = re.sub(r"^(?!a |an |the )|\b(a|an|the) ", "the ", hero)  # "the cat and the dog", "the twins"
    named = pronoun != "they" and d.chance(0.3)
    name = (d.fill(NAMES[pronoun]) if pronoun in NAMES else first_name(d)) if named else the_hero
    introduced = f"{hero} {d.pick(['named', 'called'])} {name}" if named else hero
    wordings = (
        f"{TELL} {TALE} about {{h}} {{w}}.", f"{TELL} a [tale|fairy tale] [of|about] {{h}} {{w}}.", "[Story|Short story|A story] about {h} {w}[:|]", "[Topic|Idea|Subject|Plot]: {h} {w}\n[Story|Short story]:",
        "[Can|Could] you [tell me|write] a story about {h} {w}?", f"[My daughter wants|My son wants|The kids want|We need] {TALE} about {{h}} {{w}}[.|, please.]", "{h} {w}[: a story|, as a story| - write the story]",
        f"{TELL} {TALE}. It is about {{h}} {{w}}.", f"{TELL} {TALE}: {{h}} {{w}}.", "[Write|Tell] [it as a story|a story of this]: {h} {w}", f"{TELL} {TALE} on {{h}} {{w}}.",
    )  # fmt: skip
    titles = () if named else (
        "[Title|Story title|Title of the story]: {t}\n[Story|Text|Write it|The story]:", f"{TELL} {TALE} [with the title|called|entitled] \"{{t}}\".", "{t}[: a story|. Write the story.|\n\nStory:]",
        "[Write|Tell|Tell me] the story of \"{t}\".", '"{t}" is the title. [Write the story.|What is the story?|Tell it.]',
    )  # fmt: skip
    prompt = d.phrase(*wordings, *titles).format(h=introduced, w=d.pick(ways), t=title)
    return capitalized(prompt), text.format(h=introduced, n=name, N=capitalized(name)), None
