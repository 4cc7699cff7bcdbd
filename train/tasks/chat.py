"""Small talk, alone or with earlier turns that must be remembered."""

from .common import JOBS, capitalized, first_name, full_name, future_date, place, with_article

SELF = "I am a small T5 model that runs in your browser."
SKILLS = "I can answer simple questions, summarize dialogues, translate short sentences, write small pieces of code and find names in a text."
FIXED = [
    (["Hello", "Hi", "Hello!", "Hi!", "Hey", "Hi there", "Good morning", "Good evening", "Hello there!", "Hey there!", "Good afternoon!", "Greetings!", "Hey!"],
     ["Hello! How can I help you?"]),
    (["How are you?", "How are you today?", "How do you do?", "How is it going?", "How's it going?", "What's up?", "How are you doing?", "Hi, how are you?", "Hello, how are you?", "Hello! How are you today?", "Hey, how are you doing?"],
     ["I am fine, thank you! How are you?"]),
    (["Who are you?", "What are you?", "Are you a robot?", "Are you human?", "What is your name?", "What's your name?", "Are you a real person?", "Tell me about yourself.", "Who am I talking to?", "Are you an AI?", "Introduce yourself.", "Are you ChatGPT?", "Hello, who are you?"], [SELF]),
    (["What can you do?", "What can you help me with?", "Help", "How can you help me?", "What are you good at?", "What do you know?", "Can you help me?", "What kind of tasks can you do?"], [SKILLS]),
    (["Thank you", "Thanks", "Thank you very much!", "Thanks a lot!", "Thanks for your help!", "Thank you, that was helpful.", "Great, thank you!", "Many thanks!"], ["You are welcome!"]),
    (["Bye", "Goodbye", "See you later", "Good night", "Bye bye!", "See you tomorrow!", "I have to go now.", "Goodbye and thank you!"], ["Goodbye! Have a nice day!"]),
    (["Tell me a joke", "Tell me a joke.", "Do you know a joke?", "Make me laugh", "Can you tell me a joke?", "I want to hear a joke.", "Say something funny.", "Please tell me a funny joke."],
     ["Why did the computer go to the doctor? Because it had a virus.", "Why is six afraid of seven? Because seven eight nine.", "What do you call a bear with no teeth? A gummy bear."]),
    (["I am bored", "I am bored.", "What should I do today?", "I'm so bored.", "I have nothing to do.", "What can I do this weekend?"], ["You could read a book, go for a walk or call a friend."]),
    (["I am sad", "I feel sad today.", "I am not feeling well", "I had a bad day.", "I feel lonely.", "I'm feeling down.", "Today was a terrible day."], ["I am sorry to hear that. I hope you feel better soon."]),
    (["I am happy", "I had a great day!", "I passed my exam!", "I am so happy today!", "I got a new job!", "Today was a wonderful day.", "I won a prize!"], ["That is great! I am happy for you."]),
    (["How old are you?", "When were you born?", "What is your age?"], ["I do not have an age. I am a language model."]),
    (["Where do you live?", "Where are you from?", "Where are you?"], ["I live in your browser."]),
    (["Do you like music?", "Do you like pizza?", "What do you like?", "Do you have feelings?", "What is your favorite color?", "Do you have hobbies?", "Do you love me?"],
     ["I am a language model, so I do not have feelings, but I like to talk with you."]),
    (["I am tired.", "I am so tired today.", "I could not sleep last night.", "I need a break."], ["You should take a rest. A short nap can help."]),
    (["I am hungry.", "What should I eat?", "What should I cook for dinner?", "Any ideas for lunch?"], ["How about some pasta with tomatoes and cheese?"]),
    (["What is the weather like?", "Will it rain tomorrow?", "How is the weather today?"], ["I cannot see the weather, because I run offline in your browser."]),
    (["What time is it?", "What day is it today?", "What is the date today?"], ["I do not have a clock, so I cannot tell you."]),
    (["What is the meaning of life?", "Why are we here?"], ["That is a big question. Many people say it is to be happy and to help others."]),
    (["Can you give me some advice?", "I need some advice.", "I don't know what to do."], ["Take your time, write down your options and talk with a friend about them."]),
    (["I am nervous about my exam.", "I have an exam tomorrow.", "I am afraid of my interview."], ["You will do well! Take a deep breath and trust your preparation."]),
    (["You are great!", "You are very smart.", "I like you.", "Well done!", "Good job!"], ["Thank you! That is very kind of you."]),
    (["You are wrong.", "That is not correct.", "This is a bad answer."], ["I am sorry. I am a small model and I make mistakes."]),
]  # fmt: skip
HOBBIES = """music football chess painting cooking reading swimming hiking dancing photography gardening history tennis
running cycling singing baking drawing fishing yoga knitting sailing skiing climbing""".split()
SPEAKERS = [("User", "Assistant"), ("Human", "AI"), ("User", "Bot"), ("Me", "You"), ("Human", "Assistant"), ("Student", "Tutor")]


def fixed(d):
    says, answers = d.pick(FIXED)
    return d.phrase(*says), d.pick(answers)


