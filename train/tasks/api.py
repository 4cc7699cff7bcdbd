"""Small APIs whose functions belong together, with requests for each: see api.txt."""

import re

from .common import drawn, filled_in, lines
from .names import DAYS, MONTHS, city, clock_time, first_name, full_name, made_up

FUNCTION = re.compile(r"(\w+)\(([\w, ]*)\): (.+)")
CALL = re.compile(r"(\w+)\((.*)\)")


def row(line):
    """({name: (parameters, what it does)}, [(wordings, name, {parameter: slot or value})])"""
    functions, *items = line.split(" | ")
    declared = {}
    for name, parameters, what in (FUNCTION.fullmatch(text.strip()).groups() for text in functions.split("; ")):
        declared[name] = ([p.strip() for p in parameters.split(",") if p.strip()], what)
    requests = []
    for item in items:
        wordings, call = item.split(" => ")
        name, arguments = CALL.fullmatch(call.strip()).groups()
        values = dict(argument.split("=", 1) for argument in arguments.split(", ") if argument)
        requests.append((wordings.split(" / "), name, values))
    return declared, requests


APIS = [row(line) for line in lines("api.txt")]


def slots(d, line):
    return {
        "few": d.number(2, 12), "n": d.number(2, 99), "time": clock_time(d), "day": d.pick(DAYS), "person": first_name(d) if d.chance(0.6) else full_name(d), "city": city(d),
        "email": f"{made_up(d, False)}@{made_up(d, False)}.{d.pick(['com', 'org', 'net'])}", "phone": str(d.number(1000, 9999999)), "date": f"{d.pick(MONTHS)} {d.number(1, 28)}", "line": line,
    }  # fmt: skip


def request_for(d, items, name, line, in_words):
    """As `request`: one of the items that ask for the function of that name."""
    return request(d, d.pick([item for item in items if item[1] == name]), line, in_words)


def request(d, item, line, in_words):
    """(request, name, {parameter: value}); `in_words(n)` writes a small number as a request has it."""
    wordings, name, parameters = item
    values = slots(d, line)
    chosen = drawn(d, *wordings)

    def value(text):
        if text in ("{few}", "{n}"):
            return values[text.strip("{}")]
        filled = filled_in(text, chosen, values)
        return int(filled) if re.fullmatch(r"\d{1,5}", filled) else filled

    wording = d.phrase(*wordings)
    text = filled_in(wording, chosen, {"few": in_words(values["few"])}, values)
    if wording[0] not in "[{":  # the name of a file stays as it is
        text = text[0].upper() + text[1:]
    return text, name, {parameter: value(text) for parameter, text in parameters.items()}
