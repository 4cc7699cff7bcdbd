"""Answers taken from a supplied passage of made-up facts, or "unanswerable"."""

from .common import (
    ADJECTIVES, BUILDINGS, DAYS, JOBS, MONTHS, NOUNS, capitalized, clock_time, first_name, full_name, made_up, organization, place, with_article,
)  # fmt: skip
from .corpora import CORPORA, draw_from
from .question import _table as table

VERBS = table("verbs.txt")

# A fact: its sentence (alternatives separated by " / ") and questions with answers
# (question => answer). Slots are filled once per fact.
FACTS = """
{p} is {a_job} who lives in {l}. / {p}, {a_job}, lives in {l}. / {p} lives in {l} and works as {a_job}. | Where does {p} live? => {l} | What is the job of {p}? => {job} | Who lives in {l}? => {p} | What does {p} do? => {job}
{p} was born in {y} in {l}. / In {y}, {p} was born in {l}. | When was {p} born? => {y} | In which year was {p} born? => {y} | Where was {p} born? => {l} | Who was born in {l}? => {p}
The {M} {B} in {l} was built in {y} by {p}. / {p} built the {M} {B} in {l} in {y}. | Who built the {M} {B}? => {p} | When was the {M} {B} built? => {y} | Where is the {M} {B}? => {l} | In which year was the {M} {B} built? => {y}
The {M} {B} is {n} meters tall. / With {n} meters, the {M} {B} is very tall. | How tall is the {M} {B}? => {n} meters | What is the height of the {M} {B}? => {n} meters
{M} is a {color} planet with {small} moons. / The planet {M} is {color} and has {small} moons. | How many moons does {M} have? => {small} | What color is {M}? => {color} | What color is the planet {M}? => {color}
The surface of {M} is covered with {stuff}. / On {M}, everything is covered with {stuff}. | What covers the surface of {M}? => {stuff} | What is the surface of {M} covered with? => {stuff}
{o} was founded in {y} by {p}. / {p} founded {o} in {y}. / In {y}, {p} founded {o}. | Who founded {o}? => {p} | When was {o} founded? => {y} | What did {p} found? => {o} | Who is the founder of {o}? => {p}
The headquarters of {o} are in {l}. / {o} is based in {l}. / {o}, a company from {l}, sells {plural}. | Where are the headquarters of {o}? => {l} | Where is {o} based? => {l}
{M} is a small country whose capital is {M2}. / The capital of {M} is {M2}. / {M2} is the capital of {M}. | What is the capital of {M}? => {M2} | {M2} is the capital of which country? => {M} | Name the capital of {M}. => {M2}
The people of {M} speak {M2}ish. / In {M}, people speak {M2}ish. | What language do people speak in {M}? => {M2}ish | Which language is spoken in {M}? => {M2}ish
About {small} million people live in {M}. / {M} has {small} million inhabitants. | How many people live in {M}? => {small} million | What is the population of {M}? => {small} million
In case {case}, the plaintiff is {p} and the defendant is {p2}. / Case {case}: {p} (plaintiff) against {p2} (defendant). | Who is the plaintiff in case {case}? => {p} | Who is the defendant in case {case}? => {p2} | Who is the plaintiff? => {p} | Who is the defendant? => {p2} | What is the case number? => {case}
{f} bought {a_thing} at the {shop} for {n} dollars. / At the {shop}, {f} bought {a_thing} for {n} dollars. / {f} paid {n} dollars for {a_thing} at the {shop}. | What did {f} buy? => {a_thing} | How much did the {thing} cost? => {n} dollars | Who bought {a_thing}? => {f} | Where did {f} buy the {thing}? => at the {shop} | How much did {f} pay? => {n} dollars
{f} left the {thing} in the {room}. / The {thing} was left in the {room} by {f}. | Where is the {thing}? => in the {room} | Who left the {thing} in the {room}? => {f} | What did {f} leave in the {room}? => the {thing}
In {y}, {p} won the {M} {prize} for {field}. / {p} won the {M} {prize} for {field} in {y}. | Who won the {M} {prize}? => {p} | Who won the {M} {prize} in {y}? => {p} | When did {p} win the {M} {prize}? => {y} | For what did {p} win the {M} {prize}? => {field} | Which prize did {p} win? => the {M} {prize}
The {event} starts at {time} on {day}. / On {day} at {time} the {event} begins. | When does the {event} start? => at {time} on {day} | What time does the {event} start? => {time} | On which day is the {event}? => {day}
The {event} takes place in {hall}. / Please come to {hall} for the {event}. | Where does the {event} take place? => in {hall} | Where is the {event}? => in {hall}
{f} has a {animal} called {name}. / The {animal} of {f} is called {name}. | What is the name of the {animal}? => {name} | What is {f}'s {animal} called? => {name} | Who has a {animal}? => {f} | What kind of animal is {name}? => a {animal}
{name} is {small} years old and has a {color} {thing}. / {name} is {small} and owns a {color} {thing}. | How old is {name}? => {small} | What color is {name}'s {thing}? => {color} | Who has a {color} {thing}? => {name} | What does {name} have? => a {color} {thing}
A {m} is a tool made of {stuff}. / The {m} is a tool that is made of {stuff}. | What is a {m} made of? => {stuff} | What is made of {stuff}? => a {m}
A {m} is used to {use}. / People use a {m} to {use}. | What is a {m} used for? => to {use} | What do people do with a {m}? => {use}
{p} discovered the {M} {land} near {l} together with {p2}. | Who discovered the {M} {land} with {p2}? => {p} | Where is the {M} {land}? => near {l} | What did {p} discover? => the {M} {land}
The Wi-Fi password is {m}{n}. / Use {m}{n} as the Wi-Fi password. | What is the Wi-Fi password? => {m}{n} | Tell me the Wi-Fi password. => {m}{n}
The door code is {code}. / To open the door, enter {code}. | What is the door code? => {code}
You can call the support at 555-{code}. / The support phone number is 555-{code}. | What is the phone number of the support? => 555-{code} | How can I call the support? => 555-{code}
Items can be returned within {small} days. / The return period is {small} days. | How long is the return period? => {small} days | Within how many days can items be returned? => {small} days
The warranty lasts {small} years. / There is a warranty of {small} years. | How long is the warranty? => {small} years | How long does the warranty last? => {small} years
{service} costs {n} euros. / The price of {service} is {n} euros. / You pay {n} euros for {service}. | How much does {service} cost? => {n} euros | What is the price of {service}? => {n} euros
The {m}s are {adj} animals that live {habitat}. | Where do the {m}s live? => {habitat} | Where do {m}s live? => {habitat}
{m}s eat {food} and sleep {small} hours a day. / A {m} eats {food} and sleeps {small} hours a day. | What do {m}s eat? => {food} | How long do {m}s sleep? => {small} hours a day | How many hours does a {m} sleep? => {small}
The {role} of {group} is {p}. / {p} is the {role} of {group}. / {group} has a new {role} called {p}. | Who is the {role} of {group}? => {p} | What is the name of the {role}? => {p} | Who is the {role}? => {p}
The {M} river is {n} kilometers long and flows through {l}. | How long is the {M} river? => {n} kilometers | Where does the {M} river flow? => through {l}
The {shop} is closed on {day}s. / On {day}s the {shop} is closed. | When is the {shop} closed? => on {day}s | On which day is the {shop} closed? => {day}
The {shop} opens at {small2} am and closes at {small3} pm. | When does the {shop} open? => at {small2} am | When does the {shop} close? => at {small3} pm
{f} is the {relation} of {name}. / {name}'s {relation} is {f}. | Who is the {relation} of {name}? => {f} | Who is {name}'s {relation}? => {f} | Whose {relation} is {f}? => {name}
{A_subject} {past} the {adj} {thing} in {l} in {y}. / The {adj} {thing} was {participle} by {subject} in {l} in {y}. / In {y}, {subject} {past} the {adj} {thing} in {l}. | Who {past} the {adj} {thing}? => {subject} | Who {past} the {thing}? => {subject} | What did {subject} {base}? => the {adj} {thing} | Where did {subject} {base} the {thing}? => in {l} | When did {subject} {base} the {thing}? => in {y} | When was the {thing} {participle}? => in {y} | Where was the {adj} {thing} {participle}? => in {l} | By whom was the {thing} {participle}? => {subject}
{A_subject} {past} the {thing} on {day}. / On {day}, {subject} {past} the {thing}. / The {thing} was {participle} by {subject} on {day}. | Who {past} the {thing}? => {subject} | When did {subject} {base} the {thing}? => on {day} | What did {subject} {base}? => the {thing} | When was the {thing} {participle}? => on {day}
It was {subject} who {past} the {thing}. / {A_subject} {past} the {thing} because of the {weather}. | Who {past} the {thing}? => {subject} | What did {subject} {base}? => the {thing}
"""  # fmt: skip
FACTS = [[part.strip() for part in line.split("|")] for line in FACTS.strip().splitlines()]
FACTS = [(sentences.split(" / "), [tuple(q.split(" => ")) for q in questions]) for sentences, *questions in FACTS]
FILLERS = """The weather was pleasant that day.|Many visitors come every year.|It is well known in the region.|Nobody knows the exact reason.
The story was told for many years.|Local people are very proud of it.|This is described in an old report.|Everything was ready in time.|Some details remain unclear.
The manual explains the rules in detail.|Children like to hear about it.|Further information will follow soon.|Experts do not agree on this point.|It was a long day.
A few years later much had changed.|There is still a lot of work to do.|The newspapers wrote about it.|Not everybody was happy about this."""
FILLERS = [f for line in FILLERS.splitlines() for f in line.split("|")]
UNANSWERABLE = "unanswerable"


