"""Conversations with a bot whose turns belong together, and questions about what was said: see exchanges.txt."""

from .common import drawn, filled_in, lines, with_capitals
from .talk import names, slots, turns_of


def script(line):
    """([(wordings of what the user says, of what the bot says)], [(wordings of a question, its answer)])"""
    said, asked = line.split(" => ")
    speakers, wordings = zip(*turns_of(said))
    if list(speakers) != ["A", "B"] * (len(speakers) // 2):
        raise ValueError(f"The turns must begin with A, alternate and end with B: {line[:80]}")
    questions = [item.split(" = ") for item in asked.split(" | ")]
    return list(zip(wordings[::2], wordings[1::2])), [(question.split(" / "), answer) for question, answer in questions]


SCRIPTS = [script(line) for line in lines("exchanges.txt")]


def exchange(d):
    """([(what the user says, what the bot says)], [(question, answer)]) of a script, with the same names in all."""
    turns, questions = d.pick(SCRIPTS)
    name, name2 = names(d, 2)
    values = dict(slots(d), name=name, name2=name2)
    chosen = drawn(d, *(wording for pair in turns for wordings in pair for wording in wordings))

    def said(wording):
        text = filled_in(wording, chosen, values)
        return text if wording[0].islower() else with_capitals(text)  # as people type

    turns = [(said(d.phrase(*user)), said(d.phrase(*bot))) for user, bot in turns]
    return turns, [(said(d.phrase(*asks)), said(answer)) for asks, answer in questions]
