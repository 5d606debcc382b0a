"""Tells its content; a sick one ends after 2 s without having answered."""

import os
import time

from serve import serve

CONTENT = os.environ["CONTENT"]

if CONTENT.startswith("sick"):
    time.sleep(2)
    raise SystemExit("out of tea")
serve(lambda path: (200, CONTENT))
