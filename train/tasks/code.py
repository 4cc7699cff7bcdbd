"""Natural language to one line of pandas, and to small Python functions."""

import re

from .common import WORDS, capitalized, made_up

COLUMNS = """age price name city salary score date country category quantity weight height year total email gender income
temperature rating product sales status region department revenue title cost population distance speed time level color
size duration brand grade points humidity discount customer order_id user_id amount balance month profit language""".split()
STATISTICS = {
    "mean": ["mean", "average", "average value", "mean value"], "sum": ["sum", "total"],
    "max": ["maximum", "max", "largest value", "highest value", "maximum value"],
    "min": ["minimum", "min", "smallest value", "lowest value", "minimum value"], "median": ["median", "median value"],
    "std": ["standard deviation"], "nunique": ["number of unique values", "number of distinct values"],
    "count": ["count of values", "number of non-null values"],
}  # fmt: skip
# Wordings use {df} the dataframe, {c} and {e} columns, {n} a count, {v} a number, {w} a word, {s} a statistic.
PANDAS = [
    ("{D}.{f}()", "return the {s} of every column in {df}", "compute the {s} of each column of {df}", "get the {s} of all columns in {df}", "calculate the {s} for every column in {df}", "calculate the {s} of all columns of {df}", "find the {s} of each column in {df}", "what is the {s} of every column in {df}", "{s} of all columns of {df}", "return {s} of every column in {df}"),
    ("{D}['{C}'].{f}()", "return the {s} of the column {c} in {df}", "compute the {s} of the {c} column of {df}", "get the {s} of column {c} in {df}", "find the {s} of {c} in {df}", "what is the {s} of the {c} column in {df}", "calculate the {s} of {c} in {df}", "show the {s} of the {c} column of {df}", "{s} of column {c} in {df}", "return the {s} {c} in {df}"),
    ("{D}.groupby('{C}')['{E}'].{f}()", "group {df} by {c} and compute the {s} of {e}", "get the {s} of {e} for each {c} in {df}", "compute the {s} of {e} per {c} in {df}", "calculate the {s} of {e} by {c} in {df}", "group {df} by {c} and return the {s} of {e}", "{s} of {e} grouped by {c} in {df}", "for every {c} in {df}, compute the {s} of {e}", "group by {c} and get the {s} of {e} in {df}"),
    ("{D}.head({n})", "return the first {n} rows of {df}", "show the first {n} rows of {df}", "get the top {n} rows from {df}", "display the first {n} lines of {df}", "print the first {n} rows of {df}", "take the first {n} rows of {df}"),
    ("{D}.tail({n})", "return the last {n} rows of {df}", "show the last {n} rows of {df}", "get the last {n} rows from {df}", "display the last {n} lines of {df}", "print the last {n} rows of {df}"),
    ("{D}.sort_values('{C}')", "sort {df} by {c}", "sort {df} by column {c} in ascending order", "order the rows of {df} by {c}", "sort the rows of {df} by {c}", "order {df} by {c} from low to high", "sort {df} by {c} ascending"),
    ("{D}.sort_values('{C}', ascending=False)", "sort {df} by {c} in descending order", "sort {df} by column {c} descending", "order {df} by {c} from high to low", "sort the rows of {df} by {c}, largest first", "sort {df} by {c} from highest to lowest"),
    ("{D}[{D}['{C}'] > {v}]", "select the rows of {df} where {c} is greater than {v}", "filter {df} to rows where {c} is larger than {v}", "get all rows in {df} with {c} above {v}", "keep only rows of {df} where {c} is more than {v}", "show the rows of {df} whose {c} is over {v}", "return all rows of {df} with {c} greater than {v}"),
    ("{D}[{D}['{C}'] < {v}]", "select the rows of {df} where {c} is less than {v}", "filter {df} to rows where {c} is smaller than {v}", "get all rows in {df} with {c} below {v}", "show the rows of {df} whose {c} is under {v}", "return all rows of {df} with {c} less than {v}"),
    ("{D}[{D}['{C}'] == {v}]", "select the rows of {df} where {c} equals {v}", "filter {df} to rows where {c} is {v}", "get all rows in {df} with {c} equal to {v}", "return the rows of {df} in which {c} is exactly {v}"),
    ("{D}[{D}['{C}'] == '{w}']", "select the rows of {df} where {c} is '{w}'", "filter {df} by {c} equal to '{w}'", 'get the rows of {df} where {c} equals "{w}"', "keep the rows of {df} with '{w}' in {c}", 'show all rows of {df} where {c} is "{w}"'),
    ("{D}.drop(columns=['{C}'])", "drop the column {c} from {df}", "remove the {c} column from {df}", "delete column {c} in {df}", "drop {c} from {df}", "remove {c} from {df}"),
    ("{D}.rename(columns={{'{C}': '{E}'}})", "rename the column {c} to {e} in {df}", "rename {c} to {e} in {df}", "change the name of column {c} to {e} in {df}", "rename column {c} as {e} in {df}"),
    ("{D}[['{C}', '{E}']]", "select the columns {c} and {e} from {df}", "get only {c} and {e} from {df}", "return the columns {c} and {e} of {df}", "show the columns {c} and {e} of {df}", "keep only the columns {c} and {e} of {df}"),
    ("{D}['{C}']", "select the column {c} from {df}", "return the {c} column of {df}", "get column {c} from {df}", "show the column {c} of {df}"),
    ("{D}.dropna()", "drop rows with missing values from {df}", "remove all rows with missing values in {df}", "drop all rows with NaN in {df}", "delete the rows of {df} that contain missing values"),
    ("{D}.fillna({v})", "fill missing values in {df} with {v}", "replace NaN with {v} in {df}", "replace missing values with {v} in {df}", "fill all missing values of {df} with {v}"),
    ("{D}['{C}'].fillna({v})", "fill missing values in column {c} with {v} in {df}", "replace NaN in {c} with {v} in {df}", "fill the missing values of {c} with {v} in {df}"),
    ("{D}.drop_duplicates()", "remove duplicate rows from {df}", "drop duplicates in {df}", "delete duplicated rows in {df}", "remove all duplicates from {df}"),
    ("{D}.isnull().sum()", "count the missing values in each column of {df}", "count missing values per column in {df}", "how many missing values are in each column of {df}", "number of missing values in every column of {df}"),
    ("{D}['{C}'].value_counts()", "count how often each value of {c} appears in {df}", "count the values in column {c} of {df}", "get the value counts of {c} in {df}", "how often does each {c} occur in {df}", "count the rows per {c} in {df}"),
    ("{D}['{C}'].unique()", "get the unique values of {c} in {df}", "list the unique values in column {c} of {df}", "return the distinct values of the {c} column in {df}", "show all different values of {c} in {df}"),
    ("len({D})", "return the number of rows in {df}", "count the rows of {df}", "how many rows does {df} have", "get the length of {df}"),
    ("{D}.columns", "return the column names of {df}", "list all columns of {df}", "get the names of the columns in {df}", "show the columns of {df}"),
    ("{D}.shape", "return the shape of {df}", "get the number of rows and columns of {df}", "show the dimensions of {df}"),
    ("pd.read_csv('{C}.csv')", "read the csv file {C}.csv into a dataframe", "load {C}.csv into a pandas dataframe", "read {C}.csv with pandas", "open the file {C}.csv as a dataframe", "import {C}.csv into pandas"),
    ("{D}.to_csv('{C}.csv')", "save {df} to {C}.csv", "write {df} to the csv file {C}.csv", "export {df} as {C}.csv", "store {df} in {C}.csv"),
    ("{D}['{C}'] = {v}", "add a new column {c} to {df} with the value {v}", "create column {c} with value {v} in {df}", "add a column {c} with value {v} to {df}"),
    ("{D}['{C}'] * {v}", "multiply the column {c} by {v} in {df}", "multiply {c} by {v} in {df}"),
    ("{D}['{C}'] + {D}['{E}']", "add the columns {c} and {e} of {df}", "compute the sum of {c} and {e} for each row of {df}", "add {c} to {e} in {df}"),
    ("{D}['{C}'].astype(int)", "convert the column {c} to integer in {df}", "change the type of {c} to int in {df}", "cast {c} to int in {df}"),
    ("{D}['{C}'].str.upper()", "convert the column {c} to uppercase in {df}", "make all values in {c} uppercase in {df}"),
    ("{D}['{C}'].str.lower()", "convert the column {c} to lowercase in {df}", "make all values in {c} lowercase in {df}"),
    ("{D}.describe()", "describe {df}", "show summary statistics of {df}", "get statistics for {df}", "summarize {df}"),
    ("{D}.nlargest({n}, '{C}')", "get the {n} rows with the largest {c} in {df}", "return the top {n} rows by {c} in {df}", "show the {n} rows of {df} with the highest {c}"),
    ("{D}.nsmallest({n}, '{C}')", "get the {n} rows with the smallest {c} in {df}", "show the {n} rows of {df} with the lowest {c}"),
    ("df1.merge(df2, on='{C}')", "merge df1 and df2 on {c}", "join df1 and df2 on the column {c}", "merge the dataframes df1 and df2 on {c}"),
    ("{D}.plot.scatter(x='{C}', y='{E}')", "make a scatter plot of {c} and {e} from {df}", "draw a scatter plot of {c} against {e} in {df}"),
    ("{D}['{C}'].hist()", "plot a histogram of {c} in {df}", "draw a histogram of the {c} column of {df}", "show the histogram of {c} from {df}"),
    ("{D}.reset_index()", "reset the index of {df}"),
    ("{D}.set_index('{C}')", "set {c} as the index of {df}", "use column {c} as index in {df}"),
    ("{D}['{C}'].corr({D}['{E}'])", "compute the correlation between {c} and {e} in {df}", "get the correlation of {c} and {e} in {df}"),
    ("{D}.T", "transpose {df}"),
    ("{D}.sample({n})", "take a random sample of {n} rows from {df}", "sample {n} random rows of {df}"),
]  # fmt: skip
# body with F for the function's name and usual name, then ways to say what it does
FUNCTIONS = [
    ("add", "def F(a, b):\n    return a + b", "add two numbers", "return the sum of two numbers", "compute the sum of a and b"),
    ("multiply", "def F(a, b):\n    return a * b", "multiply two numbers", "return the product of two numbers"),
    ("subtract", "def F(a, b):\n    return a - b", "subtract two numbers", "return the difference of two numbers"),
    ("divide", "def F(a, b):\n    return a / b", "divide two numbers", "return the quotient of two numbers"),
    ("power", "def F(a, b):\n    return a ** b", "raise a number to a power", "compute a to the power of b"),
    ("square", "def F(n):\n    return n * n", "square a number", "return the square of a number", "compute the square of n"),
    ("cube", "def F(n):\n    return n ** 3", "cube a number", "return the cube of a number"),
    ("double", "def F(n):\n    return 2 * n", "double a number", "return twice a number"),
    ("absolute", "def F(n):\n    return abs(n)", "return the absolute value of a number", "compute the absolute value"),
    ("reverse_string", "def F(s):\n    return s[::-1]", "reverse a string", "return a string backwards", "turn a string around"),
    ("reverse_list", "def F(items):\n    return items[::-1]", "reverse a list", "return a list in reverse order"),
    ("is_even", "def F(n):\n    return n % 2 == 0", "check if a number is even", "test whether a number is even", "tell if n is even"),
    ("is_odd", "def F(n):\n    return n % 2 == 1", "check if a number is odd", "test whether a number is odd"),
    ("is_positive", "def F(n):\n    return n > 0", "check if a number is positive", "test whether a number is greater than zero"),
    ("find_max", "def F(items):\n    return max(items)", "find the maximum of a list", "return the largest number in a list", "get the biggest element of a list"),
    ("find_min", "def F(items):\n    return min(items)", "find the minimum of a list", "return the smallest number in a list"),
    ("sum_list", "def F(items):\n    return sum(items)", "sum all numbers in a list", "return the sum of a list", "add up the elements of a list"),
    ("average", "def F(items):\n    return sum(items) / len(items)", "compute the average of a list", "return the mean of a list of numbers"),
    ("factorial", "def F(n):\n    if n <= 1:\n        return 1\n    return n * F(n - 1)", "compute the factorial of a number", "calculate the factorial of n", "return n factorial"),
    ("fibonacci", "def F(n):\n    a, b = 0, 1\n    for i in range(n):\n        a, b = b, a + b\n    return a", "compute the n-th Fibonacci number", "return the nth Fibonacci number", "calculate Fibonacci numbers"),
    ("is_palindrome", "def F(s):\n    return s == s[::-1]", "check if a string is a palindrome", "test whether a word is a palindrome"),
    ("count_vowels", "def F(s):\n    return sum(c in 'aeiou' for c in s.lower())", "count the vowels in a string", "return the number of vowels in a text"),
    ("count_words", "def F(s):\n    return len(s.split())", "count the words in a string", "return the number of words in a text"),
    ("to_upper", "def F(s):\n    return s.upper()", "convert a string to uppercase", "make a string uppercase"),
    ("to_lower", "def F(s):\n    return s.lower()", "convert a string to lowercase", "make a string lowercase"),
    ("remove_spaces", "def F(s):\n    return s.replace(' ', '')", "remove all spaces from a string", "delete the spaces in a text"),
    ("unique", "def F(items):\n    return list(set(items))", "remove duplicates from a list", "return the unique elements of a list"),
    ("sort_list", "def F(items):\n    return sorted(items)", "sort a list", "return a sorted list", "sort a list of numbers"),
    ("length", "def F(items):\n    return len(items)", "return the length of a list", "count the elements of a list"),
    ("first", "def F(items):\n    return items[0]", "return the first element of a list", "get the first item of a list"),
    ("last", "def F(items):\n    return items[-1]", "return the last element of a list", "get the last item of a list"),
    ("even_numbers", "def F(items):\n    return [n for n in items if n % 2 == 0]", "return the even numbers of a list", "filter the even numbers from a list", "keep only the even numbers in a list"),
    ("odd_numbers", "def F(items):\n    return [n for n in items if n % 2 == 1]", "return the odd numbers of a list", "filter the odd numbers from a list"),
    ("squares", "def F(items):\n    return [n * n for n in items]", "square every number in a list", "return the squares of a list of numbers"),
    ("is_prime", "def F(n):\n    if n < 2:\n        return False\n    for i in range(2, n):\n        if n % i == 0:\n            return False\n    return True", "check if a number is prime", "test whether a number is a prime number"),
    ("celsius_to_fahrenheit", "def F(c):\n    return c * 9 / 5 + 32", "convert Celsius to Fahrenheit"),
    ("fahrenheit_to_celsius", "def F(f):\n    return (f - 32) * 5 / 9", "convert Fahrenheit to Celsius"),
    ("area_of_circle", "def F(r):\n    return 3.14159 * r * r", "compute the area of a circle", "return the area of a circle with radius r"),
    ("area_of_rectangle", "def F(a, b):\n    return a * b", "compute the area of a rectangle"),
    ("contains", "def F(items, x):\n    return x in items", "check if a list contains an element", "test whether x is in a list"),
    ("concatenate", "def F(a, b):\n    return a + b", "concatenate two strings", "join two strings"),
    ("gcd", "def F(a, b):\n    while b:\n        a, b = b, a % b\n    return a", "compute the greatest common divisor", "find the greatest common divisor of two numbers"),
    ("swap", "def F(a, b):\n    return b, a", "swap two values", "exchange two variables"),
    ("greet", "def F(name):\n    return 'Hello, ' + name", "greet a person by name", "return a greeting for a name"),
    ("read_file", "def F(path):\n    with open(path) as f:\n        return f.read()", "read a file", "return the text of a file"),
    ("maximum", "def F(a, b):\n    return max(a, b)", "return the larger of two numbers", "find the maximum of two numbers"),
]  # fmt: skip


