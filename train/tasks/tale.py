"""Short stories of a hero, who gets into trouble, is helped and is glad."""

import hashlib
import re

from .common import capitalized, is_held_out, table, with_article
from .names import FEMALE_NAMES, JOBS, MALE_NAMES, NOUNS, first_name, made_up

PLOTS = {key: (event, detail, texts[:2], texts[2:]) for key, event, detail, *texts in table("plots.txt")}
HEROES = {hero: (pronoun, *(column.split("/") for column in columns)) for hero, pronoun, *columns in table("heroes.txt")}
TRAITS = {trait: plots.split("/") for trait, plots in table("traits.txt")}
WHEN = """One day,One morning,One evening,One cold night,One summer day,Then one day,On a rainy afternoon,Last winter,
In the middle of the night,Early in spring,After a long storm,On the first day of autumn""".replace("\n", "").split(",")
PARTS = {}
for part, *texts in table("stories.txt"):
    PARTS.setdefault(part, []).append(texts if len(texts) > 1 else texts[0])

# How a request for a story begins.
TELL = "[Write|Tell|Tell me|Make up|Invent|Please write|Please tell me|Write me|Can you write|I want to hear|I would like]"
TALE = "a [short |very short |little |funny |nice |children's |bedtime |]story"


def in_title_case(text):
    """As titles are written: "The Fox Who Lost a Shoe"."""
    small = {"a", "an", "the", "of", "to", "in", "on", "at", "and", "for", "with", "from", "by", "as", "or", "but", "nor"}
    words = [word if word in small else "-".join(map(capitalized, word.split("-"))) for word in text.split()]
    return " ".join([capitalized(words[0]), *words[1:]])


def hero(d):
    """What a story is about: usually a creature or a person, sometimes anything."""
    x = d.rng.random()
    return d.pick(list(HEROES)) if x < 0.74 else d.pick(JOBS) if x < 0.81 else d.fill(NOUNS) if x < 0.95 else made_up(d, False)


MEN, WOMEN = (set(names.train + names.held_out) for names in (MALE_NAMES, FEMALE_NAMES))
PRONOUNS = {"he": ("he", "him", "his"), "she": ("she", "her", "her")}
OPENINGS = {
    "named": """Once upon a time there was {a} named {n} {l}.|There once was {a} called {n} {l}.|This is the story of {n}, {a} {l}.|
Long ago, there was {a} {l}. The name of this {h} was {n}.|In a time long past, there was {a} {l}, and everyone called {him} {n}.|
Do you know {n}? {He} was {a} {l}.""",
    "nameless": """Once upon a time there was {a} {l}.|There once was {a} {l}.|This is the story of {a} {l}.|Long ago, there was {a} {l}.|
Many years ago, there was {a} {l}.|Have you heard of {a} {l}?""",
}
OPENINGS = {kind: [opening.strip() for opening in text.split("|")] for kind, text in OPENINGS.items()}


def first_choice(d, texts):
    """Mostly the first: a model that always writes what is likeliest then has something definite to write."""
    return texts[0] if d.chance(0.7) else d.pick(texts)


def favourite(d, of, texts):
    """Mostly the one of the texts that goes with `of`, so that not all stories are alike."""
    return texts[int(hashlib.md5(f"{of} {texts[0]}".encode()).hexdigest(), 16) % len(texts)] if d.chance(0.7) else d.pick(texts)


def pronouns(noun, name):
    """{slot: word}: those of the name if it tells, or else the ones that this hero always has."""
    usual = HEROES[noun][0] if noun in HEROES else "he" if is_held_out("he or she: " + noun, 2) else "she"
    he, she = name in MEN, name in WOMEN
    usual = "he" if he and not she else "she" if she and not he else usual
    he, him, his = PRONOUNS[usual]
    return dict(he=he, He=capitalized(he), him=him, his=his)


