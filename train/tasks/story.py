"""Short stories and short essays."""

from .essay import essay
from .tale import story
from .things import story_with_thing
from .whole_tale import whole_story


def with_length(d, prompt):
    """Now and then with a word on how long it should be: all are of 40 to 100 words."""
    if d.chance(0.85):
        return prompt
    wording = d.pick(["{p} About {n} words.", "{p} (about {n} words)", "In about {n} words: {p}", "{p} Keep it short.", "{p} Use a few sentences.", "{p} Not more than 100 words.",
        "{p} It should have {n} words.", "{p} Write some {n} words.", "{p} Four to six sentences.", "{p} Please keep it short.", "Length: {n} words. {p}", "{p} Max. 100 words.",
        "{p} ({n} words or so)", "{p} [{n} words]", "{p} Around {n} words.", "{p}, around {n} words", "Write {n} words or so. {p}", "{p}\nLength: {n} words", "{p} At most 100 words.", "{p} Keep it under 100 words.", "{p} One paragraph.", "{p} No more than six sentences.", "{p} Between 50 and {n} words."])  # fmt: skip
    return wording.format(p=prompt, n=d.pick([50, 50, 60, 60, 70, 80, 80, 90, 100]))


def with_subject(d):
    """(prompt, text, what the text must name or None)"""
    kinds = [(story, 0.37), (story_with_thing, 0.14), (essay, 0.34)]
    if d.split == "train":
        kinds.append((whole_story, 0.15))  # a text known by heart does not tell how others are written
    prompt, text, subject = d.weighted(kinds)(d)
    return with_length(d, prompt), text, subject


def make(d):
    return with_subject(d)[:2]
