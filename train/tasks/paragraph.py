"""Paragraphs of related facts, with questions: longer than the single facts of passages.txt."""

import re

from .common import capitalized, lines

LIST = re.compile(r"\[([^\[\]]*;[^\[\]]*)\](\d)")


def row(line):
    """(text, [(wordings of a question, answer)])"""
    text, *questions = line.split(" | ")
    pairs = [question.split(" => ") for question in questions]
    return text, [(wordings.split(" / "), answer) for wordings, answer in pairs]


PARAGRAPHS = [row(line) for line in lines("paragraphs.txt")]


def filled(d, paragraph, values):
    """(text, [(question, answer)]) with the values of slots and one word of each list."""
    text, questions = paragraph
    chosen = {n: d.pick(options.split(";")) for options, n in LIST.findall(text)}

    def fill(template):
        words = LIST.sub(lambda match: chosen[match[2]], template)
        for _ in range(2):  # the words of a list may have slots
            words = re.sub(r"\{(\w+)\}", lambda match: str(chosen.get(match[1], values.get(match[1]))), words)
        return re.sub(r"(^A|\ba) (?=[aeiou])", r"\1n ", words)

    text = re.sub(r"(^|[.!?] )([a-z])", lambda match: match[1] + match[2].upper(), fill(text))
    return text, [(capitalized(fill(d.phrase(*wordings))), fill(answer)) for wordings, answer in questions]
