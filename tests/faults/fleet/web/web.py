"""What rolls. Tells its version at every path, after 8 s at /slow; echoes at /ws. MODE is what is wrong with it."""

import base64
import hashlib
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler

from serve import Server

VERSION = "v0"
MODE = "good"

websockets = set()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/ws":
            return self.echo()
        if self.path == "/slow":
            time.sleep(8)
        if self.path == "/health" and MODE == "hangs":
            time.sleep(3600)
        body = f"web {VERSION}\n".encode()
        self.send_response(503 if self.path == "/health" and MODE == "sick" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def echo(self):
        """A websocket (RFC 6455) for text of up to 125 bytes, until the client closes it."""
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.protocol_version = "HTTP/1.1"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        websockets.add(self)
        while (head := self.rfile.read(6)) and head[0] == 0x81:  # a frame of text, its length, the mask
            length = head[1] & 0x7F
            text = bytes(byte ^ head[2 + i % 4] for i, byte in enumerate(self.rfile.read(length)))
            self.wfile.write(bytes([0x81, length]) + text)
        websockets.discard(self)

    def go_away(self):
        """A close frame with the code that means so; the client's own ends the echo."""
        self.wfile.write(b"\x88\x02" + (1001).to_bytes(2, "big"))

    def log_message(self, *_):
        pass


def end(*_):
    threading.Thread(target=server.shutdown).start()
    for websocket in list(websockets):
        websocket.go_away()


if MODE == "floods":
    for _ in range(1_000_000):
        print("y" * 99)
    print("x" * 1_000_000, flush=True)
if MODE in ("crashes", "floods"):
    raise SystemExit("out of tea")
if MODE == "dies in 5 s":
    threading.Timer(5, lambda: os._exit(9)).start()
if MODE == "healthy after 6 s":
    time.sleep(6)
server = Server(("", 8000), Handler)
signal.signal(signal.SIGTERM, signal.SIG_IGN if MODE == "deaf" else end)
server.serve_forever(poll_interval=0.05)
server.server_close()
