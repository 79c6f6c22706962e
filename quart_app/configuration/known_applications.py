"""API ids that everybody has seen: official apps, their samples and popular clones.

Telegram limits or bans accounts that log in with somebody else's id, so an installation must bring its own.
"""

from __future__ import annotations

from typing import Final

PUBLIC_API_IDS: Final = frozenset(
    {
        4,  # Telegram for Android, as its public source had it
        5,  # Telegram for Android, wear and tablet builds
        6,  # Telegram for Android
        8,  # Telegram for iOS
        9,  # Telegram for macOS, first generation
        10,  # Telegram for Android clones, and iOS of the first generation
        349,  # sample configurations that circulate
        2040,  # Telegram Desktop
        2496,  # Telegram Web (Webogram, and later web clients)
        2834,  # Telegram for macOS
        2899,  # telegram-cli
        10840,  # Telegram for iOS
        16623,  # Telegram for Android, beta
        17349,  # Telegram Desktop, the sample id of its build instructions
        21724,  # Telegram X for Android
        94575,  # TDLib's examples
        611335,  # Telegram Desktop as packaged by distributions
        1025907,  # Telegram Web K
    }
)
