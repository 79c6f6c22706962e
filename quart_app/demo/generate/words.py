"""The words that names and titles are made of, by language, and titles that attack whoever shows them."""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    weight: int
    """How often, against the others."""
    topics: tuple[str, ...]
    forms: tuple[str, ...]
    """Of a title; the braces take a topic."""
    groups: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


LANGUAGES = (
    Language(
        50,
        (
            "Ricette",
            "Calcio",
            "Cinema",
            "Montagna",
            "Finanza",
            "Fotografia",
            "Treni",
            "Libri",
            "Scienza",
            "Meteo",
            "Cucina",
            "Viaggi",
            "Musica",
            "Politica",
            "Ciclismo",
            "Giardino",
            "Storia",
            "Lavoro",
            "Università",
            "Città",
        ),
        (
            "{} Italia",
            "Notizie di {}",
            "{} ogni giorno",
            "Amici di {}",
            "{} & dintorni",
            "Il caffè: {}",
            "{} senza filtri",
            "Perché {}?",
            "{} 📌",
            "Tutto {}",
        ),
        (
            "Famiglia ❤️",
            "Calcetto del giovedì ⚽️",
            "Condominio via Roma 12",
            "Gita di classe 3ªB",
            "Coinquilini",
            "Compleanno di Nonna",
            "Padel 🎾",
            "Turni di agosto",
            "Ex compagni del liceo",
            "Spesa e commissioni",
        ),
        (
            "Giulia",
            "Marco",
            "Chiara",
            "Luca",
            "Sofia",
            "Matteo",
            "Francesca",
            "Niccolò",
            "Elena",
            "Davide",
            "Zoë",
        ),
        (
            "Rossi",
            "Bianchi",
            "Esposito",
            "D'Angelo",
            "Ferrari",
            "De Luca",
            "Colombo",
            "Ricci",
            "Costa",
            "Fontana",
        ),
    ),
    Language(
        26,
        (
            "Rust",
            "Python",
            "Space",
            "Chess",
            "Typography",
            "Cycling",
            "Coffee",
            "Jazz",
            "Privacy",
            "Gardening",
            "Hardware",
            "Security",
            "Running",
            "Linux",
            "Maps",
        ),
        ("{} Daily", "The {} Club", "{} News", "All things {}", "{} jobs", "{} 101", "Slow {}", "{} ☕️"),
        ("Book club", "Road trip 2026", "Flat 4B", "Board games night", "Team lunch", "Climbing crew"),
        ("Alice", "Bob", "Grace", "Noah", "Olivia", "Liam", "Maya", "O'Brian", "Zach", "Renée"),
        ("Smith", "Jones", "Taylor-Green", "Okafor", "Murphy", "Lee", "Novak", "Øster"),
    ),
    Language(
        7,
        ("الأخبار", "الرياضة", "الطبخ", "السفر", "التقنية", "الشعر"),
        ("قناة {}", "{} اليوم", "عالم {}", "{} 2026"),
        ("العائلة", "أصدقاء الجامعة", "رحلة الصيف"),
        ("محمد", "فاطمة", "يوسف", "ليلى", "عمر"),
        ("الحسن", "حداد", "المصري", "خوري"),
    ),
    Language(
        6,
        ("חדשות", "ספורט", "מתכונים", "טיולים", "מוזיקה"),
        ("{} היום", "ערוץ {}", "הכול על {}"),
        ("המשפחה", "חברים מהצבא", "ועד הבית"),
        ("נועה", "דוד", "תמר", "יונתן"),
        ("כהן", "לוי", "מזרחי"),
    ),
    Language(
        7,
        ("新闻", "料理", "ニュース", "写真", "게임", "여행", "电影"),
        ("{}频道", "每日{}", "{}の部屋", "{} 모임"),
        ("家族群", "同窓会", "동네 친구들"),
        ("伟", "さくら", "지민", "小明", "ハルカ"),
        ("王", "佐藤", "김", "陈"),
    ),
    Language(
        4,
        ("🚀", "🍕", "🎧", "🧩", "🌈", "👩‍🚀", "🏳️‍🌈"),
        ("{}{}{}", "{} club", "🔥 {} 🔥"),
        ("🏖️🏖️🏖️", "🎉 NYE 🎉", "👨‍👩‍👧‍👦"),
        ("Mia 🌸", "🦊", "Leo ⚡️"),
        ("", "✨", "Sky"),
    ),
)

HOSTILE = (
    "<script>alert(document.cookie)</script>",
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe\u202c — open me",
    "\u2067\u2066nested isolates without an end",
    "Z\u0351\u0351\u0329\u0317a\u0334\u0320\u0357l\u0335\u0338\u0356g\u0336\u0327\u0301o\u0351\u0329\u0317\u0334"
    * 3,
    "L" + "o" * 120 + "ng",
    "'; DROP TABLE chats; --",
    '=HYPERLINK("https://example.org","click")',
    "{{7*7}} ${7*7} %(name)s",
    "\u200b\u200b\u200b",
    "\u0007bell \u001b[31mred\u001b[0m",
    '"quoted" | where unread > 0 -- archive all',
    "&lt;b&gt;already escaped&lt;/b&gt; &amp;amp;",
    "\ufdfd\ufdfd\ufdfd\ufdfd\ufdfd\ufdfd",
    "NULL",
)
