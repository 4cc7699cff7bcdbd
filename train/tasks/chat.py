"""Small talk, alone or with earlier turns that must be remembered."""

from .common import as_typed, capitalized, lines, numbered, table, with_article
from .corpora import CORPORA, draw_from
from .exchange import exchange
from .names import DAYS, JOBS, MONTHS, NOUNS, clock_time, first_name, full_name, future_date, organization, past_date, place

SELF = "I am a small T5 model that runs in your browser."
SKILLS = (
    "I can answer simple questions, summarize dialogues, translate short sentences, "
    "write small pieces of code and find names in a text."
)
HOBBIES = """music football chess painting cooking reading swimming hiking dancing photography gardening history tennis
running cycling singing baking drawing fishing yoga knitting sailing skiing climbing""".split()
FOODS = "pizza,pasta,soup,rice,salad,chocolate,ice cream,bread,cheese,fish,apple pie,pancakes,sushi,potatoes,strawberries".split(",")
LANGUAGES = "German French Spanish Italian Japanese Chinese Russian Polish Dutch Turkish Greek Swedish Arabic".split()
SPEAKERS = [
    ("User", "Assistant"), ("Human", "AI"), ("User", "Bot"), ("Me", "You"), ("Human", "Assistant"), ("Student", "Tutor"), ("A", "B"), ("Q", "A"), ("Person", "Computer"), ("Guest", "Host"), ("You", "Bot"), ("Customer", "Agent"),
    ("user", "assistant"), ("me", "bot"), ("Customer", "Support"), ("[User]", "[Bot]"), ("Visitor", "Helper"), ("Caller", "Desk"), ("Client", "Service"), ("Child", "Robot"), ("<user>", "<bot>"), ("I", "It"), ("Me", "AI"), ("Question", "Answer"), ("You", "Model"), ("Customer", "Helper"), ("B", "A"), ("Guest", "Reception"), ("user", "model"),
]  # fmt: skip


REPLIES = """I see.|Okay.|Got it.|Interesting!|That sounds great!|How nice!|Thanks for telling me.|All right.|I will remember that.|Good to know.|Really? Tell me more.|Wow!|Noted.|Sure.|
That is interesting.|Okay, I will keep that in mind.|How exciting!|Oh, I see. And what else?|Great! How can I help you?|Nice! Do you want to tell me more?|Understood.|That must be lovely.|Why is that?|
Have you done that for long?|And how do you feel about it?|Sounds good!|Thank you for the information.|Is there anything else?""".replace("\n", "").split("|")
GREETINGS = """Hello! How can I help you?|Hi! What can I do for you?|Good evening! What can I do for you?|Good morning! How are you today?|Hello, nice to meet you.|Hi there!|Welcome!|Hello! What is on your mind?|
Hey, how are you?|Hi! Tell me something about yourself.""".replace("\n", "").split("|")
REACTIONS = """Yes.|No.|Not really.|Thanks.|Thank you.|Okay.|Yes, very much.|No, not yet.|I hope so.|Right.|Haha.|For some years now.|Maybe.|Of course.|Great.|Exactly.|Never mind.|Good.|I think so.|
It is.|Anyway.|Now a question.|Oh, I forgot.|Let me test you.|Sometimes.|Well.""".replace("\n", "").split("|")


def speakers(d):
    """What stands before the lines of the user and of the bot."""
    return [name if name[0] in "[<" else f"{name}:" for name in d.pick(SPEAKERS)]


def _rows(name):
    """Rows of alternatives: columns are separated by "=>", alternatives by "/"."""
    return [[tuple(column.split(" / ")) for column in line.split(" => ")] for line in lines(name)]


CHOICES = {slot: words for slot, *words in table("chat_choices.txt")}
FIXED = _rows("chat.txt")
STATEMENTS = _rows("statements.txt")
REMEMBERED = [row for row in STATEMENTS if len(row) == 4]


def slots(d):
    town, hobby, color = place(d), d.pick(HOBBIES), d.pick("red blue green yellow purple orange black white".split())
    return {slot: d.pick(words) for slot, words in CHOICES.items()} | {
        "name": first_name(d), "other": full_name(d) if d.chance(0.5) else first_name(d), "town": town, "hobby": hobby,
        "Town": capitalized(town), "Hobby": capitalized(hobby), "color": color, "Color": capitalized(color),
        "when": future_date(d), "age": d.number(9, 90), "job": with_article(d.pick(JOBS)), "SELF": SELF, "SKILLS": SKILLS,
        "relation": d.pick("friend brother sister teacher boss neighbor cousin wife husband son daughter doctor".split()),
        "animal": d.pick("dog cat rabbit parrot hamster horse turtle".split()),
        "food": d.pick(FOODS), "language": d.pick(LANGUAGES), "season": d.pick("spring summer autumn winter".split()),
        "number": d.number(2, 999), "thing": d.fill(NOUNS), "animal2": d.pick("cats dogs horses birds fish rabbits owls elephants".split()),
        "subject": d.pick("mathematics history biology art music physics geography sports chemistry".split()), "day": d.pick(DAYS),
        "time": clock_time(d), "instrument": d.pick("piano guitar violin flute drums trumpet cello harp".split()), "n": d.number(2, 12),
        "room": d.pick("kitchen bedroom garden cellar garage office".split()), "body": d.pick("head back foot hand knee ear tooth".split()),
        "organization": organization(d), "past": past_date(d),
        "date": d.pick([f"{d.pick(MONTHS)} {d.number(1, 28)}", f"{d.number(1, 28)} {d.pick(MONTHS)}", f"a {d.pick(DAYS)}"]),
    }  # fmt: skip


