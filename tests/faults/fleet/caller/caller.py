"""Calls web as a service does that uses it, over connections kept alive and without a second try; says how it went."""

import http.client
import threading
import time

from serve import serve

lock = threading.Lock()
report = {"started": time.time(), "sent": 0, "failed": 0, "failures": []}


def call(connection):
    try:
        connection.request("GET", "/")
        reply = connection.getresponse()
        text = reply.read().decode()
        return None if reply.status == 200 and text.startswith("web ") else f"{reply.status} {text}"
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return repr(error)


def call_on():
    connection = http.client.HTTPConnection("web", timeout=10)
    while True:
        failure = call(connection)
        with lock:
            report["sent"] += 1
            if failure:
                report["failed"] += 1
                report["failures"] = [*report["failures"], failure][-5:]
        time.sleep(0.01)


for _ in range(2):
    threading.Thread(target=call_on, daemon=True).start()

serve(lambda path: (200, report))
