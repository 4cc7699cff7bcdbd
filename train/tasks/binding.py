"""Who did what to whom: a few statements of the same kind, in which only the roles tell the names apart, and questions about all of them.

Every statement can be said from either end ("gave", "got from", "was given by"), so that the order of the names says nothing.
"""

from .common import capitalized, numbered
from .names import BUILDINGS, DAYS, JOBS, MONTHS, NOUNS, first_name, place

FOODS = "soup,pizza,rice,salad,pasta,bread,fish,cheese cake,lasagna,pie,tea,coffee,lemonade,cocoa,plum cake,curry,onion tart,ice cream,popcorn,milk".split(",")
COLORS = "red,blue,green,yellow,black,white,brown,gray,orange,purple,pink,silver".split(",")
# {a} {b} people, {x} a thing, {p} a place, {d} a day, {f} food, {c} a color, {n} a number, {j} a job, {t} a building, {m} a month.
# (ways to say it, what the speaker {a} says of it, {question: slot of the answer}); a slot with "the" in front has it in the answer, too.
RELATIONS = [
    ("{a} gave {b} the {x}|{a} gave the {x} to {b}|{b} got the {x} from {a}|the {x} was given to {b} by {a}|it was {a} who gave {b} the {x}|the {x} that {b} has is from {a}",
     "I gave {b} the {x}|{b} got the {x} from me|{b} has my {x} now",
     {"Who gave {b} something?": "a", "Who got the {x}?": "b", "What did {a} give away?": "the x", "To whom did {a} give the {x}?": "b", "From whom did {b} get the {x}?": "a"}),
    ("{a} lent {b} the {x} on {d}|on {d}, {b} borrowed the {x} from {a}|the {x} of {a} has been with {b} since {d}|{b} has had the {x}, which belongs to {a}, since {d}|on {d}, {a} lent the {x} to {b}",
     "I lent {b} the {x} on {d}|{b} borrowed my {x} on {d}",
     {"Who lent the {x}?": "a", "Who borrowed the {x}?": "b", "What did {b} borrow?": "the x", "When was the {x} lent?": "on d", "Whose {x} is it?": "a", "What did {a} lend on {d}?": "the x"}),
    ("{a} called {b} on {d}|on {d}, {b} got a call from {a}|{b} was called by {a} on {d}|the one who called {b} on {d} was {a}", "I called {b} on {d}|on {d} I talked to {b} on the phone, and I called first",
     {"Who called {b}?": "a", "Whom did {a} call?": "b", "When did {a} call {b}?": "on d", "On which day was {b} called?": "on d"}),
    ("{a} lives in {p} and works as a {j}|the {j} {a} lives in {p}|in {p} lives {a}, who is a {j}|{a} from {p} is a {j}", "I live in {p} and work as a {j}|I am a {j} from {p}",
     {"Where does {a} live?": "in p", "Who lives in {p}?": "a", "Who is a {j}?": "a", "Who works as a {j}?": "a"}),
    ("{a} ordered {f}|{f} is what {a} ordered|what {a} wants is {f}|the {f} is for {a}", "I take the {f}|for me the {f}, please|the {f} is mine",
     {"What did {a} order?": "f", "Who wants {f}?": "a", "For whom is the {f}?": "a"}),
    ("the {x} of {a} is {c}|{a} has a {c} {x}|a {c} {x} is what {a} has|the {c} {x} belongs to {a}", "my {x} is {c}|the {c} {x} is mine",
     {"What color is the {x} of {a}?": "c", "Whose {x} is {c}?": "a", "What does {a} have?": "the x", "What of {a} is {c}?": "the x"}),
    ("{a} bought the {x} for {n} dollars|the {x} cost {a} {n} dollars|{n} dollars is what {a} paid for the {x}|for the {x}, {a} paid {n} dollars", "I bought the {x} for {n} dollars|my {x} cost {n} dollars",
     {"What did {a} buy?": "the x", "How much did {a} pay?": "n dollars", "Who paid {n} dollars?": "a", "How much was the {x}?": "n dollars", "Who bought the {x}?": "a"}),
    ("{a} comes on {d} and brings {f}|on {d} comes {a}, with {f}|the one who comes on {d} and brings {f} is {a}|{f} will come with {a} on {d}", "I come on {d} and bring {f}|on {d} I can come, I will bring {f}",
     {"When does {a} come?": "on d", "Who comes on {d}?": "a", "What does {a} bring?": "f", "Who brings {f}?": "a"}),
    ("{a} met {b} in {p}|in {p}, {b} was met by {a}|it was in {p} that {a} met {b}|{b} met {a} in {p}", "I met {b} in {p}|{b} and I met in {p}", {"Where did {a} meet {b}?": "in p", "Whom did {a} meet?": "b", "Whom did {b} meet?": "a"}),
    ("{a} is older than {b}|{b} is younger than {a}|of {a} and {b}, {a} is the older one|{b} was born after {a}", "I am older than {b}|{b} is younger than me",
     {"Who is older, {a} or {b}?": "a", "Who is younger, {b} or {a}?": "b", "Than whom is {a} older?": "b", "Than whom is {b} younger?": "a"}),
    ("{a} helped {b} with the {x}|{b} got help with the {x} from {a}|with the {x}, {b} was helped by {a}|the {x} of {b} works again, thanks to {a}", "I helped {b} with the {x}|{b} needed help with the {x}, so I came",
     {"Who helped {b}?": "a", "Whom did {a} help?": "b", "With what did {a} help {b}?": "the x", "Who got help with the {x}?": "b"}),
    ("{a} wanted to go to the {t} but went to the {t2}|instead of the {t}, {a} visited the {t2}|{a} was at the {t2}, not at the {t}|{a} did not go to the {t} but to the {t2}", "I wanted to see the {t}, but I went to the {t2}|I was not at the {t} but at the {t2}",
     {"Where did {a} go?": "to the t2", "Where did {a} not go?": "to the t", "Who was at the {t2}?": "a"}),
    ("{a} moved the visit from {d} to {d2}|the visit of {a} is on {d2}, not on {d}|{a} cannot come on {d} and will come on {d2}|instead of {d}, {a} comes on {d2}", "I cannot come on {d}, I come on {d2}|{d} is bad for me, {d2} is fine",
     {"When will {a} come?": "on d2", "When can {a} not come?": "on d", "Who comes on {d2}?": "a", "Who does not come on {d}?": "a"}),
    ("{a} does not like {f} but loves {f2}|{f2} is what {a} loves, {f} is not|{a} would rather have {f2} than {f}|{a} loves {f2} and hates {f}", "I do not like {f}, I love {f2}|give me {f2}, not {f}",
     {"What does {a} like?": "f2", "What does {a} not like?": "f", "Who loves {f2}?": "a", "Who does not like {f}?": "a"}),
    ("{a} was in {p} in {m} and in {p2} in {m2}|in {m} {a} saw {p}, in {m2} {p2}|first, in {m}, {a} went to {p}, later, in {m2}, to {p2}", "I was in {p} in {m} and in {p2} in {m2}",
     {"Where was {a} in {m}?": "in p", "Where was {a} in {m2}?": "in p2", "When did {a} see {p}?": "in m", "When was {a} in {p2}?": "in m2", "Who was in {p} in {m}?": "a"}),
    ("{a} teaches {b} to repair a {x}|{b} learns from {a} how to repair a {x}|to repair a {x} is what {b} learns from {a}|how to repair a {x}, {b} is taught by {a}", "I teach {b} to repair a {x}|{b} learns from me how to repair a {x}",
     {"Who teaches {b}?": "a", "Who learns from {a}?": "b", "What does {b} learn to repair?": "a x"}),
]
RELATIONS = [(ways.split("|"), own.split("|"), list(questions.items())) for ways, own, questions in RELATIONS]
# Two or three at once, of which all but the first leave out the verb: (first, each other, {question: slot of the answer}).
GAPPED = [
    ("{a} ordered {f}", "{a} {f}", {"What did {a} order?": "f", "Who ordered {f}?": "a"}), ("{a} went to {p}", "{a} to {p}", {"Where did {a} go?": "to p", "Who went to {p}?": "a"}),
    ("{a} comes on {d}", "{a} on {d}", {"When does {a} come?": "on d", "Who comes on {d}?": "a"}), ("{a} bought the {x}", "{a} the {x}", {"What did {a} buy?": "the x", "Who bought the {x}?": "a"}),
    ("{a} paid {n} dollars", "{a} {n}", {"How much did {a} pay?": "n dollars", "Who paid {n} dollars?": "a"}), ("{a} works as a {j}", "{a} as a {j}", {"Who is a {j}?": "a", "As what does {a} work?": "as a j"}),
    ("{a} was born in {m}", "{a} in {m}", {"When was {a} born?": "in m", "Who was born in {m}?": "a"}), ("{a} chose the {c} {x}", "{a} the {c} one", {"Which color did {a} choose?": "c", "Who chose the {c} {x}?": "a"}),
]  # fmt: skip
N_NAMES = 5


