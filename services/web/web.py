import json
import urllib.request

from serve import serve

GREETING = "hello from web"


def answer(path):
    if path == "/health":
        return 200, "ok"
    with urllib.request.urlopen("http://api/api", timeout=5) as reply:
        return 200, {"greeting": GREETING, **json.load(reply)}


serve(answer)