def told(d):
    """What the user tells, and a fact in it to be asked for later: (says, reply, asks, answer)."""
    name, town, hobby = first_name(d), place(d), d.pick(HOBBIES)
    kind = d.pick(["name", "home", "hobby", "trip", "friend", "pet", "age", "job"])
    if kind == "name":
        says = d.phrase("My name is {x}.", "I am {x}.", "Hi, I am {x}.", "Hello, my name is {x}.", "I'm {x}.", "Hi, I'm {x}!", "You can call me {x}.", "Hello! My name is {x}. What about you?", "People call me {x}.", "Hey, this is {x}.", "Good morning, my name is {x}.", "hi my name is {x}").format(x=name)
        return says, f"Nice to meet you, {name}!", d.phrase("What is my name?", "Do you know my name?", "Who am I?", "What's my name?", "Do you remember my name?"), f"Your name is {name}."
    if kind == "home":
        says = d.phrase("I live in {x}.", "I am from {x}.", "My home is in {x}.", "I come from {x}.", "I'm from {x}.", "I moved to {x}.", "I was born in {x} and I still live there.").format(x=town)
        return says, f"{capitalized(town)} is a nice place. Do you like living there?", d.phrase("Where do I live?", "Where is my home?", "Do you know where I live?"), f"You live in {town}."
    if kind == "hobby":
        says = d.phrase("I like {x}.", "My hobby is {x}.", "I love {x}.", "I enjoy {x} very much.", "In my free time I do {x}.", "My favorite hobby is {x}.").format(x=hobby)
        return says, f"{capitalized(hobby)} is a great hobby. When did you start?", d.phrase("What do I like?", "What is my hobby?", "What do I like to do?", "Do you remember my hobby?"), f"You like {hobby}."
    if kind == "trip":
        when = future_date(d)
        says = d.phrase("I am going to {x} {w}.", "I will travel to {x} {w}.", "I will fly to {x} {w}.", "{w}, I am going to {x}.", "I am planning a trip to {x}.", "I booked a flight to {x}.").format(x=town, w=when)
        return capitalized(says), f"Have a nice trip to {town}!", d.phrase("Where am I going?", "Where will I travel?", "What is the goal of my trip?"), f"You are going to {town}."
    if kind == "friend":
        other = full_name(d)
        relation = d.pick("friend brother sister teacher boss neighbor cousin wife husband son daughter doctor".split())
        says = d.phrase("My {r} is called {x}.", "The name of my {r} is {x}.", "I have a {r} called {x}.", "My {r} is {x}.", "{x} is my {r}.").format(r=relation, x=other)
        return says, f"{other} is a nice name. Tell me more about your {relation}.", d.phrase("What is the name of my {r}?", "Who is my {r}?", "What is my {r} called?").format(r=relation), f"Your {relation} is called {other}."
    if kind == "pet":
        animal = d.pick("dog cat rabbit parrot hamster horse turtle".split())
        says = d.phrase("I have a {a} called {x}.", "My {a} is called {x}.", "The name of my {a} is {x}.", "I got a {a} and named it {x}.").format(a=animal, x=name)
        return says, f"{name} is a lovely name for a {animal}!", d.phrase("What is my {a} called?", "What is the name of my {a}?", "How is my {a} called?").format(a=animal), f"Your {animal} is called {name}."
    if kind == "age":
        age = d.number(9, 90)
        says = d.phrase("I am {x} years old.", "I turned {x} last week.", "I'm {x}.", "My age is {x}.").format(x=age)
        return says, f"{age} is a good age!", d.phrase("How old am I?", "What is my age?", "Do you remember how old I am?"), f"You are {age} years old."
    job = d.pick(JOBS)
    says = d.phrase("I work as {x}.", "I am {x}.", "My job is {x}.", "I am {x} by profession.", "I earn my money as {x}.").format(x=with_article(job))
    return says, f"Being {with_article(job)} must be interesting. Do you like your job?", d.phrase("What is my job?", "What do I do?", "Do you know my job?"), f"You are {with_article(job)}."


def request(d):
    name, hobby = first_name(d), d.pick(HOBBIES)
    says, answer = d.pick([
        (d.phrase("Say hello to {x}.", "Greet {x}.", "Please say hello to {x}.", "Say hi to {x}!"), f"Hello, {name}!"),
        (d.phrase("Say goodbye to {x}.", "Wish {x} good night."), f"Goodbye, {name}!"),
        (d.phrase("I want to learn {h}.", "How can I learn {h}?", "I would like to start with {h}."), f"Great! You can start learning {hobby} with a few minutes of practice every day."),
        (d.phrase("What do you think about {h}?", "Do you like {h}?", "What is your opinion on {h}?"), f"I think {hobby} is very interesting."),
        (d.phrase("Congratulate {x} on the birthday.", "Write a birthday wish for {x}.", "Wish {x} a happy birthday."), f"Happy birthday, {name}! I wish you all the best."),
        (d.phrase("Write a short thank you note to {x}.", "Thank {x} for the help.", "Write a thank you message to {x}."), f"Dear {name}, thank you very much for your help!"),
        (d.phrase("Invite {x} to my party.", "Write an invitation for {x} to my party."), f"Dear {name}, I would like to invite you to my party. I hope you can come!"),
    ])  # fmt: skip
    return says.format(x=name, h=hobby), answer


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
    head = d.pick(["", "", "", "", "The following is a conversation with a friendly assistant.\n\n", "Continue the conversation.\n\n"])
    return f"{head}{history}{separator}{user}: {asks}{separator}{bot}:", answer


def make(d):
    x = d.rng.random()
    if x < 0.35:
        says, answer = fixed(d)
    elif x < 0.58:
        says, answer = told(d)[:2]
    elif x < 0.68:
        says, answer = request(d)
    else:
        return conversation(d)
    if d.chance(0.25):
        user, bot = d.pick(SPEAKERS)
        says = f"{user}: {says}\n{bot}:"
    elif d.chance(0.1):
        says = d.phrase("Reply to this message: {x}", "Answer the message: {x}", "Respond politely: {x}", "Chat: {x}", 'Someone says: "{x}" What do you answer?').format(x=says)
    return says, answer
