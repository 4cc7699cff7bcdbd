"""Who did what to whom: a few statements of the same kind, in which only the roles tell the names apart, and questions about all of them.

Every statement can be said from either end ("gave", "got from", "was given by"), so that the order of the names says nothing.
"""

from .common import capitalized, numbered, with_article
from .names import BUILDINGS, DAYS, JOBS, MONTHS, NOUNS, first_name, place

FOODS = "soup,pizza,rice,salad,pasta,fish,cheesecake,lasagna,pie,tea,coffee,lemonade,cocoa,plum cake,curry,onion tart,ice cream,popcorn,milk".split(",")
COLORS = "red,blue,green,yellow,black,white,brown,gray,purple,pink,silver".split(",")
# Ways to say it | ..., what the speaker {a} says of it | ..., question => answer | ... {a} {b} people, {x} a thing ({ax} with its article), {p} {p2} places, {d} {d2} days,
# {f} {f2} foods, {c} a color ({acx} "a red hat"), {n} a number, {aj} a job with its article, {t} {t2} buildings, {m} {m2} months.
RELATIONS = [
    ("{a} gave {b} the {x}|{a} gave the {x} to {b}|{b} got the {x} from {a}|the {x} was given to {b} by {a}|it was {a} who gave {b} the {x}|the {x} that {b} has is from {a}",
     "I gave {b} the {x}|I gave the {x} to {b}|{b} got the {x} from me",
     "Who gave {b} something? => {a}|Who got the {x}? => {b}|What did {a} give away? => the {x}|To whom did {a} give the {x}? => {b}|From whom did {b} get the {x}? => {a}"),
    ("{a} lent {b} the {x} on {d}|on {d}, {b} borrowed the {x} from {a}|the {x} of {a} has been with {b} since {d}|{b} has had the {x}, which belongs to {a}, since {d}|{b} has had {a}'s {x} since {d}",
     "I lent {b} the {x} on {d}|{b} borrowed my {x} on {d}",
     "Who lent the {x}? => {a}|Who borrowed the {x}? => {b}|What did {b} borrow? => the {x}|When was the {x} lent? => on {d}|Whose {x} is it? => {a}|What did {a} lend? => the {x}"),
    ("{a} called {b} on {d}|on {d}, {b} got a call from {a}|{b} was called by {a} on {d}|the one who called {b} on {d} was {a}", "I called {b} on {d}|on {d}, {b} got a call from me",
     "Who called {b}? => {a}|Whom did {a} call? => {b}|When did {a} call {b}? => on {d}|On which day was {b} called? => on {d}"),
    ("{a} lives in {p} and is {aj}|the one who lives in {p} is {a}, who works as {aj}|in {p} lives {a}, who is {aj}|{a} from {p} is {aj}", "I live in {p} and work as {aj}|I am {aj} from {p}",
     "Where does {a} live? => in {p}|Who lives in {p}? => {a}|Who is {aj}? => {a}|What is {a}'s job? => {aj}|What does {a} work as? => {aj}"),
    ("{a} ordered {f}|{f} is what {a} ordered|it was {a} who ordered {f}|the {f} was ordered by {a}", "I ordered the {f}|the {f} was ordered by me",
     "What did {a} order? => {f}|Who ordered {f}? => {a}"),
    ("the {x} of {a} is {c}|{a} has {acx}|{acx} is what {a} has|the {c} {x} belongs to {a}|{a}'s {x} is {c}", "my {x} is {c}|the {c} {x} is mine|I have {acx}",
     "What color is the {x} of {a}? => {c}|What color is {a}'s {x}? => {c}|Whose {x} is {c}? => {a}"),
    ("{a} bought the {x} for {n} dollars|the {x} cost {a} {n} dollars|{n} dollars is what {a} paid for the {x}|for the {x}, {a} paid {n} dollars", "I bought the {x} for {n} dollars|my {x} cost {n} dollars",
     "What did {a} buy? => the {x}|How much did {a} pay? => {n} dollars|Who paid {n} dollars? => {a}|How much was the {x}? => {n} dollars|Who bought the {x}? => {a}"),
    ("{a} comes on {d} and brings {f}|on {d} comes {a}, with {f}|the one who comes on {d} and brings {f} is {a}|{f} will come with {a} on {d}", "I come on {d} and bring {f}|I can come on {d} and will bring {f}",
     "When does {a} come? => on {d}|Who comes on {d}? => {a}|What does {a} bring? => {f}|Who brings {f}? => {a}"),
    ("{a} met {b} in {p}|in {p}, {b} met {a}|it was in {p} that {a} met {b}|{a} and {b} met in {p}", "I met {b} in {p}|{b} and I met in {p}",
     "Where did {a} meet {b}? => in {p}|Where did {b} meet {a}? => in {p}|Whom did {a} meet in {p}? => {b}|Whom did {b} meet in {p}? => {a}"),
    ("{a} helped {b} with the {x}|{b} got help with the {x} from {a}|with the {x}, {b} was helped by {a}|the {x} of {b} works again, thanks to {a}", "I helped {b} with the {x}|{b} needed help with the {x}, so I helped",
     "Who helped {b}? => {a}|Whom did {a} help? => {b}|With what did {a} help {b}? => the {x}|Who got help with the {x}? => {b}"),
    ("{a} wanted to go to the {t} but went to the {t2}|instead of the {t}, {a} visited the {t2}|{a} was at the {t2}, not at the {t}|{a} did not go to the {t} but to the {t2}", "I wanted to see the {t}, but I went to the {t2}|I was not at the {t} but at the {t2}",
     "Where did {a} go? => to the {t2}|Where did {a} not go? => to the {t}|Who was at the {t2}? => {a}"),
    ("{a} moved the meeting from {d} to {d2}|the meeting with {a} is on {d2} now, not on {d}|instead of {d}, the meeting with {a} is now on {d2}|on {d2} there is the meeting with {a} that was planned for {d}", "I moved my meeting from {d} to {d2}|my meeting is on {d2} now, not on {d}",
     "When is the meeting with {a} now? => on {d2}|When was the meeting with {a} planned at first? => on {d}|With whom is the meeting on {d2}? => {a}"),
    ("{a} does not like {f} but loves {f2}|{f2} is what {a} loves, {f} is what {a} hates|{a} loves {f2} and hates {f}|{a} hates {f} but loves {f2}", "I do not like {f}, but I love {f2}|I love {f2} and hate {f}",
     "What does {a} love? => {f2}|What does {a} not like? => {f}|Who loves {f2}? => {a}|Who does not like {f}? => {a}"),
    ("{a} was in {p} in {m} and in {p2} in {m2}|in {m} {a} saw {p}, in {m2} {p2}|{a} went to {p} in {m} and to {p2} in {m2}", "I was in {p} in {m} and in {p2} in {m2}",
     "Where was {a} in {m}? => in {p}|Where was {a} in {m2}? => in {p2}|When was {a} in {p}? => in {m}|When was {a} in {p2}? => in {m2}|Who was in {p} in {m}? => {a}"),
    ("{a} teaches {b} to repair {ax}|{b} learns from {a} how to repair {ax}|how to repair {ax} is what {b} learns from {a}|{b} is taught by {a} how to repair {ax}", "I teach {b} to repair {ax}|{b} learns from me how to repair {ax}",
     "Who teaches {b}? => {a}|Who learns from {a}? => {b}|What does {b} learn to repair? => {ax}|Who learns to repair {ax}? => {b}"),
]
# Of several at once, all but the first leave out the verb: (first, each other, questions and answers).
GAPPED = [
    ("{a} ordered {f}", "{a} {f}", "What did {a} order? => {f}|Who ordered {f}? => {a}"), ("{a} went to {p}", "{a} to {p}", "Where did {a} go? => to {p}|Who went to {p}? => {a}"),
    ("{a} comes on {d}", "{a} on {d}", "When does {a} come? => on {d}|Who comes on {d}? => {a}"), ("{a} bought the {x}", "{a} the {x}", "What did {a} buy? => the {x}|Who bought the {x}? => {a}"),
    ("{a} paid {n} dollars", "{a} {n}", "How much did {a} pay? => {n} dollars|Who paid {n} dollars? => {a}"), ("{a} works as {aj}", "{a} as {aj}", "Who is {aj}? => {a}|What does {a} work as? => {aj}"),
    ("{a} was born in {m}", "{a} in {m}", "When was {a} born? => in {m}|Who was born in {m}? => {a}"), ("{a} chose the {c} {x}", "{a} the {c} one", "Which color did {a} choose? => {c}|Who chose the {c} {x}? => {a}"),
]  # fmt: skip


