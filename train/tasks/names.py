"""Names of people, places and organizations; things, jobs and times."""

import importlib
import random

from .common import Fillings

LOCALES = "en_US en_GB fr_FR de_DE es_ES it_IT en_IN sv_SE nl_NL pt_BR pl_PL tr_TR".split()
LETTERS = set("abcdefghijklmnopqrstuvwxyzäöüßàâçéèêëîïôùûñ'-")


def _usable(name):
    return 2 < len(name) < 14 and name[0].isupper() and set(name.lower()) <= LETTERS


def _person(locale):
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


def _names(attribute):
    return [str(n) for locale in LOCALES for n in getattr(_person(locale), attribute, ()) if _usable(str(n))]


FIRST_NAMES = Fillings(_names("first_names"))
LAST_NAMES = Fillings(_names("last_names"))
MALE_NAMES = Fillings([n for n in _person("en_US").first_names_male if _usable(n)])
FEMALE_NAMES = Fillings([n for n in _person("en_US").first_names_female if _usable(n)])
# The long tail of the lists above would hide the names that people really type.
FREQUENT_FIRST_NAMES = Fillings(
    """Anna Maria Peter Paul Tom Mary John Emma Mia Lena Lukas Leon Max Felix Jonas Laura Julia Sarah Lisa Sophie Marie
Claire Pierre Jean Louis Camille Amanda Jerry Alice Bob Carol David Eva Frank Grace Helen Ivan Jack Kate Leo Nina
Oscar Olga Rita Sam Tina Victor Wendy Angelina Angela Barack Albert Isaac Ada Alan Charles George James Robert
Michael William Elizabeth Jennifer Linda Susan Jessica Karen Nancy Daniel Matthew Anthony Mark Steven Andrew Kevin
Brian Thomas Hans Klaus Ahmed Fatima Mohammed Ali Yuki Kenji Wei Priya Raj Carlos Sofia Diego Lucia Marco Giulia
Ingrid Sven Lars Erik Ben Amy Lucy Oliver Harry Noah Liam Ella Chloe Hannah Ruth Martin Stefan Simon Monika Sabine
Petra Ursula Jürgen Günther Björn René Zoe Hugo Jules Louise Léa Manon Inès Mehmet Ayse Olivia Henry Rose Nora Clara
Paula Emil Anton Greta Frieda""".split()
)
FREQUENT_LAST_NAMES = Fillings(
    """Smith Johnson Williams Brown Jones Miller Davis Wilson Moore Taylor Anderson Thomas Jackson White Harris Martin
Clark Lewis Walker Hall Young King Wright Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips
Campbell Parker Evans Edwards Collins Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson Reed Bailey Bell
Kelly Howard Ward Cox Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter
Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Krause Lehmann Dubois Durand
Moreau Laurent Lefebvre Leroy Garcia Martinez Lopez Gonzalez Rossi Russo Ferrari Bianchi Silva Santos Kowalski Nowak
Ivanov Petrov Kim Lee Chen Wang Tanaka Suzuki Singh Patel Khan Hansen Larsen Olsen Johansson Merkel Einstein Newton
Curie Turing Lovelace""".split()
)


def _cities():
    towns = []
    for locale in ("de_DE", "en_IN", "pl_PL", "nl_NL", "sv_SE", "it_IT"):
        provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
        names = sorted(city for city in provider.cities if _usable(city))
        random.Random(1).shuffle(names)
        towns += names[:300]
    return towns