class Values:
    """Draws for slots, no two the same within one prompt; names come again, so that one alone does not tell a statement."""

    def __init__(self, d):
        self.d, self.taken = d, set()
        self.people = self.different(lambda: first_name(d), N_NAMES)

    def different(self, draw, n):
        found = []
        while len(found) < n:
            if (value := draw()) not in self.taken:
                self.taken.add(value)
                found.append(value)
        return found

    def some(self):
        d = self.d
        one = lambda draw: self.different(draw, 1)[0]
        (a, b), (day, day2), (month, month2), (building, building2) = (d.some(items, 2) for items in (self.people, DAYS, MONTHS, BUILDINGS))
        food, food2 = d.some(FOODS, 2)
        return {
            "a": a, "b": b, "x": one(lambda: d.fill(NOUNS)), "p": one(lambda: place(d)), "p2": one(lambda: place(d)), "d": day, "d2": day2, "m": month, "m2": month2, "f": food, "f2": food2,
            "t": building, "t2": building2, "c": d.pick(COLORS), "n": str(d.number(2, 99)), "j": d.pick([job for job in JOBS if job[0] not in "aeiou"]),
        }  # fmt: skip


def said(answer, values):
    """ "on d" with the day: the last word of an answer is a slot, or the one before "dollars"."""
    return " ".join(values.get(word, word) for word in answer.split(" ")) if answer != "a x" else f"a {values['x']}"


