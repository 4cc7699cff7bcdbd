"""What somebody says, told by another: "I have lost my key." by Ann is "Ann has lost Ann's key."

Real sentences, turned by rule; what the rules do not cover is left out. A summary has to do this with every turn.
"""

import re

from .corpora import CORPORA, draw_from

UNCHANGED = set(
    """will would can could must should might may shall cannot had did knew thought saw went came took got gave made said told found lost left felt
heard kept met bought brought ate drank slept ran wrote read spent paid sold sent taught caught fell broke chose drove flew forgot grew hid hurt led lent let lay put quit rode
rang rose sang sat shot stood stole swam threw understood woke won wore was used began became built cut dreamed dropped stopped never always just really already also still often
usually almost hardly finally""".split()
)
ADVERBS = {"never", "always", "just", "really", "already", "also", "still", "often", "usually", "almost", "hardly", "finally"}
PRESENT = set(
    """want need like love hate know think believe hope wish feel live work play go come see hear have eat drink sleep run read write speak study learn teach understand
remember forget get give take make say tell ask find lose leave keep meet buy bring wait look try help use walk drive stay prefer enjoy agree doubt fear trust owe own belong
wonder suppose guess mean miss plan promise swear wake watch wear sing swim cook clean call collect cost cry dance dream envy expect fish grow hurt insist intend laugh listen
mind paint pay plan practice respect ride sell send sit smoke spend stand start stop take teach travel visit vote wash weigh""".split()
)
WHOLE = {
    "I'm": "I am", "I've": "I have", "I'll": "I will", "I'd better": "I had better", "I'd": "I would", "don't": "do not", "can't": "cannot", "won't": "will not",
    "didn't": "did not", "haven't": "have not", "wasn't": "was not", "couldn't": "could not", "wouldn't": "would not", "shouldn't": "should not", "isn't": "is not", "doesn't": "does not",
    "hadn't": "had not", "aren't": "are not", "weren't": "were not", "hasn't": "has not",
}  # fmt: skip
NOT_COVERED = re.compile(r"\b(myself|mine|yourself|yours|we|us|our|ours|we're|let|here|this|these|you're|you've|you'll|you'd|ourselves)\b|[\"():;]", re.I)
ASKED = re.compile(r"(?:Please|Could you please|Can you please|Would you please|Could you|Can you|Will you|Would you) ([a-z][^,]*?)(?:, please)?[.?!]")
FILLERS = """Okay.|Ok.|I see.|Really?|Oh.|All right.|Hm.|Interesting.|Oh no!|Good to know.|Is that so?|Thanks.|Sure.|Aha.|Sounds good.|Why not?|Fine.|That is news to me.|
No problem.|Yes.|Great!|Oh dear.|I understand.|Well.|Tell me more.|And?|Never mind.|No way!|Alright.|Good.|Nice.|Wow!""".replace("\n", "").split("|")


def third_person(verb):
    if verb == "have":
        return "has"
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeou" else verb + "s"


def told(sentence, a, b):
    """The sentence that a says to b, as another tells it; None where the rules do not cover it."""
    if asked := ASKED.fullmatch(sentence):
        done = asked[1]
        if NOT_COVERED.search(done) or re.search(r"\b(I|you)\b", done) or done.split()[0] in ("do", "don't", "be", "not"):
            return None
        return re.sub(r"\bmy\b", f"{a}'s", re.sub(r"\bme\b", a, f"{a} asks {b} to {done}.")).replace("your", f"{b}'s")
    if NOT_COVERED.search(sentence) or not re.match(r"I\b", sentence) or sentence[-1] != ".":
        return None
    for short, long in WHOLE.items():
        sentence = re.sub(rf"\b{short}\b", long, sentence)
    words, out, i = sentence[:-1].split(" "), [], 0
    while i < len(words):
        word = words[i]
        if word == "I":
            following = words[i + 1] if i + 1 < len(words) else ""
            out.append(a)
            j = i + 1
            if following in ADVERBS and i + 2 < len(words):
                out.append(following)
                j, following = i + 2, words[i + 2]
            if following == "am":
                out.append("is")
            elif following == "do":
                if words[j + 1 : j + 2] != ["not"]:
                    return None
                out.append("does")
            elif following in UNCHANGED or re.fullmatch(r"[a-z]+[a-df-z]ed|agreed|freed", following):  # but "need" and "feed"
                out.append(following)
            elif following in PRESENT:
                out.append(third_person(following))
            else:
                return None
            i = j + 1
            continue
        bare = word.rstrip(",")
        if bare.lower() == "you":
            following = words[i + 1] if i + 1 < len(words) else ""
            if following not in ("", "to", "in", "at", "on", "for", "with", "about", "the", "a", "tomorrow", "again", "later", "so", "very", "yesterday", "more", "something"):
                return None
            word = b + word[3:]
        elif bare.lower() == "your":
            word = f"{b}'s"
        elif bare == "my":
            word = f"{a}'s"
        elif bare == "me":
            word = a + word[2:]
        elif bare.startswith("I'"):
            return None
        out.append(word)
        i += 1
    return " ".join(out) + "."


def said_and_told(d, a, b):
    """(a real sentence that a says to b, the same told by another); ("", "") where no real texts are."""
    pairs = CORPORA.german or CORPORA.french
    while pairs:
        sentence, _ = draw_from(d, pairs)
        if 12 < len(sentence) < 70 and (report := told(sentence, a, b)):
            return sentence, report
    return "", ""


def conversation(d, people, n):
    """([(speaker, what is said)], what is told) of n things worth telling between words that are not."""
    turns, reports = [], []
    for i in range(n):
        speaker = people[i % 2] if d.chance(0.6) else d.pick(people)
        if turns and turns[-1][0] == speaker and d.chance(0.7):
            turns.append((d.pick([name for name in people if name != speaker]), d.pick(FILLERS)))
        addressed = turns[-1][0] if turns and turns[-1][0] != speaker else next(name for name in people if name != speaker)
        sentence, report = said_and_told(d, speaker, addressed)
        if turns and turns[-1][0] == speaker:
            turns[-1] = (speaker, f"{turns[-1][1]} {sentence}")
        else:
            turns.append((speaker, f"{d.pick(FILLERS)} {sentence}" if turns and d.chance(0.25) else sentence))
        reports.append(report)
    if d.chance(0.4):
        turns.append((d.pick([name for name in people if name != turns[-1][0]]), d.pick(FILLERS)))
    return turns, " ".join(reports)
