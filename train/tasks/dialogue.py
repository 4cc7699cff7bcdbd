"""Short dialogues and their summaries."""

from .common import (
    BUILDINGS, DAYS, JOBS, NOUNS, capitalized, clock_time, first_name, frame, future_date, past_date, place, two_names, with_article,
)  # fmt: skip
from .question import _table as table

ACTIVITIES = table("activities.txt")
LANGUAGES = "German French Spanish Italian Japanese Chinese Russian Polish Dutch".split()


def activity(d):
    """(base form, past form) of something people do."""
    base, past = d.pick(ACTIVITIES)
    slots = dict(n=d.fill(NOUNS), p=first_name(d), c=place(d), t=d.pick(BUILDINGS), l=d.pick(LANGUAGES), h=d.pick("six seven eight nine ten".split()))
    return base.format(**slots), past.format(**slots)


# A script: turns of A and B in alternation (alternatives separated by "/"), and the
# summary. {do} {did} an activity, {do2} another, {when} {when2} future, {past} past,
# {thing}, {price} {less}, {n} a number, {place}, {building}, {job}, {name} a third
# person, {time}, {day} {day2}; words in CHOICES are drawn once per dialogue.
CHOICES = {
    "where": "in the kitchen,under the bed,on the table,in the car,in the garden,behind the sofa,at the office,on the shelf,in the drawer,next to the door,in the bathroom".split(","),
    "event": "birthday party,wedding,barbecue,dinner,picnic,graduation party,concert,party,housewarming".split(","),
    "bring": "a cake,some drinks,a salad,a present,flowers,some music,some chairs,some bread,dessert,a guitar".split(","),
    "meeting": "meeting,appointment,lesson,interview,call,lunch,rehearsal,training,piano lesson".split(","),
    "food": "coffee,pizza,burger,salad,sandwich,tea,soup,cake,orange juice,ice cream,steak,pancake".split(","),
    "machine": "computer,phone,car,bike,printer,washing machine,laptop,TV,camera,heater,fridge,tablet".split(","),
    "fault": "does not turn on,is very slow,makes a strange noise,is broken,stopped working,is getting too hot".split(","),
    "fix": "restart it,take it to a repair shop,buy a new one,call the support,check the cable,clean it,update the software".split(","),
    "illness": "headache,sore throat,fever,cough,stomach ache,sore back,toothache,cold".split(","),
    "cure": "drink a lot of water,stay in bed,take this medicine,rest for a few days,do some exercise,avoid cold drinks,eat more vegetables".split(","),
    "way": "turn left at the bank,go straight ahead,turn right at the traffic light,take the second street on the left,cross the bridge,walk past the church,take the bus,follow the river".split(","),
    "subject": "math,history,biology,physics,English,French,chemistry,geography,music,art".split(","),
    "outing": "movies,museum,football match,new restaurant,beach,zoo,theater,swimming pool,library,park,market,concert".split(","),
    "animal": "dog,cat,rabbit,bird,hamster,puppy,kitten,horse".split(","),
    "room": "single,double,quiet,cheap".split(","),
    "feeling": "great,boring,too long,exciting,wonderful,terrible,funny,very good".split(","),
    "show": "movie,book,concert,play,exhibition,game,lecture,holiday".split(","),
    "reason": "has to work,is sick,is too busy,has no time,has a meeting,is on vacation,has another appointment,is not feeling well,has an exam".split(","),
}  # fmt: skip
FIRST_PERSON = {
    "has to work": "I have to work", "is sick": "I am sick", "is too busy": "I am too busy", "has no time": "I have no time",
    "has a meeting": "I have a meeting", "is on vacation": "I am on vacation", "has another appointment": "I have another appointment",
    "is not feeling well": "I am not feeling well", "has an exam": "I have an exam",
}  # fmt: skip
YES = "Sure, no problem./Of course./Okay, I will do that./Yes, I can do that./No problem./All right./Yes, gladly."
THANKS = "Thank you!/Thanks a lot./Great, thanks!/Perfect. Thank you./That is very kind."
SCRIPTS = [
    (["Can you {do} {when}?/Could you please {do} {when}?/Would you {do} {when}?/I need your help. Can you {do} {when}?", YES, THANKS], "{A} asks {B} to {do} {when}. {B} agrees."),
    (["Can you {do} {when}?/Could you {do} {when}?/Please {do} {when}.", "Sorry, {I}./I am sorry, but {I}./I would like to, but {I}.", "Okay, I will ask someone else./No problem./That is a pity./I understand."], "{A} asks {B} to {do} {when}, but {B} {reason}."),
    (["What did you do {past}?/How did you spend your time {past}?", "I {did}./I {did} {past}.", "That sounds good./Really? Great!/Interesting!/Nice."], "{B} tells {A} that {B} {did} {past}."),
    (["I {did} {past}./Guess what, I {did} {past}!/You know what? I {did} {past}.", "Really? That is great!/Oh, how was it?/Wow!/Good for you!", "It was fun./It was not easy./I am very happy./It took a long time."], "{A} tells {B} that {A} {did} {past}."),
    (["What are you going to do {when}?/Do you have plans {when}?/Any plans {when}?", "I will {do}./I want to {do}./I am going to {do}./I have to {do}.", "Have fun!/Sounds good./Good luck!/Okay, see you later."], "{B} is going to {do} {when}."),
    (["Shall we {do} {when}?/How about we {do} {when}?/Do you want to {do} with me {when}?", "Good idea!/I would love to./Yes, why not?/Sounds great./With pleasure.", "Great, see you then./I will call you./Perfect."], "{A} and {B} will {do} {when}."),
    (["Are we still going to {do} {when}?/Do we still {do} {when}?", "Sorry, I have to work late./I am afraid I cannot./Sorry, something came up.", "How about {when2}?/Can we do it {when2}?/Then let us do it {when2}.", "Yes, that is perfect./That works./Good, see you then."], "{A} and {B} will {do} {when2} instead of {when}."),
    (["I must {do} {when}./I have to {do} {when}./I need to {do} {when}.", "Do you need help?/Why?/Already?", "No, thanks./It is very important./I promised it.", "Okay, good luck./Do not worry./You can do it."], "{A} has to {do} {when}."),
    (["I do not know what to do {when}./I am bored. What should I do?/I have a free day. Any ideas?", "You could {do}./Why do you not {do}?/Maybe you should {do}.", "Good idea./Great idea, thanks!/Yes, I will do that."], "{B} suggests that {A} could {do}. {A} agrees."),
    (["I am bored. What should I do?/Do you have an idea for {when}?", "You could {do}./Why do you not {do}?", "I did that already./I do not want to do that.", "Then you could {do2}./Or you could {do2}.", "Yes, I will do that./That sounds better."], "{B} suggests that {A} could {do2}. {A} agrees."),
    (["Did you {do}?/Have you thought about it? Did you {do}?", "Not yet. I will do it {when}./No, I will do it {when}.", "Okay, thank you./All right./Do not forget it."], "{B} will {do} {when}."),
    (["Do you want to go to the {outing} {when}?/Would you like to come to the {outing} with me {when}?/I am going to the {outing} {when}. Do you want to join me?", "Sure, what time?/I would love to. When shall we meet?/That sounds great! What time?", "How about {time}?/Let us meet at {time}./At {time}, if that is okay.", "Perfect./Okay, I will be there./That works for me."], "{A} and {B} will go to the {outing} {when}. They will meet at {time}."),
    (["Do you want to go to the {outing} {when}?/Come with me to the {outing} {when}!", "Sorry, {I}./I would like to, but {I}.", "What a pity. Maybe next time./No problem, another time then."], "{A} invites {B} to the {outing} {when}, but {B} {reason}."),
    (["Have you seen my {thing}?/I cannot find my {thing}./Do you know where my {thing} is?/Where is my {thing}?", "I think it is {where}./Did you look {where}?/I saw it {where}./It is {where}.", "Oh yes, here it is./You are right, I found it!/Thank you, there it is."], "{A} cannot find the {thing}. {B} helps {A} find it {where}."),
    (["Good evening. What can I get you?/Hello, what would you like?/Are you ready to order?", "I would like {a_food}, please./Can I have {a_food}?/One {food}, please.", "Anything else?/Would you like something else?", "No, thank you. How much is it?/That is all. What does it cost?", "That is {price} dollars./{price} dollars, please."], "{B} orders {a_food} from {A}. It costs {price} dollars."),
    (["My {machine} {fault}./I have a problem. My {machine} {fault}./Something is wrong. My {machine} {fault}.", "Maybe you should {fix}./Did you try to {fix}?/You should {fix}.", "Good idea, I will try that./Thanks, I will do that./Okay, I will."], "{A}'s {machine} {fault}. {B} suggests that {A} should {fix}."),
    (["I am going to {place} {when}./Guess what, I am flying to {place} {when}!/I have booked a trip to {place}. I leave {when}.", "How long will you stay?/Great! For how long?", "For {n} days./{n} days.", "Have a nice trip!/Enjoy your trip!/Send me a postcard!"], "{A} is going to {place} {when} for {n} days. {B} wishes {A} a nice trip."),
    (["I have good news. I got a new job!/I found a new job!", "Congratulations! What is it?/That is great! What will you do?", "I will work as {a_job} in {place}./I will be {a_job} in {place}.", "When do you start?/When will you begin?", "I start {when}./{When}."], "{A} tells {B} about a new job as {a_job} in {place}. {A} starts {when}."),
    (["What is the problem?/How can I help you?/What brings you here?", "Doctor, I have a {illness}./I have a bad {illness}.", "How long have you had it?/Since when?", "For {n} days.", "You should {cure}./I think you should {cure}."], "{B} has had a {illness} for {n} days. {A} tells {B} to {cure}."),
    (["Excuse me, how do I get to the {building}?/Excuse me, where is the {building}?/Can you tell me the way to the {building}?", "You have to {way}./{Way}.", "Is it far?/How long does it take?", "About {n} minutes./{n} minutes on foot."], "{A} asks {B} for the way to the {building}. {B} tells {A} to {way}. It takes about {n} minutes."),
    (["How much is this {thing}?/What does the {thing} cost?", "It costs {price} dollars./{price} dollars.", "That is too expensive./That is a lot. Can you make it cheaper?", "I can give it to you for {less} dollars./How about {less} dollars?", "Okay, I will take it./Deal!/Good, I will buy it."], "{A} buys {a_thing} from {B} for {less} dollars instead of {price} dollars."),
    (["Can you help me with my {subject} homework?/I do not understand the {subject} lesson. Can you help me?", "Of course. When?/Sure, when do you have time?", "On {day} at {time}?/How about {day} at {time}?", "Okay, come to my house./Fine, let us meet at the library./Good, I will be there."], "{B} will help {A} with {subject} on {day} at {time}."),
    (["Are you coming to my {event} on {day}?/I am having a {event} on {day}. Will you come?", "Yes, of course. Should I bring something?/Sure! What can I bring?", "You could bring {bring}./Maybe {bring}.", "No problem./Okay, I will./I will do that."], "{B} will come to {A}'s {event} on {day} and bring {bring}."),
    (["I would like to book a room, please./Do you have a free room?", "For how many nights?/How long will you stay?", "For {n} nights. A {room} room, please.", "That will be {price} dollars per night.", "Okay, I will take it./That is fine."], "{A} books a {room} room for {n} nights. It costs {price} dollars per night."),
    (["I got a new {animal}!/Look, this is my new {animal}!", "How cute! What is its name?/Really? What is it called?", "Its name is {name}./It is called {name}.", "Can I see it?/I want to meet it.", "Sure, come over on {day}./Yes, visit me on {day}."], "{A} has a new {animal} called {name}. {B} will visit on {day}."),
    (["I cannot come to the {meeting} on {day}./I have to cancel our {meeting} on {day}.", "Why not?/What happened?/Oh, why?", "{CapI}.", "Can we move it to {day2}?/How about {day2} instead?", "Yes, {day2} is fine./That works for me."], "{A} cannot come to the {meeting} on {day} because {A} {reason}. They move it to {day2}."),
    (["How was the {show}?/Did you like the {show}?/What do you think about the {show}?", "It was {feeling}./I think it was {feeling}.", "I see./Oh, really?/Good to know."], "{B} tells {A} that the {show} was {feeling}."),
    (["When does the {meeting} start?/What time is the {meeting}?", "At {time}./It starts at {time}.", "And where is it?/Where do we meet?", "In the {building}./We meet in the {building}."], "{A} asks {B} about the {meeting}. It starts at {time} in the {building}."),
    (["Did you hear about {name}?/Do you have news from {name}?", "No, what happened?/No. Tell me!", "{name} {did} {past}.", "Wow, I did not know that./Really? I am surprised."], "{A} tells {B} that {name} {did} {past}."),
    (["Who will {do}?/Who is going to {do} {when}?", "{name} will do it./I think {name} can do it.", "Okay, good./Fine."], "{name} will {do}."),
    (["Do you have a {thing}? I need one./Can I borrow your {thing}?", "Yes, but I need it back {when}./Sure, but please return it {when}.", "No problem, thanks!/Of course, I promise."], "{A} borrows {B}'s {thing} and will return it {when}."),
    (["Where are you?/Are you on your way?", "I am still at the {building}. I will be there in {n} minutes./I am stuck at the {building}. I need {n} more minutes.", "Okay, I will wait./Hurry up, please."], "{B} is still at the {building} and will arrive in {n} minutes."),
    (["I lost my {thing} {past}./Somebody stole my {thing} {past}.", "Oh no! What will you do?/That is terrible. And now?", "I will buy a new one {when}./I will get a new one {when}."], "{A} lost the {thing} {past} and will buy a new one {when}."),
]  # fmt: skip
GREETINGS = [[], [], [], [], ["Hi!", "Hello!"], ["Hello, how are you?", "I am fine, thanks."], ["Good morning.", "Good morning!"], ["Hey, what's up?", "Not much."]]
GOODBYES = [[], [], [], ["Bye!", "Bye!"], ["See you.", "See you!"], ["Have a nice day!", "You too."]]


