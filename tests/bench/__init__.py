"""What the app costs beside a bare Telethon script, on the same data centre in the same run: ``make bench``.

CPU seconds are compared, not wall time, and as ratios: machines that are shared are noisy.
"""
