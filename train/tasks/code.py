"""Natural language to one line of pandas, and to small Python functions."""

import re

from .common import capitalized, lines
from .names import WORDS, made_up
from .reported import third_person

COLUMNS = """age price name city salary score date country category quantity weight height year total email gender income
temperature rating product sales status region department revenue title cost population distance speed time level
color size duration brand grade points humidity discount customer order_id user_id amount balance month profit
language""".split()
STATISTICS = {
    "mean": ["mean", "average", "average value", "mean value"], "sum": ["sum", "total"],
    "max": ["maximum", "max", "largest value", "highest value", "maximum value"],
    "min": ["minimum", "min", "smallest value", "lowest value", "minimum value"],
    "median": ["median", "median value"],
    "std": ["standard deviation"], "nunique": ["number of unique values", "number of distinct values"],
    "count": ["count of values", "number of non-null values"],
}  # fmt: skip


def wordings_of(text, separator):
    """The wordings of a row; one with alternatives stands for many, so it comes up as often as three others."""
    return tuple(wording for wording in text.split(separator) for _ in range(3 if "|" in wording else 1))


PANDAS = [
    (expression, wordings_of(wordings, " / "))
    for expression, wordings in (line.split(" => ") for line in lines("pandas.txt"))
]
FUNCTIONS = [
    (name, body.replace("\\n", "\n"), wordings_of(wordings, " | "))
    for name, body, wordings in (line.split(" => ") for line in lines("functions.txt"))
]

# How a wording begins that is no order but a question or a thing, and so cannot stand behind "Write code to".
NO_ORDER = re.compile(r"(what|which|how|are|where|for|I|the|a|all|every|only|rows|number|names|frequency|summary|basic|correlation|histogram|scatter|area|df1?)\b|[^a-zA-Z]")


def in_words(d, wordings):
    """One of the wordings, without the double spaces that an empty alternative leaves."""
    return " ".join(d.phrase(*wordings).split())


def column(d):
    return (
        d.pick(COLUMNS) if d.chance(0.7) else made_up(d, capital=False) + d.pick(["", "_id", "_name", "_count", "_x"])
    )


def pandas_line(d):
    answer, wordings = d.pick(PANDAS)
    frame = d.pick(
        ["df"] * 7
        + [
            "data",
            "frame",
            "table",
            d.pick(["sales", "users", "orders", "movies", "cars", "books"]) + "_df",
            d.pick(["sales", "users", "orders", "cars"]),
        ]
    )
    if frame == "df":
        shown = d.pick(
            [
                "a dataframe",
                "the dataframe",
                "a pandas dataframe",
                "df",
                "the dataframe df",
                "dataframe df",
                "a DataFrame",
                "the DataFrame df",
                "df",
                "a data frame",
                "dataframe",
            ]
        )
    else:
        shown = d.pick(
            ["{}", "{}", "the dataframe {}", "dataframe {}", "the pandas dataframe {}", "a dataframe {}", "the DataFrame {}",
             "a dataframe called {}", "the dataframe named {}", "a pandas dataframe called {}", "a table called {}", "my dataframe {}"]
        ).format(frame)  # fmt: skip
    c, e = column(d), column(d)
    while c == e:
        e = column(d)
    quote = lambda name: d.pick(["'{}'", '"{}"', "{}", "{}", "`{}`"]).format(name)
    function = d.pick(list(STATISTICS))
    values = dict(df=shown, D=frame, c=quote(c), C=c, e=quote(e), E=e, n=d.pick([3, 5, 10, 20, 100, d.number(2, 50)]),
                  v=d.pick([d.number(1, 1000), d.number(1, 20), 0]), w=d.pick([made_up(d, False), "Paris", "blue",
                      "yes", "open"]),
                  f=function, s=d.pick(STATISTICS[function]))  # fmt: skip
    wording = in_words(d, wordings)
    return wording.format(**values), answer.format(**values), not NO_ORDER.match(wording)