def slots(d):
    base, past, participle = d.pick(VERBS)
    who = d.pick([first_name, first_name, full_name, lambda d: "the " + d.pick(JOBS), lambda d: d.pick(["Queen", "King", "Captain", "President"]) + " " + made_up(d)])(d)
    job, thing = d.pick(JOBS), d.fill(NOUNS)
    return dict(
        p=full_name(d), p2=full_name(d), f=first_name(d), name=first_name(d) if d.chance(0.7) else made_up(d), l=place(d), o=organization(d), M=made_up(d), M2=made_up(d), m=made_up(d, False),
        y=d.number(1200, 2030), n=d.number(2, 999), small=d.number(2, 30), small2=d.number(6, 11), small3=d.number(3, 9), job=job, a_job=with_article(job), thing=thing,
        a_thing=with_article(thing), plural=d.fill(NOUNS) + "s", B=capitalized(d.pick(BUILDINGS)), color=d.pick("red blue green purple orange grey white silver black yellow".split()),
        stuff=d.pick("wood glass copper rubber cotton steel clay paper plastic salt ice sand stone water lava".split()), case=f"{d.number(10, 99)}-{d.number(10000, 99999)}{d.pick('ABCDEFGHKLM')}",
        shop=d.pick("market,supermarket,mall,bookshop,online store,corner shop,bakery,library,bank,pool,museum,office".split(",")), room=d.pick("kitchen garden office bedroom cellar garage attic bathroom hallway".split()),
        prize=d.pick("Prize Medal Award Cup Trophy".split()), field=d.pick("physics music poetry chemistry painting mathematics medicine chess biology".split()),
        event=d.pick("meeting concert wedding lecture match festival interview exam party workshop".split()), time=clock_time(d), day=d.pick(DAYS), hall=d.pick([f"room {d.number(1, 400)}", f"hall {d.pick('ABCDEF')}", "the " + d.pick(BUILDINGS)]),
        animal=d.pick("dog cat parrot horse rabbit hamster goat turtle".split()), use=d.pick("clean windows,cook soup,repair shoes,measure rain,catch fish,store data,grow plants,heat water,cut hair".split(",")),
        land=d.pick("River Valley Island Mountain Forest Lake Desert Cave".split()), code=d.number(1000, 9999), service=d.pick("shipping,the ticket,a membership,parking,the tour,breakfast,delivery,the course,a coffee,a room".split(",")),
        adj=d.pick(ADJECTIVES), habitat=d.pick([f"on the island of {made_up(d)}", f"in {place(d)}", "in deep caves", "in the mountains", "near rivers"]), food=d.pick("blue,red,sweet,dry,fresh,small".split(",")) + " " + d.pick("berries,leaves,fish,seeds,grass,insects,nuts,roots".split(",")),
        role=d.pick("boss manager teacher mayor director coach owner president captain secretary chef principal".split()), group=d.pick("our office,the school,the club,the town,the company,the hotel,the team,the museum".split(",")),
        relation=d.pick("brother sister friend neighbor uncle boss cousin teacher doctor".split()), subject=who, A_subject=capitalized(who), base=base, past=past, participle=participle, weather=d.pick(["rain", "storm", "heat"]), month=d.pick(MONTHS),
    )  # fmt: skip


