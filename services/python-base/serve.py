"""An HTTP server that ends well: at SIGTERM it takes no more connections and finishes the requests it has."""

import json
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() then waits for the requests in flight
    request_queue_size = 128


def serve(answer, port=8000):
    """Answers GET requests with answer(path), a status and a JSON value, until SIGTERM."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, value = answer(self.path)
            body = json.dumps(value).encode() + b"\n"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = Server(("", port), Handler)
    # shutdown() waits for serve_forever() to end, so it cannot run in the handler, which interrupts that.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)
    server.server_close()
