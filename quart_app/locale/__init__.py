"""The languages of the app: one folder each, with a catalogue that translators edit and nothing to compile.

The server's sentences and those of its scripts are in the same catalogue. ``python -m quart_app.locale`` brings all
catalogues up to date with the source; a new language begins with ``python -m quart_app.locale add de``.
"""
