"""Answers taken from a supplied passage of made-up facts, or "unanswerable"."""

import re

from . import paragraph
from .common import as_typed, capitalized, lines, numbered, plural, table, with_article
from .corpora import CORPORA, draw_from
from .names import (
    ADJECTIVES,
    BUILDINGS,
    DAYS,
    JOBS,
    MONTHS,
    NOUNS,
    clock_time,
    first_name,
    full_name,
    made_up,
    organization,
    place,
)  # fmt: skip

VERBS = table("verbs.txt")

# (wordings of the sentence, [(question, answer)])
FACTS = [line.split(" | ") for line in lines("passages.txt")]
FACTS = [(sentences.split(" / "), [tuple(q.split(" => ")) for q in questions]) for sentences, *questions in FACTS]
FILLERS = lines("fillers.txt")
UNANSWERABLE = "unanswerable"
COLORS = "red blue green purple grey white silver black yellow".split()
DISHES = "apple pie,pizza,bread,lasagna,cheese cake,pancakes,cookies,muffins,spinach pie,carrot cake,onion tart,plum cake".split(
    ","
)


# Words drawn once per fact, for the slots of passages.txt.
CHOICES = {slot: words for slot, *words in table("passage_choices.txt")} | {"adj": ADJECTIVES, "month": MONTHS}


def slots(d):
    """{slot: value}, drawn afresh for every fact."""
    base, past, participle = d.pick(VERBS)
    who = d.pick([first_name, first_name, full_name, someone])(d)
    job, thing, dogs_allowed = d.pick(JOBS), d.fill(NOUNS), d.chance(0.5)
    (day, day2), (color, color2), (dish, dish2) = d.some(DAYS, 2), d.some(COLORS, 2), d.some(DISHES, 2)
    small, year = d.number(2, 30), d.number(1200, 2030)
    people = {
        "p": full_name(d),
        "p2": full_name(d),
        "f": first_name(d), "f2": first_name(d),
        "name": first_name(d) if d.chance(0.7) else made_up(d),
    }
    names = {
        "l": place(d),
        "l2": place(d),
        "o": organization(d),
        "M": made_up(d),
        "M2": made_up(d),
        "m": made_up(d, False),
    }
    numbers = {
        "small": small, "small2": d.number(6, 11), "small3": d.number(3, 9), "n": d.number(2, 999),
        "n2": d.number(2, 999),
        "digit": d.number(0, small - 1), "digit2": d.number(2, 9), "y": year, "y2": year + d.number(2, 8),
        "code": d.number(1000, 9999), "code2": d.number(12, 25) * 10, "time": clock_time(d), "day": day, "day2": day2,
        "case": f"{d.number(10, 99)}-{d.number(10000, 99999)}{d.pick('ABCDEFGHKLM')}",
        "fl": d.pick("ABKLT") + d.pick("ABFRX") + str(d.number(100, 999)),
    }  # fmt: skip
    things = {
        "thing": thing, "a_thing": with_article(thing), "plural": plural(d.fill(NOUNS)), "color": color,
        "color2": color2,
        "dish": dish, "dish2": dish2, "job": job, "a_job": with_article(job), "B": capitalized(d.pick(BUILDINGS)),
        "hall": d.pick([f"room {d.number(1, 400)}", f"hall {d.pick('ABCDEF')}", "the " + d.pick(BUILDINGS)]),
        "habitat": d.pick([f"on the island of {made_up(d)}", f"in {place(d)}", "in deep caves", "in the mountains"]),
        "perm": "allowed" if dogs_allowed else "not allowed", "yesno": "yes" if dogs_allowed else "no",
        "subject": who, "A_subject": capitalized(who), "base": base, "past": past, "participle": participle,
    }  # fmt: skip
    return {**{slot: d.pick(words) for slot, words in CHOICES.items()}, **people, **names, **numbers, **things}


def someone(d):
    """A person by profession or title."""
    return (
        "the " + d.pick(JOBS) if d.chance(0.5) else d.pick(["Queen", "King", "Captain", "President"]) + " " + made_up(d)
    )


def filled(d, template):
    """(sentence, [(question, answer)]) of one row of passages.txt."""
    sentences, questions = template
    values = slots(d)
    fill = lambda text: re.sub(r"(^A|\ba) (?=[aeiou])", r"\1n ", text.format(**values))
    return capitalized(fill(d.phrase(*sentences))), [(capitalized(fill(q)), fill(a)) for q, a in questions]


