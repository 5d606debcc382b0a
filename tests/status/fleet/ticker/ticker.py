"""Counts aloud, and says when it is over, so that a line that was lost or doubled can be told."""

import itertools
import signal
import threading

VERSION = "v1"

over = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: over.set())
for number in itertools.count():
    print(VERSION, number)
    if over.wait(0.05):
        break
print(VERSION, "over")
