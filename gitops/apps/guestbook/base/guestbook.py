"""A guestbook: writes messages to Redis' master, reads them from its replicas.

Environment: REDIS_MASTER and REDIS_REPLICA (host:port), REDIS_PASSWORD, PORT (8080).
"""

import html
import os
import signal
import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

KEY = "guestbook"
NEWEST = 100
LONGEST = 500
LARGEST_FORM = 8192
SECONDS = 3

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Guestbook</title></head>
<body>
<h1>Guestbook</h1>
<form method="post" action="/"><input name="message" maxlength="500" required autofocus> <button>Sign</button></form>
<ul>{}</ul>
</body>
</html>
"""


class Refused(Exception):
    """Redis answered with an error."""


def redis(address, *command):
    """Sends one command to Redis at `host:port` and returns its answer. Raises OSError or Refused."""
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        answers = connection.makefile("rb")
        password = os.environ.get("REDIS_PASSWORD")
        if password:
            connection.sendall(encode("AUTH", password))
            decode(answers)
        connection.sendall(encode(*command))
        return decode(answers)


def encode(*words):
    """https://redis.io/docs/latest/develop/reference/protocol-spec/"""
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        data = str(word).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
    return b"".join(parts)


def decode(answers):
    line = answers.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionError("Redis hung up")
    kind, rest = line[:1], line[1:-2].decode()
    if kind == b"-":
        raise Refused(rest)
    if kind == b"$":
        return None if rest == "-1" else answers.read(int(rest) + 2)[:-2].decode(errors="replace")
    if kind == b"*":
        return [decode(answers) for _ in range(int(rest))]
    return rest


class Guestbook(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        if self.path == "/healthz":
            self.answer(HTTPStatus.OK, "ok\n")
        elif self.path == "/readyz":
            if self.ask("REDIS_REPLICA", "PING"):
                self.answer(HTTPStatus.OK, "ok\n")
        elif self.path == "/":
            messages = self.ask("REDIS_REPLICA", "LRANGE", KEY, 0, NEWEST - 1)
            if messages is not None:
                items = "\n".join(f"<li>{html.escape(message)}</li>" for message in messages)
                self.answer(HTTPStatus.OK, PAGE.format(items), "text/html")
        else:
            self.answer(HTTPStatus.NOT_FOUND, "Not here\n")

    def do_POST(self):
        length = self.headers.get("Content-Length", "0")
        if self.path != "/" or not length.isdecimal() or int(length) > LARGEST_FORM:
            self.answer(HTTPStatus.BAD_REQUEST, "Not so\n")
            return
        form = parse_qs(self.rfile.read(int(length)).decode(errors="replace"))
        message = form.get("message", [""])[0].strip()[:LONGEST]
        if message and self.ask("REDIS_MASTER", "LPUSH", KEY, message) is None:
            return
        if message and self.ask("REDIS_MASTER", "LTRIM", KEY, 0, NEWEST - 1) is None:
            return
        self.answer(HTTPStatus.SEE_OTHER, "", Location="/")

    def ask(self, server, *command):
        """What Redis says, or None where it says nothing; then the visitor has been told."""
        try:
            return redis(os.environ[server], *command)
        except (OSError, Refused) as error:
            self.log_error("%s: %s", server, error)
            self.answer(HTTPStatus.SERVICE_UNAVAILABLE, "Redis does not answer\n")
            return None

    def answer(self, status, text, kind="text/plain", **headers):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        if self.path not in ("/healthz", "/readyz"):
            super().log_request(code, size)


class Server(ThreadingHTTPServer):
    # Requests that have begun are answered before the program ends.
    daemon_threads = False


def main():
    server = Server(("", int(os.environ.get("PORT", "8080"))), Guestbook)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