def dialogue(d):
    """(text of the dialogue, summary)"""
    a, b = ("#Person1#", "#Person2#") if d.chance(0.25) else two_names(d)
    (do, did), (do2, _) = activity(d), activity(d)
    chosen = {name: d.pick(values) for name, values in CHOICES.items()}
    day, day2 = d.some(DAYS, 2)
    when, when2 = future_date(d), future_date(d)
    while when2 == when:
        when2 = future_date(d)
    price, thing, job, because = d.number(5, 900), d.fill(NOUNS), d.pick(JOBS), FIRST_PERSON[chosen["reason"]]
    slots = dict(
        chosen, A=a, B=b, do=do, did=did, do2=do2, when=when, When=capitalized(when), when2=when2, past=past_date(d), thing=thing,
        a_thing=with_article(thing), a_food=with_article(chosen["food"]), a_job=with_article(job), price=price, less=max(1, price - d.number(1, price // 2)),
        n=d.number(2, 30), place=place(d), building=d.pick(BUILDINGS), name=first_name(d), time=clock_time(d), day=day, day2=day2,
        I=because, CapI=capitalized(because), Way=capitalized(chosen["way"]),
    )  # fmt: skip
    script, summary = d.pick(SCRIPTS)
    turns = list(d.pick(GREETINGS)) + [d.phrase(*turn.split("/")).format(**slots) for turn in script]
    if len(turns) % 2 == 0:
        turns += d.pick(GOODBYES)
    if turns[0] and d.chance(0.25) and not a.startswith("#"):
        turns[0] = d.pick([f"Hi {b}! ", f"Hey {b}, listen. ", f"{b}! ", f"Hello {b}. "]) + turns[0]
    separator = d.pick(["\n", "\n", "\n", "\n", " ", "\n\n"])
    text = separator.join(f"{(a, b)[i % 2]}: {turn}" for i, turn in enumerate(turns))
    return text, capitalized(summary.format(**slots))


def make(d):
    text, summary = dialogue(d)
    if d.chance(0.06):
        other, its_summary = dialogue(d)
        wording = d.pick(["Dialogue:\n\n{a}\n\nWhat was going on?\n{b}\n\nDialogue:\n\n{c}\n\nWhat was going on?", "{a}\nSummary: {b}\n\n{c}\nSummary:"])
        return wording.format(a=other, b=its_summary, c=text), summary
    if d.chance(0.25):
        wording = d.phrase(
            "Dialogue:\n\n{x}\n\nWhat was going on in the above dialogue?", "{x}\n\nTL;DR:", "summarize: {x}", "Here is a dialogue:\n{x}\n\nWrite a short summary!",
            "Dialogue:\n{x}\nSummary:", "Summarize the following conversation.\n\n{x}\n\nSummary:", "{x}\n\nSummary:", "{x}\nSummary:", "Conversation:\n{x}\n\nSummary:", "Chat:\n{x}\n\nSum it up.",
        )  # fmt: skip
        return wording.format(x=text), summary
    instruction = d.phrase(
        "Summarize the following conversation.", "Summarize this dialogue.", "Summarize the dialogue.", "Write a short summary of this conversation.", "Summarize.",
        "Briefly summarize that dialogue.", "What happened in this conversation?", "Give a summary of the chat.", "What is this conversation about?",
        "Summarize the conversation in one sentence.", "Sum up the dialogue.", "What are they talking about?", "What did they talk about?", "Write a summary.",
        "What was going on in the dialogue?", "Please summarize the following chat.", "Provide a short summary of the dialogue.", "Summarize what was said.",
    )  # fmt: skip
    return frame(d, instruction, text, d.pick(["Dialogue", "Conversation", "Chat", "Text"]), "Summary"), summary