BIG_CITIES = """London Paris Berlin Madrid Rome Vienna Prague Dublin Lisbon Oslo Athens Cairo Tokyo Beijing Delhi Mumbai Sydney
Toronto Chicago Boston Seattle Houston Dallas Denver Miami Atlanta Moscow Kyiv Warsaw Geneva Zurich Munich Hamburg
Lyon Milan Naples Turin Venice Barcelona Valencia Seville Brussels Amsterdam Rotterdam Copenhagen Stockholm Helsinki
Istanbul Ankara Jerusalem Beirut Dubai Nairobi Lagos Accra Dakar Lima Bogota Santiago Quito Havana Montreal
Vancouver Ottawa Melbourne Perth Auckland Wellington Singapore Bangkok Hanoi Manila Jakarta Seoul Osaka Kyoto
Shanghai Karachi Lahore Kabul Tehran Baghdad Doha Riyadh Tunis Algiers Casablanca Johannesburg Pretoria Harare
Kampala Manchester Liverpool Leeds Bristol Glasgow Edinburgh Cardiff Belfast Oxford Cambridge York Cologne Frankfurt
Dresden Leipzig Marseille Bordeaux Nice Strasbourg Washington Detroit Phoenix Portland Memphis Nashville""".split()
FREQUENT_CITIES = Fillings(BIG_CITIES)
CITIES = Fillings(_cities())
LONG_PLACES = Fillings(
    "New York,Los Angeles,San Francisco,Las Vegas,Hong Kong,New Delhi,Mexico City,Buenos Aires,Cape Town,Tel Aviv,"
    "San Diego,New Orleans,Salt Lake City,Kuala Lumpur,Rio de Janeiro,Addis Ababa,St. Louis,Sao Paulo,South Korea,"
    "New Zealand,Saudi Arabia,Sri Lanka,Costa Rica,South Africa,North Carolina,New Jersey,West Virginia,Lake Geneva,"
    "the Netherlands,the United States,the United Kingdom,the Philippines,the Alps,the Black Forest,the Baltic Sea".split(
        ","
    )
)
COUNTRIES = Fillings(
    """France Germany Italy Spain Portugal Norway Sweden Denmark Finland Poland Austria Switzerland Belgium Greece Turkey
Egypt Morocco Kenya Ghana Nigeria Ethiopia Japan China India Pakistan Nepal Vietnam Thailand Indonesia Malaysia
Australia Canada Mexico Brazil Argentina Chile Peru Colombia Cuba Iceland Ireland Scotland Wales England Ukraine
Russia Romania Hungary Croatia Serbia Israel Jordan Iraq Iran Senegal Uganda Tanzania Zambia Angola Jamaica Panama
Ecuador Bolivia Uruguay Paraguay Mongolia Laos Cambodia Estonia Latvia Lithuania California Texas Florida Bavaria
Tuscany Provence Scotland Catalonia Europe Africa Asia""".split()
)

ONSETS = "b c d f g h k l m n p r s t v w z br dr gr kr tr st sk pl gl th sh qu x j y".split()
VOWELS = "a e i o u a e o ia ea ou y ae".split()
CODAS = [
    "n",
    "r",
    "l",
    "s",
    "x",
    "th",
    "m",
    "ck",
    "nd",
    "",
    "",
    "",
    "",
    "t",
    "k",
    "sh",
    "lla",
    "ron",
    "dus",
    "via",
    "ton",
    "ria",
    "mir",
    "gar",
]


# Pieces of the vocabulary that are letters only, set by `load_pieces`.
PIECES = []


def load_pieces(tokenizer):
    """Lets `made_up` draw from the whole vocabulary, so that every piece is copied now and then."""
    pieces = sorted(piece.removeprefix("▁") for piece in tokenizer.get_vocab() if piece.removeprefix("▁").isalpha())
    PIECES[:] = [piece for piece in pieces if len(piece) > 2]


def made_up(d, capital=True, syllables=None):
    """A word that exists nowhere, or means nothing where it stands, so that nothing about it can be remembered."""
    if PIECES and d.split == "train" and not syllables and d.chance(0.4):
        word = d.pick(PIECES) + (d.pick(PIECES).lower() if d.chance(0.4) else "")
        return word[0].upper() + word[1:] if capital else word
    word = "".join(d.pick(ONSETS) + d.pick(VOWELS) for _ in range(syllables or d.pick([1, 2, 2, 3]))) + d.pick(CODAS)
    if len(word) < 4:
        word += d.pick(["lo", "ra", "nik", "vex", "dom"])
    return word.capitalize() if capital else word


def blended(d, names):
    """The beginning of one name and the end of another: looks like a name, and has to be read piece by piece."""
    start, end = d.fill(names), d.fill(names)
    return start[: d.number(2, len(start) - 1)] + end[-d.number(2, len(end) - 1) :].lower()


def drawn_name(d, names, frequent):
    """A name of the lists, or one that nobody has: those can only be copied."""
    if d.chance(0.05):
        return made_up(d)
    if d.split == "train" and d.chance(0.12):
        return blended(d, names)
    return d.fill(frequent if d.chance(0.4) else names)


def first_name(d):
    return drawn_name(d, FIRST_NAMES, FREQUENT_FIRST_NAMES)


def last_name(d):
    return drawn_name(d, LAST_NAMES, FREQUENT_LAST_NAMES)


def two_names(d):
    a, b = first_name(d), first_name(d)
    while a == b:
        b = first_name(d)
    return a, b


def full_name(d):
    x = d.rng.random()
    if x < 0.74:
        return first_name(d) + " " + last_name(d)
    if x < 0.84:
        return d.pick(["Dr. ", "Mr. ", "Mrs. ", "Ms. ", "Professor "]) + last_name(d)
    if x < 0.92:
        return made_up(d) + " " + made_up(d)
    return first_name(d) + " " + d.pick("ABCDEFGHJKLMNPRST") + ". " + last_name(d)


def city(d):
    if d.split == "train" and d.chance(0.1):
        return blended(d, CITIES)
    return d.fill(FREQUENT_CITIES if d.chance(0.45) else CITIES)


