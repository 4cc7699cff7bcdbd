"""Requests in words for the functions of function_calls.txt, and the arguments that they give."""

import re

from .common import NUMBER_WORDS, lines, table, with_article
from .corpora import CORPORA, draw_from
from .dialogue import activity
from .names import (
    BUILDINGS, COUNTRIES, DAYS, MONTHS, NOUNS, WORDS, city, clock_time, first_name, full_name, made_up, organization, place,
)  # fmt: skip

FUNCTIONS = [
    (names.split("/"), [tuple(p.split("=")) for p in parameters.split(", ") if p != "-"], what.split("/"), requests.split("/"))
    for names, parameters, what, requests in (line.split(" | ") for line in lines("function_calls.txt"))
]
CHOICES = {slot: words for slot, *words in table("request_choices.txt")} | {
    "building": BUILDINGS, "month": MONTHS, "weekday": DAYS, "letter": list("ABCDEFGHKLMPRSTUVWXZ"),
}  # fmt: skip
# Two different ones of a row fill {length} and {length2}, ...
UNITS = {
    "length": "miles kilometers meters feet inches yards centimeters".split(),
    "weight": "pounds kilograms ounces grams tons".split(),
    "volume": "liters gallons pints cups milliliters quarts".split(),
    "span": "seconds minutes hours days weeks years".split(),
}


def message(d):
    """What may be written to somebody: mostly a real sentence, where there are any."""
    if not CORPORA.german or d.chance(0.4):
        return d.pick(CHOICES["line"])
    while True:
        sentence = draw_from(d, CORPORA.german)[0]
        if len(sentence) < 50 and '"' not in sentence:
            return sentence


def slots(d):
    """{slot: (as written in a request, as given in the call)}"""
    two_places = [place(d), place(d)]
    while two_places[0] == two_places[1]:
        two_places[1] = place(d)
    date = f"{d.pick(MONTHS)} {d.number(1, 28)}"
    day = d.pick(["today", "tomorrow", "tonight", *(f"on {day}" for day in DAYS), *(f"next {day}" for day in DAYS),
        f"on {date}", "next week", "this weekend", "this evening"])  # fmt: skip
    file = lambda: (
        (d.fill(WORDS) if d.chance(0.6) else made_up(d, False)) + d.pick([".txt", ".pdf", ".csv", ".jpg", ".py", ".md"])
    )
    thing, word = d.fill(NOUNS), d.fill(WORDS) if d.chance(0.6) else made_up(d, False)
    values = {slot: d.pick(words) for slot, words in CHOICES.items()}
    for unit, words in UNITS.items():
        values[unit], values[unit + "2"] = d.some(words, 2)
    town, letters = city(d), CHOICES["letter"]
    values["line"] = message(d)
    if d.chance(0.5):
        values["task"] = activity(d)[0]
    values |= {
        "place": two_places[0], "place2": two_places[1], "country": d.fill(COUNTRIES), "time": clock_time(d),
        "person": first_name(d) if d.chance(0.65) else full_name(d), "name": first_name(d), "thing": thing, "word": word,
        "title": " ".join(made_up(d) if d.chance(0.3) else d.fill(WORDS).capitalize() for _ in range(d.number(1, 3))),
        "company": organization(d), "file": file(), "file2": file(), "phone": str(d.number(1000, 9999999)),
        "n": d.number(2, 12 if d.chance(0.35) else 99), "n2": d.number(2, 999), "few": d.number(2, 9), "year": d.number(1900, 2030), "date": date,
        "folder": d.pick("Documents Downloads Pictures Music Projects Archive Invoices Photos Letters".split())
        if d.chance(0.5) else made_up(d),
        "user": made_up(d, False) + d.pick(["", str(d.number(1, 99)), "_" + made_up(d, False)]),
        "email": f"{made_up(d, False)}@{made_up(d, False)}.{d.pick(['com', 'org', 'net'])}",
        "url": f"www.{made_up(d, False)}.{d.pick(['com', 'org', 'net'])}",
        "network": made_up(d) + d.pick(["", "-5G", "_Guest", "Home", str(d.number(2, 99))]),
        "station": d.pick([f"Radio {town}", f"{town} FM", f"Radio {made_up(d)}", f"{made_up(d)} FM"]),
        "team": d.pick([f"FC {town}", f"{town} United", f"{town} City", f"Sporting {town}"]),
        "code": d.pick(letters) + str(d.number(100, 99999)),
        "flight": d.pick(letters) + d.pick(letters) + str(d.number(10, 9999)),
    }  # fmt: skip
    written = values | {"when": day, "a_thing": with_article(thing)}
    if d.chance(0.5):  # in words, as people write small numbers
        written |= {slot: NUMBER_WORDS[values[slot]] for slot in ("n", "few") if values[slot] <= 12}
    return written, values | {"when": day.removeprefix("on ")}


def careless(d, wording):
    """Now and then without a capital and a full stop, or with a greeting or thanks."""
    if d.chance(0.1) and not re.match(r"\{|I\b", wording):
        return wording[0].lower() + wording[1:].rstrip(".")
    if wording[-1] in ".?!" and wording[0].isupper() and d.chance(0.08):
        return d.pick(["Hi! {}", "Hello. {}", "{} Thanks!", "{} Thank you.", "Excuse me. {}", "OK. {}",
        "Oh, one more thing. {}"]).replace("{}", wording)
    return wording


def request_and_arguments(d, function, parameters):
    """(request in words, {parameter: value}) for a row of FUNCTIONS, with its parameters as they are listed."""
    written, given = slots(d)
    arguments = {key: given[slot.strip("{}")] for key, slot in parameters}
    return careless(d, d.phrase(*function[3])).format(**written), arguments
