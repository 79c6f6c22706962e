"""One person at one prompt: a line is planned, run and shown as frames. It knows plugins, and no web server."""