def asked_and_answered(text):
    return [tuple(item.split(" => ")) for item in text.split("|")]


RELATIONS = [(ways.split("|"), own.split("|"), asked_and_answered(questions)) for ways, own, questions in RELATIONS]
GAPPED = [(first, other, asked_and_answered(questions)) for first, other, questions in GAPPED]


def different(draw, n):
    """n of what `draw` gives, no two the same."""
    found = {}
    while len(found) < n:
        found[draw()] = None
    return list(found)


def slots(d, a, b, x, p, p2):
    (day, day2), (food, food2), (month, month2), (building, building2) = (d.some(items, 2) for items in (DAYS, FOODS, MONTHS, BUILDINGS))
    color = d.pick(COLORS)
    return {
        "a": a, "b": b, "x": x, "ax": with_article(x), "c": color, "acx": with_article(f"{color} {x}"), "p": p, "p2": p2, "d": day, "d2": day2, "f": food, "f2": food2, "m": month, "m2": month2,
        "t": building, "t2": building2, "n": d.number(2, 99), "aj": with_article(d.pick(JOBS)),
    }  # fmt: skip


def alike(d):
    """([statement], [(question, answer)], what stands between statements): two to six statements of one or two kinds.

    The people stand in a circle, in which each does it to the next: so nobody does a thing twice, and all come again in other roles.
    """
    people, things, places = different(lambda: first_name(d), 5), different(lambda: d.fill(NOUNS), 6), different(lambda: place(d), 12)
    statements, asked, spoken = [], [], d.chance(0.25)
    for ways, own, questions in d.some(RELATIONS, d.pick([1, 1, 2])):
        people = d.shuffled(people)
        for i in range(d.number(2, 3)):
            values = slots(d, people[i], people[i + 1], things.pop(), places.pop(), places.pop())
            text = capitalized(d.pick(own if spoken else ways).format(**values)) + "."
            statements.append(f"{values['a']}: {text}" if spoken else text)
            asked += [(question.format(**values), answer.format(**values)) for question, answer in questions]
    return d.shuffled(statements), asked, "\n" if spoken else d.pick([" ", " ", "\n"])


