"""A request in words to a call of one of the functions that the prompt lists."""

import json
import re

from .common import lines, numbered, with_article
from .names import (
    BUILDINGS, COUNTRIES, DAYS, MONTHS, NOUNS, WORDS, city, clock_time, first_name, full_name, made_up, organization, place,
)  # fmt: skip

FUNCTIONS = [
    (names.split("/"), [tuple(p.split("=")) for p in parameters.split(", ") if p != "-"], what.split("/"), requests.split("/"))
    for names, parameters, what, requests in (line.split(" | ") for line in lines("function_calls.txt"))
]
CHOICES = {
    "food": "pizza,pasta,soup,salad,rice,curry,pancakes,sushi,noodles,lasagna,tacos,burgers,fish,dumplings,apple pie".split(
        ","
    ),
    "language": "German French Spanish Italian Japanese Chinese Russian Polish Dutch Turkish Greek Swedish".split(),
    "currency": "euros yen pounds francs rupees pesos kronor rubles".split(),
    "color": "red blue green yellow white purple gray pink black brown".split(),
    "room": "kitchen,bedroom,living room,bathroom,garage,hallway,office,cellar,attic,garden".split(","),
    "account": "savings checking main business private".split(),
    "app": "calendar camera calculator browser map notebook player editor phone gallery".split(),
    "event": "meeting,concert,party,lecture,rehearsal,dinner,test,workshop,training,wedding".split(","),
    "animal": "dog cat horse rabbit parrot goat cow duck hamster turtle".split(),
    "direction": "left right forward back up down north south east west".split(),
    "shape": "circle square triangle star rectangle heart line cross".split(),
    "building": BUILDINGS,
    "task": """call the bank,buy milk,water the plants,pay the rent,clean the car,feed the cat,write to the teacher,book a ticket,
get bread,bring the book back,do the homework,visit grandmother,fix the bike,take the medicine,wash the windows""".replace(
        "\n", ""
    ).split(","),
    "line": """I am late.|See you soon.|Happy birthday!|Where are you?|I love you.|Call me back.|The meeting starts now.|Dinner is ready.|
Thank you for your help.|I will be there at noon.|Do you have time?|Good luck!|We won the match!|Please wait for me.|The train has left.|
Bring your umbrella.|I found the keys.|What a beautiful day!|Nobody is home.|Sorry, I forgot it.""".replace("\n", "").split("|"),
    "subject": """the weather,the new job,football,old trains,black holes,the party,cheap flights,healthy food,the school trip,
electric cars,the moon,jazz,the invoice,wild animals,the election,our holiday,robots,the contract,deep sea fish,ancient Egypt,
fresh water,bees,the new bridge,garden tools,better sleep""".replace("\n", "").split(","),
    "indoor": "kitchen,bedroom,living room,bathroom,office,dining room,nursery,study,guest room,laundry room".split(","),
    "door": "front door,back door,garage door,garden gate,cellar door,balcony door,main gate,side entrance".split(","),
    "device": """fan,heater,radio,television,vacuum cleaner,coffee maker,dishwasher,washing machine,oven,dryer,humidifier,projector,
air conditioner,toaster""".replace("\n", "").split(","),
    "ingredient": "flour,sugar,butter,milk,salt,rice,honey,cream,olive oil,cocoa,cheese,garlic,cinnamon".split(","),
    "vegetables": "carrots beans potatoes onions pumpkins peas cucumbers beets tomatoes cabbages radishes".split(),
    "flowers": "roses tulips lilies daisies sunflowers violets orchids carnations".split(),
    "goods": "pencils candles towels batteries envelopes socks lemons bulbs notebooks balloons spoons stamps mugs".split(),
    "drink": "tea,coffee,lemonade,orange juice,hot chocolate,apple juice,iced tea,milk,mineral water,cider".split(","),
    "size": "small medium large".split(),
    "garment": "jacket shirt coat dress sweater skirt raincoat vest hoodie blouse".split(),
    "shop": "pharmacy,bakery,supermarket,bookstore,gas station,post office,shoe store,hardware store,flower shop,bank".split(","),
    "vehicle": "car van motorcycle bus truck tractor camper".split(),
    "carpart": "tires,brakes,oil,battery,headlights,engine,clutch,cooling water,seat belts,mirrors".split(","),
    "sport": "tennis football basketball hockey volleyball badminton baseball golf rugby handball".split(),
    "game": "chess checkers poker dominoes solitaire sudoku backgammon bingo hangman tetris".split(),
    "course": "math,biology,history,physics,chemistry,geography,art,music,English,economics,computer science".split(","),
    "instrument": "piano guitar violin flute trumpet cello clarinet harp saxophone".split(),
    "music": "jazz rock pop classical blues folk techno reggae country soul".split(),
    "film": "comedy western thriller drama musical cartoon documentary mystery".split(),
    "group": "family,football,office,choir,school,hiking,book club,chess,cooking,neighborhood".split(","),
    "medicine": "aspirin,ibuprofen,vitamin C,cough syrup,insulin,nose spray,iron tablets,eye drops,zinc".split(","),
    "body": "knee shoulder back elbow ankle neck wrist hip foot stomach".split(),
    "month": MONTHS, "weekday": DAYS, "letter": list("ABCDEFGHKLMPRSTUVWXZ"),
    "priority": "low normal high urgent".split(),
    "format": "PDF,PNG,HTML,CSV,EPUB,Word,Markdown,plain text,JPEG".split(","),
    "animals": "cows goats hens pigs sheep ducks geese horses rabbits".split(),
    "crop": "wheat corn barley rye clover hay rice cotton".split(),
    "coding": "Python Java Rust Ruby Swift Kotlin Go Perl".split(),
    "material": "wood steel glass paper copper plastic stone wool leather".split(),
}  # fmt: skip
# Two different ones of a row fill {length} and {length2}, ...
UNITS = {
    "length": "miles kilometers meters feet inches yards centimeters".split(),
    "weight": "pounds kilograms ounces grams tons".split(),
    "volume": "liters gallons pints cups milliliters quarts".split(),
    "span": "seconds minutes hours days weeks years".split(),
}


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
    values |= {
        "place": two_places[0], "place2": two_places[1], "country": d.fill(COUNTRIES), "time": clock_time(d),
        "person": first_name(d) if d.chance(0.65) else full_name(d), "name": first_name(d), "thing": thing, "word": word,
        "title": " ".join(made_up(d) if d.chance(0.3) else d.fill(WORDS).capitalize() for _ in range(d.number(1, 3))),
        "company": organization(d), "file": file(), "file2": file(), "phone": str(d.number(1000, 9999999)),
        "n": d.number(2, 99), "n2": d.number(2, 999), "few": d.number(2, 9), "year": d.number(1900, 2030), "date": date,
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
    return written, values | {"when": day.removeprefix("on ")}


def others(d, asked, n):
    """Places of other functions: mostly neighbors in the table, where opposites and siblings stand together."""
    found = []
    while len(found) < n:
        i = asked + d.pick([-4, -3, -2, -1, -1, 1, 1, 2, 3, 4]) if d.chance(0.7) else d.number(0, len(FUNCTIONS) - 1)
        if 0 <= i < len(FUNCTIONS) and i not in (asked, *found):
            found.append(i)
    return found


def new_names(d, parameters):
    """A function name, and maybe parameter names, that no training example has."""
    name = made_up(d, False) + d.pick(["", "", "_" + made_up(d, False), "_" + d.pick("get do run make set".split())])
    if d.chance(0.3):
        parameters = [(made_up(d, False), slot) for _, slot in parameters]
    return re.sub(r"\W", "", name), parameters


def careless(d, wording):
    """Now and then without a capital and a full stop, or with a greeting or thanks."""
    if d.chance(0.1) and not re.match(r"\{|I\b", wording):
        return wording[0].lower() + wording[1:].rstrip(".")
    if wording[-1] in ".?!" and wording[0].isupper() and d.chance(0.08):
        return d.pick(["Hi! {}", "Hello. {}", "{} Thanks!", "{} Thank you.", "Excuse me. {}", "OK. {}",
        "Oh, one more thing. {}"]).replace("{}", wording)
    return wording


# Layouts of a declaration: {call} name and parameters, {typed} also their types, {what} what it does.
DESCRIBED = [
    "{call}: {what}", "- {call}: {what}", "{call} - {what}", "{call}  # {what}", "def {call}: {what}", "json", "json",
    "* {call} - {what}", "{i}. {call}: {what}", "{what}: {call}", "- {what}: {call}", "{call} ({what})", "{call} // {what}",
    "def {typed}:  # {what}", 'def {call}:\n    """{what}"""', "{typed}: {what}", "- {typed} - {what}", "{call}\n  {what}", "# {what}\n{call}",
    "- {name}: {what}. Parameters: {keys}", "{name} | {keys} | {what}", "Name: {name}\nParameters: {keys}\nDescription: {what}",
    "`{call}`: {what}", "- `{call}` - {what}", "{i}) {call} = {what}", "json parameters", "function {call}; // {what}", "{call} -> {what}",
]  # fmt: skip
BARE = [
    "{call}", "{call}", "{call}", "- {call}", "def {call}", "* {call}", "{i}. {call}", "def {typed}", "{typed}", "- {typed}", "`{call}`",
    "def {call}: ...",
    "function {call}", "- {name}: {keys}", "{i}) {call}", "json name", "{name} [{keys}]",
]  # fmt: skip


def declared(style, i, name, parameters, what, given):
    keys = [key for key, _ in parameters]
    types = {key: type(given[slot.strip("{}")]) for key, slot in parameters}
    if style.startswith("json"):
        described = {"name": name} | ({"description": what} if style != "json name" else {})
        long = {key: {"type": {str: "string", int: "integer"}[type_]} for key, type_ in types.items()}
        return json.dumps(described | {"parameters": long if style == "json parameters" else keys}, ensure_ascii=False)
    typed = ", ".join(f"{key}: {type_.__name__}" for key, type_ in types.items())
    return style.format(
        call=f"{name}({', '.join(keys)})", typed=f"{name}({typed})", name=name, keys=", ".join(keys) or "none", what=what, i=i
    )


def as_code(name, arguments):
    quoted = lambda value: str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
    return f"{name}({', '.join(f'{key}={quoted(value)}' for key, value in arguments.items())})"


def only_the_name(d, functions, request):
    """A prompt that asks which function fits, not for its arguments."""
    wording = d.phrase(
        "{f}\n\n{q}\n\n[Name of the function|Function name|Only the name]:", "Which function [fits|is needed|should be called]? Only give its name.\n\n{f}\n\n{q}",
        "{f}\n\nWhich of them is for this request? {q}\nName:", "Name the [right|best|matching] function, without arguments.\n{f}\n{q}",
        "Functions:\n{f}\n\nRequest: {q}\nName of the function:", "What is the name of the function for \"{q}\"?\n\n{f}", "Request: {q}\n{f}\nFunction name:",
    )  # fmt: skip
    return wording.format(f=functions, q=request)


def request_and_arguments(d, function, parameters):
    """(request in words, {parameter: value}) for a row of FUNCTIONS, with its parameters as they are listed."""
    written, given = slots(d)
    arguments = {key: given[slot.strip("{}")] for key, slot in parameters}
    return careless(d, d.phrase(*function[3])).format(**written), arguments


def several_requests(d, chosen, listed, functions):
    """Up to three requests to the functions of one list."""
    requests, calls, as_json = [], [], d.chance(0.25)
    for i in d.shuffled(range(len(chosen)))[:3]:
        name, parameters, _ = listed[i]
        request, arguments = request_and_arguments(d, FUNCTIONS[chosen[i]], parameters)
        requests.append(request)
        calls.append(
            json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False) if as_json else as_code(name, arguments)
        )
    wording = d.phrase(
        "Functions:\n{f}\n\nRequests:\n{q}\n\n{calls}:", "{f}\n\n{q}\n\n{calls}:", "{q}\n\nTools:\n{f}\n\n{calls}:",
        "Call the right function for every request.\n\n{f}\n\n{q}\n\n{calls}:", "Tools:\n{f}\n\nUser:\n{q}\n{calls}:",
        "Turn the requests into {calls}.\n\n{f}\n\n{q}", "{f}\n\nCommands:\n{q}\n\n{calls}:",
    )  # fmt: skip
    calls_name = "JSON calls" if as_json else "Calls"
    return wording.format(f=functions, q=numbered(requests), calls=calls_name), numbered(calls)


