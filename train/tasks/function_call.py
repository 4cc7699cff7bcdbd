"""A request in words to a call of one of the functions that the prompt lists."""

import json
import re

from .common import lines, with_article
from .names import (
    BUILDINGS, COUNTRIES, DAYS, MONTHS, NOUNS, WORDS, clock_time, first_name, full_name, made_up, organization, place,
)  # fmt: skip

FUNCTIONS = [
    (names.split("/"), [tuple(p.split("=")) for p in parameters.split(", ")], what.split("/"), requests.split("/"))
    for names, parameters, what, requests in (line.split(" | ") for line in lines("function_calls.txt"))
]
CHOICES = {
    "food": "pizza,pasta,soup,salad,rice,curry,pancakes,sushi,noodles,lasagna,tacos,burgers,fish,dumplings,apple pie".split(
        ","
    ),
    "language": "German French Spanish Italian Japanese Chinese Russian Polish Dutch Turkish Greek Swedish".split(),
    "currency": "euros yen pounds francs rupees pesos kronor rubles".split(),
    "color": "red blue green yellow white purple orange pink black brown".split(),
    "room": "kitchen,bedroom,living room,bathroom,garage,hallway,office,cellar,attic,garden".split(","),
    "account": "savings checking main business private".split(),
    "app": "calendar camera calculator browser map notebook player editor phone gallery".split(),
    "event": "meeting,concert,party,lecture,interview,dinner,exam,workshop,training,wedding".split(","),
    "animal": "dog cat horse rabbit parrot goat cow duck hamster turtle".split(),
    "direction": "left right forward back up down north south east west".split(),
    "shape": "circle square triangle star rectangle heart line cross".split(),
    "building": BUILDINGS,
    "task": """call the bank,buy milk,water the plants,pay the rent,clean the car,feed the cat,write to the teacher,book a ticket,
get bread,bring the book back,do the homework,visit grandmother,fix the bike,take the medicine,wash the windows""".replace(
        "\n", ""
    ).split(","),
    "line": """I am late.|See you soon.|Happy birthday!|Where are you?|I love you.|Call me back.|The meeting starts now.|Dinner is ready.|
Thank you for your help.|I will be there at noon.|Do you have time?|Good luck!""".replace("\n", "").split("|"),
    "subject": """the weather,the new job,football,old trains,black holes,the party,cheap flights,healthy food,the school trip,
electric cars,the moon,jazz,the invoice,wild animals,the election,our holiday,robots,the contract""".replace(
        "\n", ""
    ).split(","),
}


def slots(d):
    """{slot: (as written in a request, as given in the call)}"""
    two_places = [place(d), place(d)]
    while two_places[0] == two_places[1]:
        two_places[1] = place(d)
    day = d.pick(["today", "tomorrow", "tonight", *(f"on {day}" for day in DAYS), *(f"next {day}" for day in DAYS),
        f"on {d.pick(MONTHS)} {d.number(1, 28)}", "next week", "this weekend", "this evening"])  # fmt: skip
    file = lambda: (
        (d.fill(WORDS) if d.chance(0.6) else made_up(d, False)) + d.pick([".txt", ".pdf", ".csv", ".jpg", ".py", ".md"])
    )
    thing, word = d.fill(NOUNS), d.fill(WORDS) if d.chance(0.6) else made_up(d, False)
    values = {slot: d.pick(words) for slot, words in CHOICES.items()}
    values |= {
        "place": two_places[0], "place2": two_places[1], "country": d.fill(COUNTRIES), "time": clock_time(d),
        "person": first_name(d) if d.chance(0.65) else full_name(d), "thing": thing, "word": word,
        "title": " ".join(made_up(d) if d.chance(0.3) else d.fill(WORDS).capitalize() for _ in range(d.number(1, 3))),
        "company": organization(d), "file": file(), "file2": file(), "phone": str(d.number(1000, 9999999)),
        "n": d.number(2, 99), "n2": d.number(2, 999),
    }  # fmt: skip
    written = values | {"when": day, "a_thing": with_article(thing)}
    return written, values | {"when": day.removeprefix("on ")}


