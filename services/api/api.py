import os

import redis
from serve import serve

store = redis.Redis(host="store", password=os.environ["STORE_PASSWORD"], socket_timeout=5)


def answer(path):
    if path == "/health":
        return 200, "ok"
    if path == "/api":
        return 200, {"visits": store.incr("visits")}
    return 404, {"error": f"no such path: {path}"}


serve(answer)