def alike(d):
    """([statement], [(question, answer)]): two to five statements of one or two kinds."""
    values = Values(d)
    statements, asked, spoken = [], [], d.chance(0.25)
    for ways, own, questions in d.some(RELATIONS, d.pick([1, 1, 2])):
        for _ in range(d.number(2, 3)):
            slots = values.some()
            text = d.pick(own if spoken else ways).format(**slots)
            statements.append(f"{slots['a']}: {capitalized(text)}." if spoken else f"{capitalized(text)}.")
            asked += [(question.format(**slots), said(answer, slots)) for question, answer in questions]
    order = d.shuffled(range(len(statements)))
    return [statements[i] for i in order], asked, "\n" if spoken else d.pick([" ", " ", "\n"])


def gapped(d):
    """As `alike`: one sentence with several subjects and one verb."""
    first, other, questions = d.pick(GAPPED)
    values = Values(d)
    people, fixed = d.some(values.people, d.pick([2, 3, 3, 4])), values.some()
    rows = [dict(values.some(), a=person, x=fixed["x"]) if "{c}" in first else dict(values.some(), a=person) for person in people]
    parts = [(first if i == 0 else other).format(**row) for i, row in enumerate(rows)]
    text = d.pick([f"{', '.join(parts[:-1])} and {parts[-1]}.", f"{', '.join(parts)}.", f"{'; '.join(parts)}.", f"{', '.join(parts[:-1])}, but {parts[-1]}."])
    return [text], [(question.format(**row), said(answer, row)) for row in rows for question, answer in questions.items()], " "


def make(d):
    statements, asked, between = gapped(d) if d.chance(0.25) else alike(d)
    answers = {}
    for question, answer in asked:
        answers.setdefault(question, set()).add(answer)
    clear = [(question, *found) for question, found in answers.items() if len(found) == 1]
    if len(clear) < 2:
        return make(d)
    text, asked = between.join(statements), d.some(clear, min(len(clear), d.pick([1, 2, 3, 4, 5, 6])))
    if len(asked) == 1:
        wording = d.phrase("{c}\n\n{q}", "{c} {q}", "{q}\n\n{c}", "Text: {c}\nQuestion: {q}\nAnswer:", "{c}\n\nQuestion: {q}", "{c}\n\nQ: {q}\nA:", "Context: {c}\n\nQuestion: {q}\n\nAnswer:")
        return wording.format(c=text, q=asked[0][0]), asked[0][1]
    wording = d.phrase("{c}\n\n{q}", "{q}\n\n{c}", "{c}\n\n{q}\nAnswers:", "Text: {c}\n\nQuestions:\n{q}", "Read the text and answer all questions.\n\n{c}\n\n{q}", "{c}\n\n[Answer these questions|Answer briefly|Answer all]:\n{q}")
    return wording.format(c=text, q=numbered(question for question, _ in asked)), numbered(answer for _, answer in asked)
