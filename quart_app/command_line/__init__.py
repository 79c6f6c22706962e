"""What ``python -m quart_app`` does: one file for each command, each with one function that answers an exit code."""