def function(d):
    name, body, wordings = d.pick(FUNCTIONS)
    task = in_words(d, wordings)
    no_order, named = NO_ORDER.match(task), d.chance(0.35)
    if named:
        name = (
            made_up(d, False)
            if d.chance(0.5)
            else d.pick(["f", "solve", "calc", "run", "my_function", "task", "g", "compute", "do_it"])
        )
        request = d.phrase(
            "Write a Python function {n}: {q}", "Python function {n}: {q}", "{q}\nCall the function {n}.",
            "Define {n} in Python: {q}", "{q} (Python, the function is called {n})",
        ) if no_order else d.phrase(
            "Write a Python function called {n} to {q}.",
            "Write a function named {n} to {q} in Python.",
            "Define a function {n} to {q}.",
            "Write a Python function {n} that can {q}.",
            "Create a function called {n} to {q}.",
            "Implement {n}, a Python function to {q}.",
        )
    elif not no_order and " and " not in task and d.chance(0.3):
        verb, _, rest = task.partition(" ")
        shown = name
        if d.chance(0.4):  # with its parameters
            shown = f"{name}({re.search(r'def F[(](.*?)[)]', body)[1]})"
        request = d.phrase(
            "[Write|Create|Define|I need|Give me|Please write] a [Python |small Python |]function that {q}[ in Python|].", "Python function that {q}", "# [Python |]function that {q}",
            "[Write|Define|Implement] [a Python function|the function|a function] {n} [in Python |]that {q}.", "[Python|Code]: a function that {q}", "A function in Python that {q}, please.",
            "Write {n} in Python. It {q}.", "Can you write a [Python |]function that {q}?",
        )  # fmt: skip
        return capitalized(request.format(n=shown, q=f"{third_person(verb)} {rest}")), re.sub(r"\bF\b", name, body)
    elif no_order:
        request = d.phrase(
            "Python: {q}", "{q} in Python", "Python function: {q}", "Write a Python function: {q}", "Python code: {q}", "{q}\nWrite a Python function.",
            "I need a Python function: {q}", "Task: {q}\nPython function:", "Code in Python: {q}", "[Show|Give] me a function in Python: {q}",
        )
    else:
        request = d.phrase(
            "Write a Python function to {q}.",
            "Write a function to {q}.",
            "Python function to {q}",
            "Write code to {q} in Python.",
            "How do I {q} in Python?",
            "Implement a function to {q} in Python.",
            "{q} in Python",
            "Write a small Python function to {q}.",
            "Write a Python function that can {q}.",
            "I need a Python function to {q}.",
            "[Show|Give|Send] me [code|Python code|a function] to {q}[ in Python|].",
            "How [can|would] I {q} [with|in|using] Python?",
            "Python: {q}",
            "Give me a Python function to {q}.",
            "Create a Python function to {q}.",
            "Python code to {q}",
            "Code a function to {q}.",
            "Define a Python function to {q}.",
        )
    return capitalized(request.format(n=name, q=task)), re.sub(r"\bF\b", name, body)


def statement(d):
    variable = made_up(d, False) if d.chance(0.5) else d.pick(["x", "total", "name", "items", "value", "numbers"])
    n, word = d.number(1, 99), d.fill(WORDS)
    wordings, answer = d.pick([
        (("print {w}", "print the word {w}", 'print "{w}"', "write {w} to the screen", "show {w} on the screen", "output the word {w}",
            "display the text {w}", "say {w}", "put the text {w} on the screen", "make the computer write {w}",
            "[print|write|show|output|display] [the text|the word|the message|just|] {w}[ on the screen| to the console| on a line|]", "let the [program|script|computer] [say|print|show] {w}", "code that [prints|shows|outputs|writes] {w}"), f'print("{word}")'),
        (("print the numbers from 1 to {n}", "count from 1 to {n}", "loop from 1 to {n} and print each number", "print every number from 1 to {n}",
            "output 1 to {n}, one number a line", "show the numbers 1 to {n}", "write all numbers from 1 up to {n}", "print 1, 2, 3 and so on up to {n}",
            "use a loop to print 1 to {n}",
            "[print|write|list|show|output|display] [the|all|all the|all whole] numbers [between 1 and|from 1 up to|1 to|from one to] {n}", "count [up |]to {n}[, starting at 1| from one| and print each number]", "a loop [over|through] the numbers [1 to|from 1 to] {n} that prints them"), f"for i in range(1, {n + 1}):\n    print(i)"),
        (("set the variable {x} to {n}", "assign {n} to {x}", "create a variable {x} with the value {n}", "store {n} in {x}", "let {x} be {n}",
            "give {x} the value {n}", "save the number {n} as {x}", "define {x} as {n}", "make {x} equal to {n}", "put {n} into the variable {x}",
            "[set|initialize|fix] [the variable|] {x} [with|at|as] {n}", "[let|make] [the variable|] {x} [hold|have the value|contain] {n}", "[create|declare|make|define] [a variable|a number] [called|named] {x} [that is|equal to|with the value|holding] {n}"),
            f"{variable} = {n}"),
        (("loop over the list {x} and print each item", "print every item of the list {x}", "print all elements of {x}", "go through {x} and print each element",
            "show each entry of the list {x}", "output the elements of {x} one by one", "iterate over {x} and print what is in it",
            "print the entries of {x}, each on a line", "for each item in {x}, print it",
            "[print|show|write|display] [all|all the|each of the|every one of the] [items|elements|entries|things|members] [in|of] [the list|] {x}", "[loop|go|run|step] [through|over|along] [the list|] {x} and [show|print|write] [everything|every item|all items]", "a for loop that [prints|shows] [what is in|the items of|each element of] {x}"), f"for item in {variable}:\n    print(item)"),
        (("import the {x} module", "import {x}", "load the module {x}", "make the module {x} available", "use the library {x}, import it", "bring in the module {x}",
            "add an import of {x}", "get the package {x} into the program",
            "[load|include|import|add] the [library|package|module] [called|named|] {x}", "[make|get] [the library|the package|] {x} [ready|available] for use", "a line that [loads|imports] [the module|the library|] {x}"), f"import {variable}"),
        (("get the length of {x}", "count the items of {x}", "get the number of elements in {x}", "find out how long {x} is", "compute the length of {x}",
            "return how many items {x} has", "count what is in {x}", "tell how many entries are in {x}", "determine the size of {x}",
            "[count|number|tally] [all|the|all the] [items|entries|elements|things] [in|of] [the list|] {x}", "[get|tell|find] [the size|the item count|the number of entries] of [the list|] {x}", "how [many items are in|many elements has|long is|big is] [the list|] {x}"), f"len({variable})"),
        (("check if {x} is greater than {n}", "test whether {x} is larger than {n}", "check that {x} is more than {n}", "ask if {x} exceeds {n}",
            "write a condition for {x} above {n}", "begin an if for {x} bigger than {n}", "start a block that runs when {x} is over {n}",
            "see whether {x} is higher than {n}",
            "[an if|the condition|a test] [for|that is true for|for the case of] {x} [above|greater than|over|beyond] {n}", "if {x} is [more than|larger than|over|greater than|above] {n}, [do something|then|go on]", "[test|ask|check] [for|if it is true that] {x} [being|is] [above|over|larger than] {n}"), f"if {variable} > {n}:"),
        (("add {n} to the list {x}", "append {n} to {x}", "put {n} at the end of {x}", "insert {n} at the end of the list {x}", "attach the number {n} to the list {x}",
            "extend {x} by the item {n}", "let {n} be the last item of {x}", "push {n} onto the list {x}",
            "[add|put|stick|place] [the number|] {n} [on|to|at] [the end of|the back of] [the list|] {x}", "[add|append] [the item|the value|a new item,|] {n} [to|onto] [the list|] {x}", "{x} should [also|from now on] [have|contain] {n} as its last [item|element]", "[grow|lengthen] [the list|] {x} [by|with] [one item,|] {n}"), f"{variable}.append({n})"),
    ])  # fmt: skip
    request = in_words(d, wordings)
    ending = d.phrase(" in Python", " in Python.", " with Python", " using Python", " (Python)")
    return capitalized(request.format(x=variable, n=n, w=word)) + ending, answer


