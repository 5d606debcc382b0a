"""Answers on a port of the host itself, so it cannot run twice: it rolls stop-first."""

from serve import serve

VERSION = "v0"

serve(lambda path: (200, f"tcp {VERSION}"))
