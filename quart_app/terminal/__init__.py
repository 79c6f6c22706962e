"""One person at one prompt: a line is planned, run and shown as frames. Knows commands and plugins, and no web server."""