# Places of several words: cities {c} and made-up names {m} {m2}.
COMPOUND_PLACES = """San {m},Santa {m},Los {m},Las {m},El {m},La {m},{m} de {m2},{m} do {m2},{c} de {m},{m} del {m2},{c} am {m},{m} an der {m2},
{m} upon {m2},{m}-sur-{m2},{c}-{m},Saint-{m},St. {m},Port {c},Port {m},Fort {m},New {c},New {m},Old {c},North {m},South {c},East {m},West {c},
Upper {m},Lower {m},Great {m},Bad {m},Villa {m},Cape {m},Mount {m},Lake {m},{m} Falls,{m} Beach,{m} Island,{m} Valley,{m} City,{m} Springs,
{c} Bay,the {m} Mountains,the {m} Islands""".replace("\n", "").split(",")


def place(d):
    x = d.rng.random()
    if x < 0.56:
        return city(d)
    if x < 0.76:
        return d.fill(COUNTRIES)
    if x < 0.87:
        return d.fill(LONG_PLACES)
    if x < 0.93:
        return d.pick(COMPOUND_PLACES).format(c=city(d), m=made_up(d), m2=made_up(d))
    return made_up(d)


ORGANIZATION_STARTS = """National Global United Royal Central First New Northern Southern Pacific Atlantic Green Blue Silver Bright Modern
European American World General""".split()
ORGANIZATION_ENDS = """Bank,University,Museum,Airlines,Motors,Foods,Energy,Systems,Institute,Hospital,Foundation,Records,
Robotics,Steel,Football Club,Library,Council,Software,Railways,Insurance,Theatre,Society""".replace("\n", "").split(",")


def organization(d):
    x = d.rng.random()
    if x < 0.4:
        return d.pick(ORGANIZATION_STARTS) + " " + d.pick(ORGANIZATION_ENDS)
    if x < 0.6:
        return last_name(d) + " " + d.pick(ORGANIZATION_ENDS)
    if x < 0.8:
        return made_up(d) + " " + d.pick(ORGANIZATION_ENDS + ["Inc.", "Corp", "Ltd", "Group", "Labs"])
    return d.pick(["University of ", "Bank of ", "Museum of "]) + city(d)


# ---- things and times ------------------------------------------------------------

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
JOBS = """baker pilot nurse teacher painter engineer gardener lawyer chef singer doctor mechanic farmer writer librarian
captain scientist dancer clerk detective carpenter architect journalist judge dentist tailor waiter photographer
actor plumber soldier student professor programmer driver butcher fisherman""".split()
BUILDINGS = """bridge tower library museum factory castle temple stadium school hospital theater garden lighthouse station market
church palace hotel bakery harbor university""".split()
NOUN_LIST = """apple river mountain book engine window computer letter island robot tiger eagle wolf rabbit horse elephant dolphin
whale spider butterfly flower tree cloud stone bread cheese butter cake cookie orange lemon banana cherry peach
tomato potato carrot onion pepper shirt jacket shoe hat glove scarf dress ring watch clock lamp chair table sofa bed
mirror carpet door truck bus car wheel hammer nail screw rope ladder bucket brush pencil pen notebook map compass
flag drum piano violin trumpet flute ball racket helmet medal trophy ticket coin wallet key phone radio television
printer keyboard mouse screen battery cable rocket telescope magnet lens crystal diamond pearl shell guitar bicycle
camera umbrella suitcase candle blanket pillow basket bottle kettle teapot spoon fork knife plate vase statue
painting sword shield kite puzzle doll puppet balloon backpack tent boat canoe sled scooter tractor wagon""".split()
NOUNS = Fillings(NOUN_LIST)
ADJECTIVES = """red blue green yellow black white small large old new bright dark quiet heavy light clean dirty strange tiny huge
ancient modern golden silver wooden broken shiny round square rusty expensive cheap soft beautiful""".split()
WORDS = Fillings(
    NOUN_LIST + ADJECTIVES + "run walk sing forest winter summer music paper window ocean dream silence".split()
)


def clock_time(d):
    hour, half = d.number(1, 12), d.pick(["am", "pm"])
    return d.pick([f"{hour} {half}", f"{hour}:{d.pick(['15', '30', '45', '10'])} {half}", f"{hour} o'clock", "noon"])


def past_date(d):
    return d.pick([
        f"on {d.pick(DAYS)}", f"in {d.number(1700, 2025)}", f"on {d.pick(MONTHS)} {d.number(1, 28)}",
        f"in {d.pick(MONTHS)}", f"last {d.pick(DAYS)}", "yesterday", "last week", "this morning", "last year",
    ])  # fmt: skip


def future_date(d):
    return d.pick([
        "tomorrow", "tonight", f"on {d.pick(DAYS)}", "next week", "this afternoon", f"at {clock_time(d)}",
        "after work", "this weekend", "before lunch", "in the evening", f"next {d.pick(DAYS)}", "in an hour",
    ])  # fmt: skip
