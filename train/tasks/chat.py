"""Small talk, alone or with earlier turns that must be remembered."""

from .common import capitalized, lines, with_article
from .names import JOBS, first_name, full_name, future_date, place

SELF = "I am a small T5 model that runs in your browser."
SKILLS = "I can answer simple questions, summarize dialogues, translate short sentences, write small pieces of code and find names in a text."
FIXED = [
    [tuple(side.split(" / ")) for side in line.format(SELF=SELF, SKILLS=SKILLS).split(" => ")]
    for line in lines("chat.txt")
]
HOBBIES = """music football chess painting cooking reading swimming hiking dancing photography gardening history tennis
running cycling singing baking drawing fishing yoga knitting sailing skiing climbing""".split()
SPEAKERS = [("User", "Assistant"), ("Human", "AI"), ("User", "Bot"), ("Me", "You"), ("Human", "Assistant"),
    ("Student", "Tutor")]


def fixed(d):
    says, answers = d.pick(FIXED)
    return d.phrase(*says), d.pick(answers)


def told(d):
    """What the user tells, and a fact in it to be asked for later: (says, reply, asks, answer)."""
    name, town, hobby = first_name(d), place(d), d.pick(HOBBIES)
    kind = d.pick(["name", "home", "hobby", "trip", "friend", "pet", "age", "job"])
    if kind == "name":
        says = d.phrase("My name is {x}.", "I am {x}.", "Hi, I am {x}.", "Hello, my name is {x}.", "I'm {x}.",
            "Hi, I'm {x}!", "You can call me {x}.", "Hello! My name is {x}. What about you?", "People call me {x}.",
            "Hey, this is {x}.", "Good morning, my name is {x}.", "hi my name is {x}").format(x=name)
        return says, f"Nice to meet you, {name}!", d.phrase("What is my name?", "Do you know my name?", "Who am I?",
            "What's my name?", "Do you remember my name?"), f"Your name is {name}."
    if kind == "home":
        says = d.phrase("I live in {x}.", "I am from {x}.", "My home is in {x}.", "I come from {x}.",
            "I'm from {x}.", "I moved to {x}.", "I was born in {x} and I still live there.").format(x=town)
        return says, f"{capitalized(town)} is a nice place. Do you like living there?", d.phrase("Where do I live?",
            "Where is my home?", "Do you know where I live?"), f"You live in {town}."
    if kind == "hobby":
        says = d.phrase("I like {x}.", "My hobby is {x}.", "I love {x}.", "I enjoy {x} very much.",
            "In my free time I do {x}.", "My favorite hobby is {x}.").format(x=hobby)
        return says, f"{capitalized(hobby)} is a great hobby. When did you start?", d.phrase("What do I like?",
            "What is my hobby?", "What do I like to do?", "Do you remember my hobby?"), f"You like {hobby}."
    if kind == "trip":
        when = future_date(d)
        says = d.phrase("I am going to {x} {w}.", "I will travel to {x} {w}.", "I will fly to {x} {w}.",
            "{w}, I am going to {x}.", "I am planning a trip to {x}.", "I booked a flight to {x}.").format(x=town,
            w=when)
        return capitalized(says), f"Have a nice trip to {town}!", d.phrase("Where am I going?",
            "Where will I travel?", "What is the goal of my trip?"), f"You are going to {town}."
    if kind == "friend":
        other = full_name(d)
        relation = d.pick(
            "friend brother sister teacher boss neighbor cousin wife husband son daughter doctor".split())
        says = d.phrase("My {r} is called {x}.", "The name of my {r} is {x}.", "I have a {r} called {x}.",
            "My {r} is {x}.", "{x} is my {r}.").format(r=relation, x=other)
        return says, f"{other} is a nice name. Tell me more about your {relation}.", d.phrase("What is the name of my {r}?",
            "Who is my {r}?", "What is my {r} called?").format(r=relation), f"Your {relation} is called {other}."
    if kind == "pet":
        animal = d.pick("dog cat rabbit parrot hamster horse turtle".split())
        says = d.phrase("I have a {a} called {x}.", "My {a} is called {x}.", "The name of my {a} is {x}.",
            "I got a {a} and named it {x}.").format(a=animal, x=name)
        return says, f"{name} is a lovely name for a {animal}!", d.phrase("What is my {a} called?",
            "What is the name of my {a}?", "How is my {a} called?").format(
                a=animal), f"Your {animal} is called {name}."
    if kind == "age":
        age = d.number(9, 90)
        says = d.phrase("I am {x} years old.", "I turned {x} last week.", "I'm {x}.", "My age is {x}.").format(x=age)
        return says, f"{age} is a good age!", d.phrase("How old am I?", "What is my age?",
            "Do you remember how old I am?"), f"You are {age} years old."
    job = d.pick(JOBS)
    says = d.phrase("I work as {x}.", "I am {x}.", "My job is {x}.", "I am {x} by profession.",
        "I earn my money as {x}.").format(x=with_article(job))
    return says, f"Being {with_article(job)} must be interesting. Do you like your job?", d.phrase("What is my job?",
        "What do I do?", "Do you know my job?"), f"You are {with_article(job)}."


