"""Conversations with a bot whose turns belong together, and questions about what was said: see exchanges.txt."""

from .common import drawn, filled_in, lines, with_capitals
from .talk import TURN, names, slots


def script(line):
    """([(what the user says, what the bot says)], [(question, answer)]), all of them wordings."""
    said, asked = line.split(" => ")
    turns = [TURN.fullmatch(turn.strip()).groups() for turn in said.split(" | ")]
    if [speaker for speaker, _ in turns] != ["A", "B"] * (len(turns) // 2):
        raise ValueError(f"The turns must begin with A, alternate and end with B: {line[:80]}")
    wordings = [wording.split(" / ") for _, wording in turns]
    questions = [tuple(part.split(" / ") for part in item.split(" = ")) for item in asked.split(" | ")]
    return list(zip(wordings[::2], wordings[1::2])), questions


def played(d, row):
    """([(what the user says, what the bot says)], [(question, answer)]) of a script, with the same names in all."""
    turns, questions = row
    name, name2 = names(d, 2)
    values = dict(slots(d), name=name, name2=name2)
    chosen = drawn(d, *(wording for pair in turns for wordings in pair for wording in wordings))

    def said(wordings):
        wording = d.phrase(*wordings)
        text = filled_in(wording, chosen, values)
        return text if wording[0].islower() else with_capitals(text)  # as people type

    return [tuple(map(said, pair)) for pair in turns], [(said(asks), said(answers[:1])) for asks, answers in questions]


SCRIPTS = [script(line) for line in lines("exchanges.txt")]


def exchange(d):
    return played(d, d.pick(SCRIPTS))
