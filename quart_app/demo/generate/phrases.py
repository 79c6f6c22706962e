"""What people, groups and channels say."""

from __future__ import annotations

TALK = (
    (
        "Ci vediamo alle 8?",
        "Ok 👍",
        "Hai visto la partita?",
        "Sto arrivando, cinque minuti",
        "Grazie mille!",
        "Domani non posso, facciamo venerdì?",
        "😂😂😂",
        "Perché no?",
        "Ti mando tutto stasera",
        "Buongiorno ☀️",
        "Quanto ti devo per la cena?",
        "Guarda qui: https://example.org/foto",
    ),
    (
        "Sounds good",
        "Running late, sorry!",
        "Did you get the tickets?",
        "Let me check and come back to you",
        "lol",
        "See you tomorrow",
        "https://example.org/notes",
        "<b>not bold</b> & not <i>italic</i>",
        "<script>alert(1)</script> {{7*7}} ${7*7}",
        '=HYPERLINK("https://example.org/","csv")',
        "'; DROP TABLE messages; --",
        "\u202etxt.gpj\u202c \u200b\u2066mixed\u2069",
        "Z\u0351\u036b\u0343\u036aa\u0302l\u0336g\u0315o\u0335",
        "first line\nsecond line\n\n\ttabbed",
        "longwordwithoutblanks" * 30,
    ),
    ("شكرا جزيلا", "إن شاء الله غدا", "أين أنت؟ OK 👍", "صباح الخير ☀️"),
    ("תודה רבה!", "נדבר מחר", "איפה אתה? (קומה 3)", "בוקר טוב ☀️"),
    ("好的,明天见", "ありがとうございます", "고마워요", "了解です 👍", "哈哈哈"),
    ("🎉🎉", "👍", "❤️‍🔥", "👩‍👩‍👧‍👦 📷", "🙃🙃🙃"),
)
"""By language, in the order of the words."""

POSTS = (
    (
        "Sciopero dei treni venerdì: ecco le fasce garantite.",
        "Nuova puntata online: ne parliamo nei commenti.",
        "Previsioni del fine settimana: sole al nord, temporali al sud.",
        "Dieci cose che (forse) non sapevi. Thread 🧵",
        "⚠️ Manutenzione programmata stanotte dalle 2 alle 4.",
        "Sondaggio: mare o montagna?",
    ),
    (
        "Release notes: faster start, fewer bugs, same licence.",
        "Weekly digest: the five posts you liked most.",
        "Photo of the day 📷",
        "We are looking for two volunteers.",
    ),
    ("عاجل: آخر الأخبار من العاصمة", "مقال اليوم: كيف نقرأ أكثر؟"),
    ("עדכון: שעות הפתיחה משתנות מחר", "הכתבה המלאה באתר"),
    ("今日の一枚 📷", "最新消息:明天停水", "오늘의 뉴스 정리"),
    ("🚨🚨🚨", "☀️ ➡️ 🌧️", "🏆🥇"),
)

NOTICES = (
    "Nuovo accesso. Se non sei stato tu, apri Impostazioni > Dispositivi.",
    "New login. If this wasn't you, go to Settings > Devices.",
)

TOPICS = ("Annunci", "Off topic 🎲", "Help & questions", "أسئلة", "質問", "רעיונות")
"""Of forums."""

GOODS = (
    "Cuffie Bluetooth",
    "SSD 1 TB",
    "Aspirapolvere robot",
    "Caffè in grani 3 kg",
    "Tastiera meccanica",
    'Monitor 27"',
    "Friggitrice ad aria",
    "Zaino da viaggio",
    "Lampadine smart ×4",
    "Power bank 20.000 mAh",
    "Monopattino elettrico",
)

DEALS = (
    "⚡️ {goods} a soli {price} € invece di {full} €! Offerta a tempo, link in basso.",
    "ERRORE DI PREZZO? {goods}: {price} € (-{percent}%). Correte!",
    "Sconto -{percent}%: {goods} → {price} €. Codice: DEMO{percent}",
    "{goods} al minimo storico: {price} € 🔥",
)


def deal(number: int) -> str:
    """A bargain made up from ``number``."""
    full = 20 + number % 380
    percent = 15 + (number >> 9) % 70
    price = f"{full * (100 - percent) / 100:.2f}".replace(".", ",")
    goods = GOODS[(number >> 16) % len(GOODS)]
    return DEALS[(number >> 20) % len(DEALS)].format(goods=goods, price=price, full=full, percent=percent)


def talk(tongue: int, number: int) -> str:
    return TALK[tongue][number % len(TALK[tongue])]


def notice(number: int) -> str:
    return NOTICES[number % len(NOTICES)]


def post(tongue: int, number: int) -> str:
    return POSTS[tongue][number % len(POSTS[tongue])]
