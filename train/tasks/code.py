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
STATEMENTS = [
    (line.replace("\\n", "\n"), wordings_of(wordings, " / "))
    for line, wordings in (row.split(" => ") for row in lines("statements_python.txt"))
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
    answer, wordings = d.pick(STATEMENTS)
    variable = made_up(d, False) if d.chance(0.5) else d.pick(["x", "total", "name", "items", "value", "numbers"])
    n = d.number(1, 99)
    values = dict(x=variable, n=n, m=n + 1, w=d.fill(WORDS))
    request = in_words(d, wordings)
    ending = d.phrase(" in Python", " in Python.", " with Python", " using Python", " (Python)")
    return capitalized(request.format(**values)) + ending, answer.format(**values)


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
