"""What people, groups and channels say."""

from __future__ import annotations

TALK = (
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
    "Sounds good",
    "Running late, sorry!",
    "Did you get the tickets?",
    "Let me check and come back to you",
    "lol",
    "See you tomorrow",
    "https://example.org/notes",
    "شكرا جزيلا",
    "إن شاء الله غدا",
    "תודה רבה!",
    "好的,明天见",
    "ありがとうございます",
    "고마워요",
    "🎉🎉",
    "<b>not bold</b>",
    "Quanto ti devo per la cena?",
)

POSTS = (
    "Sciopero dei treni venerdì: ecco le fasce garantite.",
    "Nuova puntata online: ne parliamo nei commenti.",
    "Previsioni del fine settimana: sole al nord, temporali al sud.",
    "Dieci cose che (forse) non sapevi. Thread 🧵",
    "Release notes: faster start, fewer bugs, same licence.",
    "Weekly digest: the five posts you liked most.",
    "Photo of the day 📷",
    "عاجل: آخر الأخبار من العاصمة",
    "עדכון: שעות הפתיחה משתנות מחר",
    "今日の一枚 📷",
    "⚠️ Manutenzione programmata stanotte dalle 2 alle 4.",
    "Sondaggio: mare o montagna?",
)

NOTICES = (
    "Nuovo accesso. Se non sei stato tu, apri Impostazioni > Dispositivi.",
    "New login. If this wasn't you, go to Settings > Devices.",
)

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


def talk(number: int) -> str:
    return TALK[number % len(TALK)]


def notice(number: int) -> str:
    return NOTICES[number % len(NOTICES)]


def post(number: int) -> str:
    return POSTS[number % len(POSTS)]
