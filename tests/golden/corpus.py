"""Every text the golden files are made of, written for this project.

`TRAINING_T5` and `TRAINING_MT5` teach the two SentencePiece vocabularies;
`PROSE` and `PROSE_KO` are what the model prompts are cut from;
`CASES` are the texts whose ids and decodings are recorded.
"""

ENGLISH = """
The old lighthouse keeper counted the ships that passed before dawn.
Translate the following sentence into German, then explain your answer.
Summarize: the meeting was moved from Monday to Thursday because of the storm.
Is this review positive or negative? The food was cold, but the staff were kind.
She bought 12 apples, 7 pears and 30 plums; how many pieces of fruit is that?
Question: who wrote the letter? Answer: nobody knows, and nobody will say.
A small model that fits in a browser can still teach a class something new.
Please rewrite the paragraph so that a child of ten can understand it.
The river is wide here, and the bridge was closed for repairs in 2019.
"Why not?" asked the teacher. "Because it's raining," said the pupil (quietly).
He ran, she walked, they waited; the train was late again - as always!
What is the capital of France? What is 15% of 240? Which word does not fit?
There are three things to remember: the time, the place and the name.
My e-mail address is on the second page, next to the prices: $4.50 and $12.
The weather tomorrow: sunny in the morning, cloudy later, rain at night.
"""

GERMAN = """
Der alte Wärter zählte die Schiffe, die vor der Morgendämmerung vorbeifuhren.
Das Wetter ist heute schön, aber morgen soll es regnen und stürmen.
Können Sie mir bitte sagen, wo der nächste Bahnhof ist? Gleich über die Straße.
Wir hätten gern zwei Tassen Kaffee und ein großes Stück Kuchen.
Die Übersetzung ist nicht falsch, doch sie klingt ein wenig fremd.
Ärger hilft nicht; Öl auf dem Wasser, Füße im Sand, süße Träume.
"""

FRENCH = """
Le vieux gardien comptait les navires qui passaient avant l'aube.
Où est la bibliothèque ? Elle est à côté de la mairie, près du marché.
J'ai déjà mangé, mais je prendrais bien un café et une crêpe.
Ça ne fait rien, nous reviendrons demain matin dès l'ouverture.
La leçon était très longue ; les élèves rêvaient de vacances en forêt.
L'été dernier, nous avons visité un château où même les murs étaient bleus.
"""

KOREAN = """
안녕하세요, 오늘 날씨가 참 좋습니다. 내일은 비가 온다고 합니다.
다음 문장을 영어로 옮기고 그 까닭을 설명해 주세요.
작은 모델도 교실에서 좋은 선생님이 될 수 있습니다.
사과 열두 개와 배 일곱 개를 샀습니다. 모두 몇 개입니까?
등대지기는 새벽이 오기 전에 지나가는 배를 세었습니다.
이 글은 좋은 글입니까, 나쁜 글입니까? 나는 좋다고 생각합니다.
"""

# T5's own vocabulary has no Hangul; neither has this one. The emoji are there
# to make a piece that is one code point outside the basic plane.
TRAINING_T5 = (ENGLISH + GERMAN + FRENCH).strip().split("\n") + ["😀 😀 & # * / + = @ _ 😀"] * 3
TRAINING_MT5 = (ENGLISH + GERMAN + FRENCH + KOREAN).strip().split("\n") + ["😀 & # * / 😀"] * 2

PROSE = """The teacher waited for the class to settle, and then she asked a simple
question: what does a machine read when it reads a sentence? Nobody knew. "It
reads pieces," she said, "small pieces, like the ones you cut from paper." She
wrote 3 words on the board, then 12, then 240. Le train était en retard, mais
les élèves étaient contents. Das Wetter war schön, und die Straße war leer. A
boy at the back asked whether the pieces had names. They had numbers, she said;
each piece has one number, and each number has one long row of other numbers.
The rain began again (as always!) and the lamp went out at 7:45. They counted:
15% of the pieces were spaces, 30% were letters, the rest were whole words. Why
would a word be cut in two? Because it is rare. Why is another never cut?
Because it comes up every day. Wir haben gelacht, and the old keeper of the
lighthouse, who had come to repair the window, laughed too. He had counted ships
for forty years and wrote each one down in a book: the name, the time, the
place. "So did I," said the machine, or so the children said later."""

