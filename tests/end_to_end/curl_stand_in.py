"""As much of curl as the documentation uses, for machines that have none."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request


def main(words: list[str]) -> None:
    options: dict[str, list[str]] = {}
    address = ""
    while words:
        word = words.pop(0)
        if word in ("-X", "-H", "-d", "-o", "-w"):
            options.setdefault(word, []).append(words.pop(0))
        elif not word.startswith("-"):
            address = word
    headers = dict(line.split(": ", 1) for line in options.get("-H", []))
    data = options["-d"][0].encode() if "-d" in options else None
    request = urllib.request.Request(address, data, headers, method=options.get("-X", ["GET"])[0])
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    body = answer.read().decode()
    if "-o" not in options:
        sys.stdout.write(body)
    if "-w" in options:
        sys.stdout.write(options["-w"][0].replace("%{http_code}", str(answer.status)).replace("\\n", "\n"))


main(sys.argv[1:])
