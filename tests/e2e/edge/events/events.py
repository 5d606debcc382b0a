"""Server-sent events at /events, counted from 0 without a gap for as long as the client listens."""

import itertools
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler

from serve import Server

VERSION = "v0"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if self.path == "/events" else "text/plain")
        self.end_headers()
        if self.path != "/events":
            return self.wfile.write(f"events {VERSION}\n".encode())
        try:
            for number in itertools.count():
                self.wfile.write(f"data: {VERSION} {number}\n\n".encode())
                time.sleep(0.05)
        except OSError:
            pass  # the client has gone

    def log_message(self, *_):
        pass


server = Server(("", 8000), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever(poll_interval=0.05)