PROSE_KO = """오늘 날씨가 참 좋습니다. The teacher asked a simple question: 기계는 무엇을
읽습니까? 등대지기는 배를 세었습니다, and nobody knew his name. 사과 12 개, pears 7,
모두 몇 개입니까? 나는 좋다고 생각합니다. Le train était en retard; das Wetter war schön.
작은 모델도 좋은 선생님이 될 수 있습니다 😀 """ + PROSE

# Texts that tokenizers get wrong. Each stands for one way to fail.
CASES = [
    # Nothing and white space.
    "", " ", "  ", "   ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff",
    " The river", "The river ", "  The  river  ", "The   river", "The\nriver", "The\n\nriver\n", "The\triver",
    "The\r\nriver", "The\u00a0river", "The\u2003river", "The\u200briver", "\ufeffThe river", "The river\u0000 is wide",
    "\u0001\u001f\u007f\u0085", "The river\u2028is\u2029wide",
    # Plain sentences.
    "The river is wide here.", "Is it 15% of 240?", "Der nächste Bahnhof, bitte: süße Träume!",
    "Où est l'été dernier ? Ça, c'est une crêpe.", '"Why not?" - (because)', "it's 7:45; $4.50 @ #12 & more_of_it",
    "THE RIVER", "tHe RiVeR", "e-mail...e--mail", "1234567890", "3.14159", "a", "zzzz", "x y z",
    # The mark of a space, and what looks like a special token.
    "▁", "▁The▁river", "The ▁ river", "<extra_id_0>", "The <extra_id_0> is <extra_id_1>.", "<extra_id_0><extra_id_1>",
    "The<extra_id_0>river", " <extra_id_0> ", "<extra_id_5>", "<extra_id_27>", "<extra_id_99>", "<extra_id_124>",
    "<extra_id_>", "</s>", "The river</s> is wide", "a </s> b", "<pad>", "<unk>", "<pad> The <unk> river </s>",
    "<s>", "<0x41>", "<0xE2><0x96><0x81>", "< /s>", "&lt;/s&gt;", "[PAD]", "{\"key\": [1, 2]}", "a < b > c", "\\n", "~`^|",
    # Beyond the vocabulary, and beyond the basic plane.
    "오늘 날씨가 참 좋습니다.", "뷁쀍", "漢字とかな", "Привет, мир", "😀", "😀😀", "The 😀 river", "🤖", "👩‍👩‍👧‍👦", "👍🏽", "🇰🇷🇩🇪", "❤️", "#️⃣",
    "𝔗𝔥𝔢 𝓻𝓲𝓿𝓮𝓻", "\U0010ffff", "\ufffd", "\ue000",
    # One text, several codings: composed and decomposed, compatible forms.
    "é", "e\u0301", "crêpe", "cre\u0302pe", "Träume", "Tra\u0308ume", "a\u0301\u0302\u0308", "\u0301", "q\u0307\u0323", "q\u0323\u0307",
    "오늘", "\u110b\u1169\u1102\u1173\u11af", "\u1100", "ㅎㅎ", "ＴＨＥ　ｒｉｖｅｒ！", "１２３", "ﬁne oﬀer ﬃ", "ﬅ", "①②③", "½ ² ³", "™ ℃ Ⅳ", "㈜",
    "…", "“quoted” ‘text’ – — ―", "ｶﾀｶﾅ", "ſ", "İi", "Straße STRASSE ẞ", "ﷺ", "Å Å",
    # Right to left, marks that join, scripts that stack.
    "שלום עולם", "مرحبا بالعالم", "نَصٌّ", "\u202eabc\u202c", "नमस्ते", "สวัสดี", "ก็", "Z̸̡͓a̶l̷g̴o",
    # Long.
    "lighthouse" * 30, "a" * 200, " ".join(["river"] * 60), "." * 64, "😀" * 20,
]
