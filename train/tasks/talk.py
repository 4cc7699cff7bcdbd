"""Longer conversations of two or three people, as people text: scripts with a speaker in front of every turn."""

import re

from .common import drawn, filled_in, lines, with_capitals
from .names import BUILDINGS, DAYS, clock_time, first_name, future_date, past_date, place

TURN = re.compile(r"([ABC]): (.*)")


def turns_of(said):
    """[(speaker, wordings)] of "A: wording / other wording | B: ..."."""
    turns = [TURN.fullmatch(turn.strip()).groups() for turn in said.split(" | ")]
    return [(speaker, wordings.split(" / ")) for speaker, wordings in turns]


def script(line):
    """(its labels or None, [(speaker, wordings)], summaries)"""
    said, summary = line.split(" => ")
    labels = None
    if said.startswith("("):
        labels, said = said[1:].split(") ", 1)
        labels = labels.split(", ")
    return labels, turns_of(said), summary.split(" / ")


def slots(d):
    day, day2 = d.some(DAYS, 2)
    price = d.number(5, 900)
    past = past_date(d)
    while past[-4:].isdigit():  # a year is not what people say of themselves
        past = past_date(d)
    return {
        "time": clock_time(d), "day": day, "day2": day2, "when": future_date(d), "past": past, "n": d.number(2, 30), "price": price,
        "less": max(1, price - d.number(1, price // 2)), "place": place(d), "building": d.pick(BUILDINGS),
    }  # fmt: skip


def names(d, n):
    """n first names that differ."""
    found = []
    while len(found) < n:
        if (name := first_name(d)) not in found:
            found.append(name)
    return found


# Labels that are names of a person; the others are roles, and "the doctor" in a summary.
RELATIVES = {"Mom", "Mum", "Dad", "Grandma", "Grandpa", "Mother", "Father"}


def played(d, row):
    """([(label, what is said)], summary) of a script."""
    labels, turns, summaries = row
    *people, name, name2 = names(d, 5)
    values = dict(slots(d), name=name, name2=name2)
    shown = dict(zip("ABC", people))  # in front of a turn, and in one that names the other
    called = dict(shown)  # in the summary
    for speaker, label in zip("ABC", labels or []):
        if "{" in label:  # as in "Mrs. {name}"
            shown[speaker] = called[speaker] = label.replace("{name}", shown[speaker]).replace("{name2}", name2)
        else:
            shown[speaker], called[speaker] = label, label if label.split()[0] in RELATIVES else f"the {label.lower()}"
    chosen = drawn(d, *(wording for _, wordings in turns for wording in wordings))
    said = [(shown[speaker], with_capitals(filled_in(d.phrase(*wordings), chosen, shown, values))) for speaker, wordings in turns]
    summary = summaries[0] if d.chance(0.75) else d.pick(summaries)
    return said, with_capitals(filled_in(summary, chosen, called, values))


SCRIPTS = [script(line) for line in lines("talks.txt")]


def talk(d):
    return played(d, d.pick(SCRIPTS))