def filled(d, row):
    """One wording of every column of a row, with the same names in all; of what the model is to say mostly the first."""
    values = slots(d)
    chosen = [column[0] if i % 2 and d.chance(0.7) else d.phrase(*column) for i, column in enumerate(row)]
    return [wording.format(**values) for wording in chosen]


def small_talk(d):
    return filled(d, d.pick(FIXED))


def several_questions(d, questions):
    """Two to four questions about what was told, in one message: more to learn from in one conversation."""
    asked = d.some(questions, min(len(questions), d.number(2, 4)))
    wording = d.phrase(
        "[Let me test you.|Now a test.|A little quiz:|Some questions:|What do you remember?|I have some questions.|Please answer all of these:]\n{q}",
        "{q}", "{q}\n[Answer all of them, please.|Do you know all this?|One answer per line, please.]",
    )  # fmt: skip
    return wording.format(q=numbered(asks for asks, _ in asked)), numbered(answer for _, answer in asked)


def conversation(d, asks_back=None):
    """Some earlier turns, then a question about one of them (`asks_back`) or several, or a small-talk line."""
    user, bot = speakers(d)
    # Cases (`asks_back`) are about statements alone: their slots tell what must come back.
    belonging, questions = exchange(d) if asks_back is None and d.chance(0.35) else ([], [])
    told = [filled(d, row) for row in d.some(REMEMBERED, d.pick([0, 0, 0, 1, 2] if belonging else [1, 1, 2, 2, 3, 4, 5]))]
    # Other assistants answer otherwise, and people say what is in no table.
    turns = [(says, d.pick(REPLIES) if d.chance(0.4) else reply) for says, reply, _, _ in told]
    questions += [(asks, answer) for _, _, asks, answer in told if asks not in dict(questions)]
    if d.chance(0.4):
        turns.insert(d.number(0, len(turns)), small_talk(d))
    if CORPORA.german and d.chance(0.3):
        turns.insert(d.number(0, len(turns)), (draw_from(d, CORPORA.german)[0], d.pick(REPLIES)))
    turns += belonging
    if asks_back is None and len(questions) > 1 and d.chance(0.3):
        asks, answer = several_questions(d, questions)
    elif d.chance(0.75) if asks_back is None else asks_back:
        asks, answer = d.pick(questions)
        if d.chance(0.15):
            asks = d.phrase(
                "[One question:|Wait,|Just to check:|Sorry,|Now tell me:|By the way,|I forgot:|Tell me,] {q}", "{q} [I told you.|Do you remember?|You know it.|I said it before.]",
                "[Can you tell me|Do you remember|Can you still say]: {q}",
            ).format(q=asks)  # fmt: skip
        if d.chance(0.2):
            asks = f"{d.pick(REACTIONS)} {asks}"
    else:
        asks, answer = small_talk(d)
    end = d.pick(["\n", "\n", "\n\n"])
    history = f"{bot} {d.pick(GREETINGS)}{end}" if d.split == "train" and d.chance(0.12) else ""  # or the bot begins
    history += "".join(f"{user} {says}{end}{bot} {reply}{end}" for says, reply in turns)
    introduction = "The following is a conversation with a friendly assistant.\n\n"
    head = d.pick(["", "", "", "", "", introduction, "" if "\n" in asks else d.phrase(
        "Continue the conversation.\n\n", "[Below|Here] is a [chat|conversation|talk][ with a helpful bot|]. [Please |]answer the last [message|line|question].\n\n",
        "[Read|Look at] the [chat|conversation] and [reply|answer|write the next line].\n\n", "[A|The] chat so far:\n", "You are a [friendly|helpful] [assistant|bot]. [Reply to the user.|Answer with what the user told you.]\n\n",
    )])  # fmt: skip
    if "\n" not in asks:
        asks = as_typed(d, asks, 0.12)
    prompt = f"{head}{history}{user} {asks}"
    return prompt if d.chance(0.05) else f"{prompt}{end}{bot}", answer


def make(d):
    x = d.rng.random()
    if x < 0.16:
        says, answer = small_talk(d)
    elif x < 0.3:
        says, answer = filled(d, d.pick(STATEMENTS))[:2]
    else:
        return conversation(d)
    if d.chance(0.25):
        user, bot = speakers(d)
        says = f"{user} {says}\n{bot}"
    elif d.chance(0.1):
        wording = d.phrase(
            "Reply to this message: {x}", "Answer the message: {x}", "Respond politely: {x}", "Chat: {x}",
            'Someone says: "{x}" What do you answer?',
        )  # fmt: skip
        says = wording.format(x=says)
    return says, answer
