"""Paragraphs of related facts, with questions: longer than the single facts of passages.txt."""

import re

from .common import capitalized, drawn, filled_in, lines, with_capitals


def row(line):
    """(text, [(wordings of a question, answer)])"""
    text, *questions = line.split(" | ")
    pairs = [question.split(" => ") for question in questions]
    return text, [(wordings.split(" / "), answer) for wordings, answer in pairs]


PARAGRAPHS = [row(line) for line in lines("paragraphs.txt")]


def filled(d, paragraph, values):
    """(text, [(question, answer)]) with the values of slots and one word of each list."""
    text, questions = paragraph
    chosen = drawn(d, text)
    fill = lambda template: re.sub(r"(^A|\ba) (?=[aeiou])", r"\1n ", filled_in(template, chosen, values))
    return with_capitals(fill(text)), [(capitalized(fill(d.phrase(*wordings))), fill(answer)) for wordings, answer in questions]