def request(d):
    name, hobby = first_name(d), d.pick(HOBBIES)
    says, answer = d.pick([
        (d.phrase("Say hello to {x}.", "Greet {x}.", "Please say hello to {x}.", "Say hi to {x}!"),
            f"Hello, {name}!"),
        (d.phrase("Say goodbye to {x}.", "Wish {x} good night."), f"Goodbye, {name}!"),
        (d.phrase("I want to learn {h}.", "How can I learn {h}?", "I would like to start with {h}."),
            f"Great! You can start learning {hobby} with a few minutes of practice every day."),
        (d.phrase("What do you think about {h}?", "Do you like {h}?", "What is your opinion on {h}?"),
            f"I think {hobby} is very interesting."),
        (d.phrase("Congratulate {x} on the birthday.", "Write a birthday wish for {x}.",
            "Wish {x} a happy birthday."), f"Happy birthday, {name}! I wish you all the best."),
        (d.phrase("Write a short thank you note to {x}.", "Thank {x} for the help.",
            "Write a thank you message to {x}."), f"Dear {name}, thank you very much for your help!"),
        (d.phrase("Invite {x} to my party.", "Write an invitation for {x} to my party."),
            f"Dear {name}, I would like to invite you to my party. I hope you can come!"),
    ])  # fmt: skip
    return says.format(x=name, h=hobby), answer


def told_twice(d):
    """Two statements, or a statement and a question, in one message."""
    name, town, hobby = first_name(d), place(d), d.pick(HOBBIES)
    says, answer = d.pick([
        (d.phrase("My name is {n} and I live in {t}.", "I am {n} from {t}.", "Hi, I'm {n} and I come from {t}.",
            "Hello, my name is {n}. I am from {t}."), f"Nice to meet you, {name}! {capitalized(town)} is a nice place."),
        (d.phrase("My name is {n} and I like {h}.", "I am {n} and my hobby is {h}.", "Hello, I'm {n}. I love {h}."),
            f"Nice to meet you, {name}! {capitalized(hobby)} is a great hobby."),
        (d.phrase("Hi, I'm {n}. How are you?", "Hello, my name is {n}. How are you?", "I am {n}, how are you today?",
            "Hi! {n} here. How is it going?"), f"Nice to meet you, {name}! I am fine, thank you."),
        (d.phrase("My name is {n}. What is your name?", "I'm {n}. Who are you?", "Hello, I am {n}, and you?",
            "Hi, I'm {n}! What's your name?"), f"Nice to meet you, {name}! {SELF}"),
        (d.phrase("Hello, how are you? What can you do?", "Hi! What can you do for me?",
            "Hello! What can you help me with?"), f"Hello! {SKILLS}"),
    ])  # fmt: skip
    return says.format(n=name, t=town, h=hobby), answer


def conversation(d):
    """Two or three earlier turns, then a question about one of them or a small-talk line."""
    user, bot = d.pick(SPEAKERS)
    turns = [told(d) for _ in range(d.pick([1, 1, 2, 2, 3]))]
    if len({turn[3].split(" ")[1] for turn in turns}) < len(turns):  # two turns of one kind would be ambiguous
        turns = turns[:1]
    lines = [(turn[0], turn[1]) for turn in turns]
    if d.chance(0.4):
        lines.insert(d.number(0, len(lines)), fixed(d))
    if d.chance(0.75):
        turn = d.pick(turns)
        asks, answer = turn[2], turn[3]
    else:
        asks, answer = fixed(d)
    separator = d.pick(["\n", "\n", "\n\n"])
    history = separator.join(f"{user}: {says}{separator}{bot}: {reply}" for says, reply in lines)
    head = d.pick(["", "", "", "", "The following is a conversation with a friendly assistant.\n\n",
        "Continue the conversation.\n\n"])
    return f"{head}{history}{separator}{user}: {asks}{separator}{bot}:", answer


def make(d):
    x = d.rng.random()
    if x < 0.35:
        says, answer = fixed(d)
    elif x < 0.5:
        says, answer = told(d)[:2]
    elif x < 0.58:
        says, answer = told_twice(d)
    elif x < 0.68:
        says, answer = request(d)
    else:
        return conversation(d)
    if d.chance(0.25):
        user, bot = d.pick(SPEAKERS)
        says = f"{user}: {says}\n{bot}:"
    elif d.chance(0.1):
        says = d.phrase("Reply to this message: {x}", "Answer the message: {x}", "Respond politely: {x}",
            "Chat: {x}", 'Someone says: "{x}" What do you answer?').format(x=says)
    return says, answer
