"""A request in words to a call of one of the functions that the prompt lists."""

import json
import re

from . import api
from .common import NUMBER_WORDS, numbered
from .names import made_up
from .function_requests import FUNCTIONS, message, request_and_arguments, slots


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


def declared(style, i, function):
    """A function of a list, in the style of the list."""
    name, types, what = function
    keys = list(types)
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
        "{f}\n\n{q}\n\n[Answer|Reply|Respond] [only |just |]with the name of the [right|matching|needed|best] [function|tool][, nothing else|, no arguments|].",
        "[Choose|Pick|Select|Find] the [right|matching|best|fitting] [function|tool] for [this|the] request, [name only|just its name|give nothing but the name|only the name].\n\n{f}\n\nRequest: {q}",
        "[Tools|Functions]: {f}\nUser: {q}\n[Which tool is it|Which function is it|What is it called]? [Name only|Just the name|Name|The name alone]:", "{q}\n\n{f}\n\n[Tool|Function] name[, without arguments|, nothing more|]:",
        "Here are [the |some |]functions:\n{f}\n\nWhich [one|of them] [does|fits|answers|would do] this: {q} [Say|Write|Return|Tell me] [only its name|just the name|nothing but its name].",
        "[Classify|Route|Sort] the request to one of these functions[ by name|].\n{f}\nRequest: {q}\nName:", "Do not call [it|the function|anything], [only|just] name the function [for|that fits]: {q}\n\n{f}",
        "{f}\n\nUser: {q}\n[No arguments|Without parentheses|Without parameters], [only|just] the [function's name|name of the function]:",
    )  # fmt: skip
    return wording.format(f=functions, q=request)


def several_requests(d, listed, ask, functions):
    """Up to three requests to the functions of one list."""
    requests, calls, as_json = [], [], d.chance(0.25)
    for i in d.shuffled(range(len(listed)))[:3]:
        name, (request, arguments) = listed[i][0], ask(i)
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


def names_for_requests(d, listed, ask, describe, functions):
    """Two to six requests, or what functions do, to the names of functions of one list.

    Which function is meant is the hard part of a call: here it is asked for several times for one reading of the list.
    """
    asked = [d.pick(range(len(listed))) for _ in range(d.number(2, 6))]
    described = d.chance(0.2)
    texts = [describe(i) if described else ask(i)[0] for i in asked]
    wording = d.phrase(
        "{f}\n\nWhich function is for what?\n{q}\n\nNames:", "Functions:\n{f}\n\n{q}\n\nNames of the functions:", "{q}\n\nFunctions:\n{f}\n\nFunction names:",
        "Only name the function for each line.\n\n{f}\n\n{q}", "Tools:\n{f}\n\nRequests:\n{q}\nTool names:", "Match each line with a function.\n{q}\n\n{f}",
    )  # fmt: skip
    return wording.format(f=functions, q=numbered(texts)), numbered(listed[i][0] for i in asked)


def invented_call(d):
    """Mostly of functions with invented names, which only their descriptions tell apart."""
    return make(d, 0.85)


def of_the_table(d, invented_share):
    """(listed functions, their descriptions are told, `ask`, `describe`): some of function_calls.txt, mostly neighbors."""
    first = d.number(0, len(FUNCTIONS) - 1)
    chosen = d.shuffled([first, *others(d, first, d.pick([0, 1, 1, 1, 2, 2, 2, 3, 3, 4]))])
    invented = d.chance(invented_share)
    sample, parameters_of, listed = slots(d)[1], [], []
    for names, parameters, what, _ in (FUNCTIONS[i] for i in chosen):
        name = d.pick(names)
        while invented or name in [other for other, *_ in listed]:
            name, parameters = new_names(d, parameters)
            if name not in [other for other, *_ in listed]:
                break
        parameters_of.append(parameters)
        listed.append((name, {key: type(sample[slot.strip("{}")]) for key, slot in parameters}, d.pick(what)))
    ask = lambda i: request_and_arguments(d, FUNCTIONS[chosen[i]], parameters_of[i])
    return listed, invented, ask, lambda i: d.pick(FUNCTIONS[chosen[i]][2])


def of_an_api(d):
    """As `of_the_table`: the functions of a row of api.txt."""
    functions, items = d.pick(api.APIS)
    line, in_words = message(d), d.chance(0.5)
    written = lambda n: NUMBER_WORDS[n] if in_words and n < len(NUMBER_WORDS) else n
    names = d.shuffled(functions)
    ask = lambda i: api.request_for(d, items, names[i], line, written)[::2]
    types = [{key: type(value) for key, value in ask(i)[1].items()} for i in range(len(names))]
    return [(name, types[i], functions[name][1]) for i, name in enumerate(names)], False, ask, lambda i: functions[names[i]][1]


def make(d, invented_share=0.3):
    listed, needs_words, ask, describe = of_an_api(d) if d.chance(0.35 if invented_share < 0.5 else 0) else of_the_table(d, invented_share)
    n, style = len(listed), d.pick(DESCRIBED if needs_words or d.chance(0.55) else BARE)
    separator = d.pick(["; ", ", ", " | ", " / "]) if style in ("{call}", "`{call}`", "{typed}") and d.chance(0.5) else "\n"
    if style.startswith("Name") or (style.count("\n") and d.chance(0.5)):
        separator = "\n\n"
    functions = separator.join(declared(style, i + 1, function) for i, function in enumerate(listed))
    if style.startswith("json") and d.chance(0.4):
        functions = "[" + functions.replace("\n", ", " if d.chance(0.5) else ",\n") + "]"
    x = d.rng.random()
    if n > 1 and x < 0.2:
        return several_requests(d, listed, ask, functions)
    if n > 1 and x < 0.4:
        return names_for_requests(d, listed, ask, describe, functions)
    asked = d.pick(range(n))
    name, (request, arguments) = listed[asked][0], ask(asked)
    if n > 1 and x < 0.48:
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