def column(d):
    return d.pick(COLUMNS) if d.chance(0.7) else made_up(d, capital=False) + d.pick(["", "_id", "_name", "_count", "_x"])


def pandas_line(d):
    answer, *wordings = d.pick(PANDAS)
    frame = d.pick(["df"] * 7 + ["data", "frame", "table", d.pick(["sales", "users", "orders", "movies", "cars", "books"]) + "_df", d.pick(["sales", "users", "orders", "cars"])])
    if frame == "df":
        shown = d.pick(["a dataframe", "the dataframe", "a pandas dataframe", "df", "the dataframe df", "dataframe df", "a DataFrame", "the DataFrame df", "df", "a data frame", "dataframe"])
    else:
        shown = d.pick(["{}", "the dataframe {}", "dataframe {}", "the pandas dataframe {}", "a dataframe {}", "the DataFrame {}"]).format(frame)
    c, e = column(d), column(d)
    while c == e:
        e = column(d)
    quote = lambda name: d.pick(["'{}'", '"{}"', "{}", "{}", "`{}`"]).format(name)
    function = d.pick(list(STATISTICS))
    values = dict(df=shown, D=frame, c=quote(c), C=c, e=quote(e), E=e, n=d.pick([3, 5, 10, 20, 100, d.number(2, 50)]),
                  v=d.pick([d.number(1, 1000), d.number(1, 20), 0]), w=d.pick([made_up(d, False), "Paris", "blue", "yes", "open"]),
                  f=function, s=d.pick(STATISTICS[function]))  # fmt: skip
    return d.phrase(*wordings).format(**values), answer.format(**values)


