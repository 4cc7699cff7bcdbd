"""Real sentences with slots where people and places were named, for other names: "{p} will be back from {l} soon."

A sentence is taken only if all its capitals are accounted for, since the labels made of its slots must be complete.
"""

import re

from .names import COUNTRIES, FIRST_NAMES, FREQUENT_CITIES, FREQUENT_FIRST_NAMES, LONG_PLACES

NO_NAMES = set(
    """I I'm I'll I've I'd OK TV Mr Mrs Ms Dr Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March
April May June July August September October November December Christmas Halloween Easter English French German Japanese
Chinese Spanish Italian Russian Canadian American British Korean Greek Arabic CD DVD""".split()
)
# Also words, or names of people as well as of places: what they are where they stand is not known.
DOUBTFUL = set(
    """Will Mark Rose Grace Hope May April June August Art Bill Joy Summer Autumn Christian Paris Dallas Israel Chad Georgia
Virginia Florence Sydney Jordan Nice Phoenix Turkey Reading China Dawn Faith Ivy Jack Rich Frank Gene Max Sue Pat Drew Dean
Austin Carol Charity Chance Angel Sunny Rob Gray Hunter Mason Cook Baker Dale Guy King Duke Earl Major Miles Penny Ruby Pearl
Crystal Amber Olive Violet Iris Lily Daisy Holly Heather Ginger Basil Berry Star Storm Sky Art""".split()
)
PLACES = {place.removeprefix("the ") for kind in (FREQUENT_CITIES, COUNTRIES, LONG_PLACES) for place in kind.train + kind.held_out}
PLACES = (PLACES | {"Boston", "America"}) - DOUBTFUL
PEOPLE = {*FIRST_NAMES.train, *FIRST_NAMES.held_out, *FREQUENT_FIRST_NAMES.train, "Tom", "Mary", "John"} - DOUBTFUL - PLACES
CAPITALS = re.compile("|".join(sorted((place for place in PLACES if " " in place), reverse=True)) + r"|\b[A-Z][\w']*")
FIT = re.compile(r"[\w .,:;!?'\"()-]+", re.ASCII)
STARTS = re.compile(r"(^|[.!?:] ?|[\"(])$")
# Before these, a masked name may be that of a god or a place, and so may two of them side by side.
NO_PERSON = re.compile(r"\b(my|by|oh|god|a|an|the|of|in|at|good|sweet|holy|thank|praise|jesus) \[NAME\]|\[NAME\]( \[NAME\]|('s)? [A-Z]|\w)", re.I)


def unmasked(text):
    """A text in which names are masked, "[NAME]", with one to three names; None where the mask may hide something else."""
    if not 1 <= text.count("[NAME]") <= 3 or NO_PERSON.search(text):
        return None
    for name in ("Tom", "Mary", "John"):
        text = text.replace("[NAME]", name, 1)
    return text


def templates(texts):
    """Those whose names are all known, with slots {p0}, {p1}, {l0}, ... in their places, the same for the same name."""
    words = {word for text in texts for word in re.findall(r"\b[a-z']+\b", text)}
    made = (template(text, words) for text in dict.fromkeys(texts))
    return [each for each in made if each]


def template(text, words):
    """One text with its slots, or None; `words` are those that occur in lower case."""
    if not FIT.fullmatch(text):
        return None
    slots, complete = {}, True

    def slot(match):
        nonlocal complete
        name, own, _ = match.group(0).partition("'s")
        kind = "p" if name in PEOPLE else "l" if name in PLACES else None
        if kind:
            return "{%s}" % slots.setdefault(name, kind + str(sum(each[0] == kind for each in slots.values()))) + own
        begins = STARTS.search(text[: match.start()]) and name not in DOUBTFUL and match.group(0).lower() in words
        complete = complete and bool(begins or name in NO_NAMES)
        return match.group(0)

    made = CAPITALS.sub(slot, text)
    return made if complete else None