def fact(d):
    """(sentence, [(question, answer)]) filled in."""
    if CORPORA.facts and d.chance(0.25):
        sentence, question, answer = draw_from(d, CORPORA.facts)
        return sentence, [(question, answer)]
    sentences, questions = d.pick(FACTS)
    values = slots(d)
    fill = lambda text: capitalized(text.format(**values))
    return fill(d.phrase(*sentences)), [(fill(q), a.format(**values)) for q, a in questions]


def make(d):
    n = d.pick([1, 1, 1, 2, 2, 3, 4])
    facts = [fact(d) for _ in range(n)]
    if d.chance(0.1):  # a question about something the passage does not mention
        sentence, questions = fact(d)
        question, answer = d.pick(questions)[0], UNANSWERABLE
        if any(question == q for _, others in facts for q, _ in others):
            answer = next(a for _, others in facts for q, a in others if q == question)
    else:
        question, answer = d.pick(d.pick(facts)[1])
        if sum(q == question for _, others in facts for q, _ in others) > 1:  # two answers would fit
            facts = [f for f in facts if (question, answer) in f[1]]
    sentences = []
    for sentence, _ in facts:
        sentences.append(sentence)
        if d.chance(0.25):
            sentences.append(d.pick(FILLERS))
    if d.chance(0.12):
        question = question[0].lower() + question[1:]
    if d.chance(0.08):
        question = question.rstrip("?")
    if answer == UNANSWERABLE or d.chance(0.1):
        wording = d.phrase(
            'Answer the question from the context, or say "unanswerable".\n\nContext: {c}\n\nQuestion: {q}', "{c}\n\nIf the question cannot be answered from the text, say unanswerable.\n\n{q}",
            'Read the text and answer. Reply "unanswerable" if the answer is not there.\n\n{c}\n\n{q}', 'Context: {c}\nQuestion: {q} (If there is no answer, say "unanswerable".)\nAnswer:',
            "Context: {c}\n\nQuestion: {q}\n\nIf the context has no answer, return unanswerable.",
        )  # fmt: skip
        return wording.format(c=" ".join(sentences), q=question), answer
    if d.chance(0.06):
        numbered = "\n".join(f"[{i + 1}] {s}" for i, s in enumerate(sentences))
        return d.phrase("Question: {q}\n\nDocuments:\n{c}\n\nAnswer:", "Documents:\n{c}\n\nQuestion: {q}\nAnswer:", "{c}\n\nAnswer from the documents: {q}").format(q=question, c=numbered), answer
    wording = d.phrase(
        "Context: {c}\n\nQuestion: {q}\n\nAnswer:", "Context: {c}\nQuestion: {q}\nAnswer:", "Read the passage and answer the question.\n\n{c}\n\n{q}", "{c}\n\nQuestion: {q}",
        "{c}\n\n{q}", "Passage: {c}\nQ: {q}\nA:", "Answer the question using the context.\n\nContext: {c}\n\nQuestion: {q}", "Use the following text to answer the question.\nText: {c}\nQuestion: {q}",
        "Based on the following passage, answer the question.\n\n{c}\n\n{q}", "{c} {q}", "Document: {c}\n\n{q}", "Question: {q}\nContext: {c}", "{q}\n\n{c}", "Answer based on context:\n\n{c}\n\n{q}",
        "{c}\n{q}", "Read this: {c}\n\nNow answer: {q}", "Read this and answer the question\n\n{c}\n\n{q}", "Text: {c}\n\nQuestion: {q}\nAnswer:", "Article: {c}\n\nQuestion: {q}", "{c}\n\nAnswer this question: {q}",
        "{c}\n\nQ: {q}\nA:", "Given the text: {c}\n\n{q}", "According to the text, {q}\n\n{c}", "Passage:\n{c}\n\nQuestion:\n{q}\n\nAnswer:", "Answer the question with the help of the passage.\n{c}\n{q}", "Find the answer in the text.\n\nText: {c}\n\n{q}",
        "Question: {q}\n\nContext: {c}\n\nAnswer:", "Here is some information: {c}\n\nWith this information, answer: {q}", "question: {q} context: {c}", "Context: {c} Question: {q} Answer:",
    )  # fmt: skip
    return wording.format(c=" ".join(sentences), q=question), answer