def gapped(d):
    """As `alike`: one sentence with several subjects and one verb."""
    first, other, questions = d.pick(GAPPED)
    n = d.pick([2, 3, 3, 4])
    people, things, places = (different(draw, n) for draw in (lambda: first_name(d), lambda: d.fill(NOUNS), lambda: place(d)))
    if "{c}" in first:  # all chose among things of one kind
        things = things[:1] * n
    rows = [slots(d, person, None, thing, town, None) for person, thing, town in zip(people, things, places)]
    *parts, last = [(first if i == 0 else other).format(**row) for i, row in enumerate(rows)]
    text = d.pick([f"{', '.join(parts)} and {last}.", f"{', '.join(parts)}, {last}.", f"{'; '.join(parts)}; {last}.", f"{', '.join(parts)}, but {last}."])
    return [text], [(question.format(**row), answer.format(**row)) for row in rows for question, answer in questions], " "


def make(d):
    statements, asked, between = gapped(d) if d.chance(0.25) else alike(d)
    answers = {}
    for question, answer in asked:
        answers.setdefault(question, set()).add(answer)
    clear = [(question, *found) for question, found in answers.items() if len(found) == 1]  # two answers would fit the others
    text, chosen = between.join(statements), d.some(clear, min(len(clear), d.number(1, 6)))
    if len(chosen) == 1:
        wording = d.phrase("{c}\n\n{q}", "{c}\n{q}", "{q}\n\n{c}", "Text: {c}\nQuestion: {q}\nAnswer:", "{c}\n\nQuestion: {q}", "{c}\n\nQ: {q}\nA:", "Context: {c}\n\nQuestion: {q}\n\nAnswer:")
        return wording.format(c=text, q=chosen[0][0]), chosen[0][1]
    wording = d.phrase(
        "{c}\n\n{q}", "{q}\n\n{c}", "{c}\n\n{q}\nAnswers:", "Text: {c}\n\nQuestions:\n{q}", "Read the text and answer all questions.\n\n{c}\n\n{q}",
        "{c}\n\n[Answer these questions|Answer briefly|Answer all]:\n{q}",
    )  # fmt: skip
    return wording.format(c=text, q=numbered(question for question, _ in chosen)), numbered(answer for _, answer in chosen)