def function(d):
    name, body, *wordings = d.pick(FUNCTIONS)
    task = d.phrase(*wordings)
    if d.chance(0.35):
        name = made_up(d, False) if d.chance(0.5) else d.pick(["f", "solve", "calc", "run", "my_function", "task", "g", "compute", "do_it"])
        request = d.phrase("Write a Python function called {n} to {q}.", "Write a function named {n} to {q} in Python.", "Define a function {n} to {q}.", "Write a Python function {n} that can {q}.", "Create a function called {n} to {q}.", "Implement {n}, a Python function to {q}.")
    else:
        request = d.phrase("Write a Python function to {q}.", "Write a function to {q}.", "Python function to {q}", "Write code to {q} in Python.", "How do I {q} in Python?", "Implement a function to {q} in Python.", "{q} in Python", "Write a small Python function to {q}.", "Give me a Python function to {q}.", "Create a Python function to {q}.", "Python code to {q}", "Code a function to {q}.", "Define a Python function to {q}.")
    return capitalized(request.format(n=name, q=task)), re.sub(r"\bF\b", name, body)


def statement(d):
    variable = made_up(d, False) if d.chance(0.5) else d.pick(["x", "total", "name", "items", "value", "numbers"])
    n, word = d.number(1, 99), d.fill(WORDS)
    request, answer = d.pick([
        (d.phrase("print {w}", "print the word {w}", 'print "{w}"', "write {w} to the screen"), f'print("{word}")'),
        (d.phrase("print the numbers from 1 to {n}", "count from 1 to {n}", "loop from 1 to {n} and print each number"), f"for i in range(1, {n + 1}):\n    print(i)"),
        (d.phrase("set the variable {x} to {n}", "assign {n} to {x}", "create a variable {x} with the value {n}"), f"{variable} = {n}"),
        (d.phrase("loop over the list {x} and print each item", "print every item of the list {x}", "print all elements of {x}"), f"for item in {variable}:\n    print(item)"),
        (d.phrase("import the {x} module", "import {x}"), f"import {variable}"),
        (d.phrase("get the length of {x}", "count the items of {x}"), f"len({variable})"),
        (d.phrase("check if {x} is greater than {n}", "test whether {x} is larger than {n}"), f"if {variable} > {n}:"),
        (d.phrase("add {n} to the list {x}", "append {n} to {x}"), f"{variable}.append({n})"),
    ])  # fmt: skip
    ending = d.phrase(" in Python", " in Python.", " with Python", " using Python", " (Python)")
    return capitalized(request.format(x=variable, n=n, w=word)) + ending, answer


def make(d):
    x = d.rng.random()
    if x < 0.68:
        request, answer = pandas_line(d)
        wording = d.phrase(
            "{q}", "{q}.", "Write Python code to {q}.", "Write pandas code to {q}.", "Python: {q}", "How do I {q} in pandas?", "Translate to Python: {q}",
            "Translate this into Python code: {q}", "Write a line of Python that will {q}.", "# {q}\n", "{q} in Python", "code: {q}", "Python code to {q}:",
            "pandas: {q}", "Write code to {q}.", "Using pandas, {q}.", "With pandas, {q}.", "How can I {q}?", "Convert to pandas code: {q}", "Instruction: {q}\nCode:",
            "Give me the pandas code to {q}.", "{q} using pandas", "Natural language: {q}\nPython:", "Translate English to Python: {q}", "translate English to Python: {q}",
            "Generate Python code: {q}", "In pandas, how do I {q}?", "Q: How do I {q} with pandas?\nA:", "{q}\n\nPython code:", "Write a pandas expression to {q}.",
        )  # fmt: skip
        request = wording.format(q=request)
        return (capitalized(request) if d.chance(0.5) else request).strip(), answer
    return function(d) if x < 0.9 else statement(d)
