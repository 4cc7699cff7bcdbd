"""Stories that are told as they stand, but for the name of the hero: a small model that knows some by heart tells them well."""

import re

from .common import capitalized, table
from .names import FEMALE_NAMES, MALE_NAMES, first_name

# pronoun, hero, ways to go on after it, title, text
TALES = [(pronoun, hero, ways.split(" / "), title, text) for pronoun, hero, ways, title, text in table("whole_stories.txt")]
NAMES = {"he": MALE_NAMES, "she": FEMALE_NAMES}


def whole_story(d):
    """(prompt, text, what the text must name)"""
    pronoun, hero, ways, title, text = d.pick(TALES)
    plain = re.sub(r"\b(a|an|the) ", "the ", hero).removeprefix("the ")
    named = pronoun != "they" and d.chance(0.3)
    name = (d.fill(NAMES[pronoun]) if pronoun in NAMES else first_name(d)) if named else f"the {plain}"
    introduced = f"{hero} {d.pick(['named', 'called'])} {name}" if named else hero
    tell = "[Write|Tell|Tell me|Make up|Invent|Please write|Please tell me|Write me|Can you write|I want to hear|I would like|I need|Come up with]"
    tale = "a [short |very short |little |funny |nice |children's |bedtime |]story"
    wordings = (
        f"{tell} {tale} about {{h}} {{w}}.", f"{tell} a [tale|fairy tale] [of|about] {{h}} {{w}}.", "[Story|Short story|A story] about {h} {w}[:|]", "[Topic|Idea|Subject|Plot]: {h} {w}\n[Story|Short story]:",
        "[Can|Could] you [tell me|write] a story about {h} {w}?", f"[My daughter wants|My son wants|The kids want|We need] {tale} about {{h}} {{w}}[.|, please.]", "{h} {w}[: a story|, as a story| - write the story]",
        f"{tell} {tale}. It is about {{h}} {{w}}.", f"{tell} {tale}: {{h}} {{w}}.", "[Write|Tell] [it as a story|a story of this]: {h} {w}", f"{tell} {tale} on {{h}} {{w}}.",
    )  # fmt: skip
    titles = () if named else (
        "[Title|Story title|Title of the story]: {t}\n[Story|Text|Write it|The story]:", f"{tell} {tale} [with the title|called|entitled] \"{{t}}\".", "{t}[: a story|. Write the story.|\n\nStory:]",
        "[Write|Tell|Tell me] the story of \"{t}\".", '"{t}" is the title. [Write the story.|What is the story?|Tell it.]',
    )  # fmt: skip
    prompt = d.phrase(*wordings, *titles).format(h=introduced, w=d.pick(ways), t=title)
    return capitalized(prompt), text.format(h=introduced, n=name, N=capitalized(name)), name if named else plain.split()[-1]
