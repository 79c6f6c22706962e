"""Several real workers under load, killed, paused and restarted; the data centre judges. ``make chaos``.

For each protection there is a control that takes it out, by patching the worker's process from here, and in which the
same bed must find violations.
"""