def make(d):
    x = d.rng.random()
    if x < 0.68:
        request, answer, is_order = pandas_line(d)
        wording = d.phrase(
            "{q}", "{q}?", "Python: {q}", "# {q}\n", "{q} in Python", "code: {q}", "pandas: {q}", "{q} using pandas", "Natural language: {q}\nPython:",
            "Translate to Python: {q}", "Translate this into Python code: {q}", "translate English to Python: {q}", "Generate [Python|pandas] code: {q}",
            "In pandas: {q}", "Question: {q}\nAnswer:", "Task: {q}\nCode:", "One line of pandas: {q}", "{q} in pandas", "{q}\n\nPython code:", "{q} (pandas)",
            "Instruction: {q}\nCode:", "Q: {q}\nA:", "Convert to pandas code: {q}", "Write this in pandas: {q}", "[Show|Give|Send] me the code: {q}", "{q}\npandas:",
        ) if not is_order else d.phrase(
            "{q}", "{q}.", "Write Python code to {q}.", "Write pandas code to {q}.", "Python: {q}",
            "How do I {q} in pandas?", "Translate to Python: {q}",
            "Translate this into Python code: {q}", "Write a line of Python that will {q}.", "# {q}\n",
            "{q} in Python", "code: {q}", "Python code to {q}:",
            "pandas: {q}", "Write code to {q}.", "Using pandas, {q}.", "With pandas, {q}.", "How can I {q}?",
            "Convert to pandas code: {q}", "Instruction: {q}\nCode:",
            "Give me the pandas code to {q}.", "{q} using pandas", "Natural language: {q}\nPython:",
            "Translate English to Python: {q}", "translate English to Python: {q}",
            "Generate [Python|pandas] code: {q}", "In pandas, how do I {q}?", "[Show|Give|Tell] me [how to|the code to] {q}.",
            "I want to {q}[.| in pandas.| with pandas.]", "What is the pandas code to {q}?", "[Please|Could you] {q} [in|with] pandas",
            "Task: {q}\nCode:", "Question: How do I {q}?\nAnswer:", "### Task\n{q}\n### Code", "One line of pandas: {q}",
            "What is the [command|code|expression] to {q}[ in pandas|]?", "Help me to {q} [in Python|in pandas|with pandas].", "Q: How do I {q} with pandas?\nA:",
            "{q}\n\nPython code:", "Write a pandas expression to {q}.",
        )  # fmt: skip
        request = wording.format(q=request)
        return (capitalized(request) if d.chance(0.5) else request).strip(), answer
    return function(d) if x < 0.9 else statement(d)