def story(d):
    """The plot suits what the prompt tells: the trouble of the hero, or else the trait, or else the hero itself."""
    noun, trait, home = hero(d), d.pick(list(TRAITS)) if d.chance(0.6) else "", d.pick(PARTS["home"])
    _, homes, plots, helpers = HEROES.get(noun, ("", [favourite(d, noun, PARTS["home"])], [favourite(d, noun, list(PLOTS))], None))
    # What the prompt tells must come back in the story.
    kind = d.pick(["plain", "plain", "home", "event", "trouble", "trouble", "habit", "habit", "pair", "name", "name", "named trouble"])
    continued = d.chance(0.14)
    named = kind in ("name", "named trouble") or continued
    trouble, troubled, plot = d.pick(PARTS["trouble"]) if "trouble" in kind else (*d.pick(PARTS["habit"]), None)
    if kind == "event":
        plot = d.pick(list(PLOTS))
    elif "trouble" not in kind:
        plot = first_choice(d, TRAITS[trait] if trait else plots)
    event, detail, solutions, endings = PLOTS[plot]
    helper = first_choice(d, helpers) if helpers else favourite(d, plot, PARTS["helper"])
    if kind == "pair":
        helper = with_article(d.pick([other for other in HEROES if other != noun]))
    name = (first_name(d) if d.chance(0.7) else made_up(d)) if named else f"the {noun}"
    who = pronouns(noun, name) | {"n": name}
    event, detail = (text.format(h=who["his"]) for text in (event, detail))
    a_hero = with_article(f"{trait} {noun}".strip())
    words = dict(**who, helper=helper, friend=helper.split(" ", 1)[1])
    lived = f"who {troubled}" if kind in ("trouble", "habit", "named trouble") else f"who lived {home if kind == 'home' else first_choice(d, homes)}"
    opening = favourite(d, noun, OPENINGS["named" if named else "nameless"]).format(a=a_hero, l=lived, h=noun, **who)
    sentences = [opening, f"{favourite(d, plot, WHEN)} {who['n']} {event}, and {detail}."]
    parts = d.pick([("meeting", "advice"), ("meeting", "advice"), ("meeting",)])
    sentences += [favourite(d, helper, PARTS[part]).format(**words) for part in parts]
    sentences += [favourite(d, noun, texts).format(**words) for texts in (solutions, endings)]
    sentences = [re.sub(r'^"?[a-z]', lambda match: match.group(0).upper(), sentence) for sentence in sentences]
    if continued:
        n = d.pick([1, 1, 2])
        wording = d.phrase(
            "[Continue|Finish|Go on with|Complete] [the|this] story: {x}", "[Continue|Finish|Complete] this story.\n\n{x}",
            "{x}\n\nWhat happens next?", "{x}\n\n[Continue|Finish] the story.", "How does this story [go on|end]? {x}",
            "{x}\n\n[Go on.|And then?|Tell me the rest.]",
        )  # fmt: skip
        return wording.format(x=" ".join(sentences[:n])), " ".join(sentences[n:]), None
    wordings = {
        "plain": (f"{TELL} {TALE} about {{a}}.", f"{TELL} {TALE} with {{a}} in it.", "[Story|Short story|A story] about {a}[:|]",
            f"{TELL} a [fairy tale|tale] about {{a}}.", f"{TELL} a [fairy tale|tale|legend] of {{a}}.", "{a}: a story", f"{TELL} {TALE} in which {{a}} plays a role.",
            "Once upon a time there was {a}. [Tell the story.|Go on.|Finish the story.|Finish it in a few sentences.|How does it go on?]", "Can you tell me a story about {a}?",
            "[Title|Topic|Subject|Theme|Hero|Main character]: {a}\n[Story|Text|Short story|Tale]:", f"[I need|We need|My daughter wants|My son wants|The kids want] {TALE} about {{a}}[.|, please.]",
            f"[Main character|Hero]: {{a}}\n[Write|Tell|Make up] {TALE}[.|, please.]",
            "[Title|Story title|Title of the story]: [The|The Story of the|The Tale of the] {H}\n[Story|Text|Write it|The story]:", f"{TELL} {TALE} [with the title|called|entitled] \"The {{H}}\"."),
        "home": (f"{TELL} {TALE} about {{a}} who lives {{w}}.", f"{TELL} {TALE} about {{a}} {{w}}.",
            "[Story|Short story] about {a} who lives {w}[:|]", f"{TELL} a tale of {{a}} who lived {{w}}."),
        "event": (f"{TELL} {TALE} about {{a}} who {{e}}.", f"{TELL} {TALE} in which {{a}} {{e}}.", "[Story|Short story]: {a} {e}[.|]",
            f"{TELL} {TALE}: {{a}} {{e}}."),
        "trouble": (f"{TELL} {TALE} about {{a}} who {{t}}.", "[Story|Short story] about {a} who {t}[:|]", f"{TELL} a tale of {{a}} who {{t}}.",
            f"{TELL} {TALE} about {{a}} that {{t}}.", "Tell me about {a} who {t}. [Make it a story.|It should be a story.]",
            f"[I need|We need|My daughter wants|My son wants] {TALE} about {{a}} who {{t}}[.|, please.]", "[Title|Topic|Story idea|Idea]: {a} who {t}\n[Story|Short story|Text]:",
            "[Title|Story title|Title of the story]: The {H} Who {T}\n[Story|Text|Write it|The story]:", f"{TELL} {TALE} [with the title|called|entitled] \"The {{H}} Who {{T}}\".",
            "The {H} Who {T}[: a story|. Write the story.|\n\nStory:]", f"[Come up with|Think up] {TALE} about {{a}} who {{t}}.", f"Could you [please write|tell me] {TALE} about {{a}} who {{t}}?"),
        "pair": (f"{TELL} {TALE} about {{a}} and {{b}}.", "[Story|Short story|A story] about {a} and {b}[:|]", f"{TELL} {TALE} with {{a}} and {{b}} in it.",
            f"{TELL} a [fairy tale|tale|fable] of {{a}} and {{b}}.", f"{TELL} {TALE} about two friends, {{a}} and {{b}}.", f"{TELL} {TALE} in which {{a}} meets {{b}}.",
            "{a} and {b}: a story", "Can you tell me a story about {a} and {b}?"),
        "name": (f"{TELL} {TALE} about {{n}}, {{a}}.", f"{TELL} a [fairy tale|tale] of {{a}} [called|named] {{n}}.", f"{TELL} {TALE} about {{a}} [called|named] {{n}}.", f"{TELL} {TALE} about {{n}} the {{h}}.",
            "[Story|Short story]: {n}, {a}"),
        "named trouble": (f"{TELL} {TALE} about {{a}} [called|named] {{n}} who {{t}}.", f"{TELL} {TALE} about {{n}}, {{a}} who {{t}}.",
            "[Story|Short story] about {n}, {a} who {t}[:|]", f"{TELL} a tale of {{a}} [called|named] {{n}} who {{t}}."),
    }  # fmt: skip
    wordings["habit"] = wordings["trouble"]
    wording = d.phrase(*wordings[kind])
    titles = dict(H=in_title_case(f"{trait} {noun}".strip()), T=in_title_case(troubled))
    prompt = capitalized(wording.format(a=a_hero, b=helper, h=noun, e=event, n=who["n"], w=home, t=troubled if d.chance(0.3) else trouble, **titles))
    return prompt, " ".join(sentences), who["n"] if named else noun