def new_names(d, parameters):
    """A function name, and maybe parameter names, that no training example has."""
    name = made_up(d, False) + d.pick(["", "", "_" + made_up(d, False), "_" + d.pick("get do run make set".split())])
    if d.chance(0.3):
        parameters = [(made_up(d, False), slot) for _, slot in parameters]
    return re.sub(r"\W", "", name), parameters


def declared(style, name, parameters, what):
    keys = [key for key, _ in parameters]
    if style == "json":
        return json.dumps({"name": name, "description": what, "parameters": keys}, ensure_ascii=False)
    return style.format(call=f"{name}({', '.join(keys)})", what=what)


def make(d):
    n = d.pick([1, 2, 2, 3, 3, 4, 5])
    chosen = d.some(FUNCTIONS, n)
    invented = d.chance(0.35)
    written, given = slots(d)
    described = invented or d.chance(0.5)
    style = d.pick(["{call}: {what}", "- {call}: {what}", "{call} - {what}", "{call}  # {what}", "def {call}: {what}", "json"]
                   if described else ["{call}", "- {call}", "def {call}", "* {call}"])  # fmt: skip
    listed = []
    for names, parameters, what, _ in chosen:
        name = d.pick(names)
        if invented:
            name, parameters = new_names(d, parameters)
        listed.append((name, parameters, d.pick(what)))
    asked = d.number(0, n - 1)
    name, parameters, _ = listed[asked]
    arguments = {key: given[slot.strip("{}")] for key, slot in parameters}
    request = d.phrase(*chosen[asked][3]).format(**written)
    separator = "; " if style == "{call}" and d.chance(0.4) else "\n"
    functions = separator.join(declared(style, *function) for function in listed)
    if d.chance(0.25):
        wording = d.phrase(
            "Functions:\n{f}\n\nRequest: {q}\n\nAnswer [in|as|with] JSON.", "{f}\n\n{q}\n\n[JSON|JSON call]:",
            "[Tools|Functions]:\n{f}\n\nWhich function should be called? Reply with JSON.\n\n{q}",
            "Turn the request into a JSON [function|tool] call.\n\n{f}\n\nRequest: {q}", "{f}\n\nUser: {q}\nTool call (JSON):",
            "Write the call as JSON. Functions:\n{f}\n\n{q}",
        )  # fmt: skip
        return wording.format(f=functions, q=request), json.dumps(
            {"name": name, "arguments": arguments}, ensure_ascii=False
        )
    wording = d.phrase(
        "Functions:\n{f}\n\nRequest: {q}\nCall:", "[Available functions|Functions|Tools|You can call]:\n{f}\n\n{q}",
        "{f}\n\n{q}\n\nCall:", "{f}\n\nUser: {q}\nCall:", "[Tools|Functions]:\n{f}\n\nUser: {q}\nAssistant:",
        "Which function [call answers|fits|should be called for] [this|the] request?\n\n{f}\n\n{q}",
        "Turn [this|the] request into a function call.\n\nFunctions:\n{f}\n\nRequest: {q}", "{q}\n\nFunctions:\n{f}\n\nFunction call:",
        "[Choose|Pick|Select] the right function and fill in [its|the] [arguments|parameters].\n\n{f}\n\nRequest: {q}",
        "[Write|Give|Return] the function call for: {q}\n\n{f}", "Request: {q}\nFunctions: {f}\nCall:", "API:\n{f}\n\nTask: {q}\nCode:",
        "Call one of [these|the following] functions:\n{f}\n\n{q}", "You have [these|the following] [tools|functions]:\n{f}\n\n{q}\n\nTool call:",
        "[Instruction|Command]: {q}\n\n{f}\n\nCall:", "Use a [tool|function].\n{f}\nQ: {q}\nA:",
    )  # fmt: skip
    quoted = lambda value: str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
    call = f"{name}({', '.join(f'{key}={quoted(value)}' for key, value in arguments.items())})"
    return wording.format(f=functions, q=request), call
