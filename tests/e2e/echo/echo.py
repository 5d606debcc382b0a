"""Answers with what it was asked; sends an event to every listener when told to; echoes websocket messages."""

import base64
import hashlib
import json
import queue
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GREETING = "first"

listeners = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # without it there is no switching to a websocket

    def do_GET(self):
        if self.path == "/events":
            self.events()
        elif self.path.startswith("/send/"):
            for listener in listeners:
                listener.put(self.path.removeprefix("/send/"))
            self.answer({"listeners": len(listeners)})
        elif self.headers.get("Upgrade") == "websocket":
            self.websocket()
        else:
            asked = {"path": self.path, "method": self.command, "proto": self.headers.get("X-Forwarded-Proto")}
            self.answer({"greeting": GREETING, **asked})

    do_POST = do_GET

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def events(self):
        """Server-sent events, as they come: https://html.spec.whatwg.org/multipage/server-sent-events.html"""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        listeners.append(mine := queue.Queue())
        while (event := mine.get()) != "end":
            self.wfile.write(f"data: {event}\n\n".encode())

    def websocket(self):
        """Short text messages only: https://www.rfc-editor.org/rfc/rfc6455"""
        self.close_connection = True
        magic = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(magic.encode()).digest()).decode())
        self.end_headers()
        while len(head := self.rfile.read(6)) == 6 and head[0] == 0x81:
            mask = head[2:]
            text = bytes(byte ^ mask[at % 4] for at, byte in enumerate(self.rfile.read(head[1] & 0x7F)))
            self.wfile.write(bytes([0x81, len(text)]) + text)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("", 8000), Handler)
server.block_on_close = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever(poll_interval=0.05)