def fact(d):
    """(sentence, [(question, answer)], its template or None)"""
    if CORPORA.facts and d.chance(0.2):
        sentence, question, answer = draw_from(d, CORPORA.facts)
        return sentence, [(question, answer)], None
    template = d.pick(FACTS)
    return *filled(d, template), template


def unanswerable(d, templates, asked):
    """A question that the passage does not answer: of another kind of fact, or of the same about something else."""
    while True:
        if templates and d.chance(0.5):
            questions = filled(d, d.pick(templates))[1]
        else:
            questions = fact(d)[1]
        question = d.pick(questions)[0]
        if question not in asked:
            return question


def paragraph_and_more(d):
    """(facts, as `fact`, of which the first is a whole paragraph; questions that it does not answer)"""
    text, questions = paragraph.filled(d, d.pick(paragraph.PARAGRAPHS), slots(d))
    answered = [(question, answer) for question, answer in questions if answer != UNANSWERABLE]
    with d.lenient():
        more = [fact(d) for _ in range(d.pick([0, 0, 0, 0, 1, 2]))]
    return [(text, answered, None), *more], [question for question, answer in questions if answer == UNANSWERABLE]


def clear_questions(d, facts):
    """Up to four questions, (question, answer), to each of which the facts have one answer."""
    all_questions = [q for _, questions, _ in facts for q, _ in questions]
    picked = [pair for _, questions, _ in d.shuffled(facts) for pair in d.some(questions, min(len(questions), 3 if len(facts) < 3 else 1))]
    return [(q, a) for q, a in picked if all_questions.count(q) == 1][:4]


def several_questions(d, asked, context):
    """Questions on one passage, as it takes no longer to read it for all of them."""
    wording = d.phrase(
        "{c}\n\n{q}", "{q}\n\n{c}", "Passage: {c}\n\nQuestions:\n{q}\n\nAnswers:", "{c}\n\nAnswer these questions:\n{q}",
        "Answer the questions.\n\n{c}\n\n{q}", "Context: {c}\n{q}\nAnswers:", "Read the text and answer all questions.\n\n{c}\n\n{q}",
        "Questions:\n{q}\n\nText: {c}", "{c}\nQuestions:\n{q}", "Text: {c}\n\n{q}\n\nGive one answer per question.",
    )  # fmt: skip
    return wording.format(c=context, q=numbered(q for q, _ in asked)), numbered(a for _, a in asked)