def names_for_requests(d, chosen, listed, functions):
    """Two to six requests, or what functions do, to the names of functions of one list.

    Which function is meant is the hard part of a call: here it is asked for several times for one reading of the list.
    """
    asked = [d.pick(range(len(chosen))) for _ in range(d.number(2, 6))]
    described = d.chance(0.2)
    texts = [
        d.pick(FUNCTIONS[chosen[i]][2]) if described else request_and_arguments(d, FUNCTIONS[chosen[i]], listed[i][1])[0]
        for i in asked
    ]
    wording = d.phrase(
        "{f}\n\nWhich function is for what?\n{q}\n\nNames:", "Functions:\n{f}\n\n{q}\n\nNames of the functions:", "{q}\n\nFunctions:\n{f}\n\nFunction names:",
        "Only name the function for each line.\n\n{f}\n\n{q}", "Tools:\n{f}\n\nRequests:\n{q}\nTool names:", "Match each line with a function.\n{q}\n\n{f}",
    )  # fmt: skip
    return wording.format(f=functions, q=numbered(texts)), numbered(listed[i][0] for i in asked)


def invented_call(d):
    """Mostly of functions with invented names, which only their descriptions tell apart."""
    return make(d, 0.85)


def make(d, invented_share=0.45):
    n = d.pick([1, 2, 2, 2, 3, 3, 3, 4, 4, 5])
    first = d.number(0, len(FUNCTIONS) - 1)
    chosen = d.shuffled([first, *others(d, first, n - 1)])
    invented = d.chance(invented_share)
    style = d.pick(DESCRIBED if invented or d.chance(0.55) else BARE)
    listed = []
    for names, parameters, what, _ in (FUNCTIONS[i] for i in chosen):
        name = d.pick(names)
        while invented or name in [other for other, *_ in listed]:
            name, parameters = new_names(d, parameters)
            if name not in [other for other, *_ in listed]:
                break
        listed.append((name, parameters, d.pick(what)))
    separator = d.pick(["; ", ", ", " | ", " / "]) if style in ("{call}", "`{call}`", "{typed}") and d.chance(0.5) else "\n"
    if style.startswith("Name") or (style.count("\n") and d.chance(0.5)):
        separator = "\n\n"
    sample = slots(d)[1]
    functions = separator.join(declared(style, i + 1, *function, sample) for i, function in enumerate(listed))
    if style.startswith("json") and d.chance(0.4):
        functions = "[" + functions.replace("\n", ", " if d.chance(0.5) else ",\n") + "]"
    x = d.rng.random()
    if n > 1 and x < 0.2:
        return several_requests(d, chosen, listed, functions)
    if n > 1 and x < 0.4:
        return names_for_requests(d, chosen, listed, functions)
    name, parameters, _ = listed[chosen.index(first)]
    request, arguments = request_and_arguments(d, FUNCTIONS[first], parameters)
    if n > 1 and x < 0.45:
        return only_the_name(d, functions, request), name
    if d.chance(0.25):
        wording = d.phrase(
            "Functions:\n{f}\n\nRequest: {q}\n\nAnswer [in|as|with] JSON.", "{f}\n\n{q}\n\n[JSON|JSON call]:",
            "[Tools|Functions]:\n{f}\n\nWhich function should be called? Reply with JSON.\n\n{q}",
            "Turn the request into a JSON [function|tool] call.\n\n{f}\n\nRequest: {q}", "{f}\n\nUser: {q}\nTool call (JSON):",
            "Write the call as JSON. Functions:\n{f}\n\n{q}", "{q}\n\n[Tools|Available functions]:\n{f}\n\nJSON:",
            "Give the [matching|right] function and its arguments as JSON.\nRequest: {q}\nFunctions:\n{f}",
            "[Reply|Answer|Respond] only with a JSON object that calls one of these functions:\n{f}\n\nUser: {q}",
            "Which of these functions does the user need? {q}\n\n{f}\n\nOutput JSON.", "{f}\n###\n{q}\n###\n[Output|Result] in JSON:",
            "You are an assistant with tools. Use JSON to call one.\n{f}\n\n{q}", "Instruction: {q}\n\nTools:\n{f}\n\nCall in JSON format:",
            "JSON function call for \"{q}\"\nFunctions: {f}", "Call a function. Format: JSON with name and arguments.\n\n{f}\n\n{q}",
            "[Make|Produce|Write] a JSON call from what the user says.\nUser: {q}\nAPI:\n{f}",
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
        "You are a helpful assistant with access to [tools|functions].\n{f}\n\n{q}", "Available tools:\n{f}\n\nUser: {q}\nTool call:",
        "User: {q}\nAvailable functions:\n{f}\nFunction call:", "[Translate|Convert] the command into a call.\nCommand: {q}\nFunctions:\n{f}",
        "Given these functions:\n{f}\n\nWhat call does \"{q}\" need?", "Function list: {f}\nUser says: {q}\nCall:", "{q}\n\n{f}",
        "{q}\n---\n{f}\n---\nCall:",
        "[Find|Choose] the function that does what the user wants and call it.\nUser: {q}\nFunctions:\n{f}",
        "[Map|Match] the sentence to one of the functions.\n\n{f}\n\nSentence: {q}",
        "Tools:\n{f}\n\nQuestion: {q}\nAction:", "[Answer|Reply|Respond] with a function call only.\n{f}\n\n{q}",
        "Here are [some|the] functions:\n{f}\n\nHere is the request: {q}\n\nWhich call?",
        "Functions:\n{f}\n\nInput: {q}\nOutput:", "Input: {q}\n\nFunctions:\n{f}\n\nOutput:", "```\n{f}\n```\n{q}\nCall:",
        "# Tools\n{f}\n\n# Request\n{q}\n\n# Call",
        "An app offers these functions:\n{f}\n\nThe user types: {q}\nThe app should run:", "How would you call the API for this? {q}\n\n{f}",
        "What should the computer do? {q}\nIt can do this:\n{f}\nCall:", "Request: {q} | Functions: {f} | Call:", "Functions: {f}. Request: {q} Call:",
        "### Functions\n{f}\n\n### User\n{q}\n\n### Call\n", "Program the answer to \"{q}\" with one line of code.\n\n{f}",
        "Voice command: {q}\n\nPossible actions:\n{f}\n\nAction:",
        "Please call the right function [for me|now]: {q}\n\n{f}", "One of these functions is needed:\n{f}\n\nSomebody asks: {q}\n\nCall:",
        "Only use the functions listed here.\n{f}\n\nUser: {q}", "[Fill in|Complete] the call.\nFunctions:\n{f}\nRequest: {q}\nCall:",
        "Your tools are: {f}\n\n{q}", "I have the functions\n{f}\nand the wish: {q}\nWrite the call.", "System: You can use {f}\nUser: {q}\nAssistant:",
    )  # fmt: skip
    return wording.format(f=functions, q=request).strip(), as_code(name, arguments)
