import itertools
import signal
import sys
import time

VERSION = "v1"

signal.signal(signal.SIGTERM, lambda *_: sys.exit())
for number in itertools.count():
    print(VERSION, number)
    time.sleep(0.05)