def make(d):
    n = d.pick([1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 11])
    unsaid = []
    if d.chance(0.45):
        facts, unsaid = paragraph_and_more(d)
        about, facts, n = facts[0], d.shuffled(facts), 2
    else:
        about = fact(d)
        with d.lenient():
            facts = d.shuffled([about, *(fact(d) for _ in range(n - 1))])
    asked = {q for _, questions, _ in facts for q, _ in questions}
    told = d.chance(0.25)  # whether the prompt allows "unanswerable"
    if d.chance(0.5 if told else 0.03):
        templates = [template for _, _, template in facts if template]
        question, answer = d.pick(unsaid) if unsaid and d.chance(0.7) else unanswerable(d, templates, asked), UNANSWERABLE
    else:
        question, answer = d.pick(about[1])
        if sum(q == question for _, others, _ in facts for q, _ in others) > 1:  # two answers would fit
            facts = [f for f in facts if (question, answer) in f[1]]
    sentences = []
    for sentence, *_ in facts:
        sentences.append(sentence)
        if not unsaid and d.chance(0.25):
            sentences.append(d.pick(FILLERS))
    if d.chance(0.12):
        question = question[0].lower() + question[1:]
    question = as_typed(d, question, 0.1)
    context = " ".join(sentences)
    passage = "[passage|text|context|paragraph|article|document|story]"
    if told:
        wording = d.phrase(
            'Answer the question from the [context|text|passage], or say "unanswerable".\n\nContext: {c}\n\nQuestion: {q}',
            "{c}\n\nIf the question cannot be answered from the text, [say|write|answer] unanswerable.\n\n{q}",
            'Read the text and answer. Reply "unanswerable" if the answer is not there.\n\n{c}\n\n{q}',
            'Context: {c}\nQuestion: {q} (If there is no answer, say "unanswerable".)\nAnswer:',
            "Context: {c}\n\nQuestion: {q}\n\nIf the context has no answer, return unanswerable.",
            f'{{c}}\n\n[Answer|Try to answer] this question if possible (otherwise [reply|say|write] "unanswerable"): {{q}}',
            f"Read this {passage}: {{c}}\n\n{{q}} If [the {passage} does not say|you cannot find the answer|it is not stated], [say|answer|reply] unanswerable.",
            f'Use only the {passage}. If the answer is not [in it|there|given], [say|answer] "unanswerable".\n\n{{c}}\n\n[Q|Question]: {{q}}',
            'Passage: {c}\nQuestion: {q}\nIf unanswerable, say so.\nAnswer:',
            "{c} {q} [Answer or say|Give the answer or] unanswerable.",
            '{c}\n\nQ: {q} (say "unanswerable" if unknown)\nA:',
        )  # fmt: skip
        return wording.format(c=context, q=question), answer
    if n > 1 and d.chance(0.4) and (clear := clear_questions(d, facts)):
        return several_questions(d, clear, context)
    if d.chance(0.06):
        documents = "\n".join(f"[{i + 1}] {s}" for i, s in enumerate(sentences))
        return d.phrase(
            "Question: {q}\n\nDocuments:\n{c}\n\nAnswer:",
            "[Documents|Sources|Notes]:\n{c}\n\nQuestion: {q}\nAnswer:",
            "{c}\n\nAnswer from the [documents|sources]: {q}",
        ).format(q=question, c=documents), answer
    wording = d.phrase(
        "Context: {c}\n\nQuestion: {q}\n\nAnswer:", "Context: {c}\nQuestion: {q}\nAnswer:",
        f"Read the {passage} and answer the question.\n\n{{c}}\n\n{{q}}", "{c}\n\nQuestion: {q}", "{c}\nQuestion: {q}",
        "{c}\n\n{q}", "Passage: {c}\nQ: {q}\nA:", "Answer the question using the [context|passage|text].\n\nContext: {c}\n\nQuestion: {q}",
        f"Use the following {passage} to answer the question.\nText: {{c}}\nQuestion: {{q}}", "{c} {q}", "{q} {c}", "{c}\n{q}", "{q}\n{c}",
        f"Based on [this|the|the following|the above] {passage}, [answer the question|answer].\n\n{{c}}\n\n{{q}}",
        "[Document|Article|Text|Passage|Story]: {c}\n\n{q}", "Question: {q}\nContext: {c}", "{q}\n\n{c}",
        f"[Answer|Reply|Respond] based on the {passage}:\n\n{{c}}\n\n{{q}}", f"Answer from the {passage}: {{c}} {{q}}",
        "Read this: {c}\n\nNow answer: {q}", "Read this and answer the question\n\n{c}\n\n{q}",
        "[Text|Source|Paragraph]: {c}\n\nQuestion: {q}\nAnswer:", "Article: {c}\n\nQuestion: {q}", "{c}\n\nAnswer this question: {q}",
        "{c}\n\nQ: {q}\nA:", "{c}\nQ: {q}\nA:", f"Given [the|this|the following] {passage}: {{c}}\n\n{{q}}",
        f"According to [the|this|the above] {passage}, {{q}}\n\n{{c}}", f"{{c}}\n\nAccording to the {passage}: {{q}}",
        "Passage:\n{c}\n\nQuestion:\n{q}\n\nAnswer:", f"Answer the question with the help of the {passage}.\n{{c}}\n{{q}}",
        f"Find the answer in the {passage}.\n\nText: {{c}}\n\n{{q}}", "Question: {q}\n\nContext: {c}\n\nAnswer:",
        "Here is some information: {c}\n\n[With this information, answer|Use it to answer]: {q}",
        "[Here is|I have|Look at] a text: {c}\n\n[My question|Question|Tell me]: {q}",
        "question: {q} context: {c}", "Context: {c} Question: {q} Answer:", "Q: {q}\nContext: {c}\nA:",
        "### Context\n{c}\n\n### Question\n{q}\n\n### Answer", "[Information|Facts|Background]: {c}\n{q}",
        "Reading comprehension.\n\n{c}\n\n{q}", '"{c}" {q}', "I read this: {c} {q}",
    )  # fmt: skip
    return wording.format(c=context, q=question), answer
