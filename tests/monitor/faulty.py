"""Servers that fail in the ways that real ones do, and keep what they really received."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_plus

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

Spoken: TypeAlias = Any  # aiosmtpd hands over objects of its own
IDS = re.compile(r"#([2-9A-HJ-NP-Z]{4})\b")


def ids_in(text: str) -> frozenset[str]:
    """The short ids of a message."""
    return frozenset(IDS.findall(text))


@dataclass(frozen=True)
class Answer:
    """How to answer a post. `then`: close (no answer at all), cut, drip, drip headers, hang."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    then: str = ""


@dataclass
class Web:
    """A web server. `answers` are used up one by one; then everything is accepted with `good`."""

    port: int = 0
    answers: list[Answer] = field(default_factory=list)
    good: bytes = b"{}"
    accepted: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def take(self, text: str) -> Answer:
        """What to say to this message, which is kept under what became of it."""
        answer = self.answers.pop(0) if self.answers else Answer(body=self.good)
        if answer.then:
            self.unanswered.append(text)
        elif 200 <= answer.status < 300 and (
            answer.body in (self.good, b'{"ok":true}') or answer.status == 204
        ):
            self.accepted.append(text)
        else:
            self.refused.append(text)
        return answer


def _text(body: bytes, kind: str) -> str:
    if "json" in kind:
        return json.dumps(json.loads(body), ensure_ascii=False)
    return unquote_plus(body.decode())


class Server(ThreadingHTTPServer):
    """Knows how to answer, and says nothing of clients that hang up: they are part of the tests."""

    daemon_threads = True
    web: Web

    def handle_error(self, *_: object) -> None:
        """Nothing."""


class Handler(BaseHTTPRequestHandler):
    """Reads a post and answers as the server's `web` says."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.web.take(_text(body, self.headers.get("Content-Type", "")))
        if answer.then == "hang":
            self.server.web.closing.wait(20)
        self.close_connection = bool(answer.then)
        if answer.then == "drip headers":
            self._drip(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200)
        elif answer.then not in ("close", "hang"):
            self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body) + (100 if answer.then else 0)))
        self.end_headers()
        if answer.then == "drip":
            self._drip(b" " * 100)
        else:
            self.wfile.write(answer.body)

    def _drip(self, body: bytes) -> None:
        for byte in body:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            if self.server.web.closing.wait(0.2):
                return

    def log_message(self, *_: object) -> None:
        """Nothing: the tests print what they need."""


@contextmanager
def web_server() -> Iterator[Web]:
    """A real server on loopback."""
    web = Web()

    server = Server(("127.0.0.1", 0), Handler)
    server.web = web
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Post:
    """A mail server. `says` maps a step (MAIL, RCPT, DATA, AUTH) to an answer, or to `drop`; `to` limits it to one recipient."""

    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    to: str = ""
    accepted: list[EmailMessage] = field(default_factory=list)
    unanswered: list[EmailMessage] = field(default_factory=list)
    refused: list[EmailMessage] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Spoken, _session: Spoken, envelope: Spoken, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.says:
            return self._say("MAIL", server)
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Spoken, _session: Spoken, envelope: Spoken, address: str, _options: list[str]
    ) -> str:
        if "RCPT" in self.says and (not self.to or address == self.to):
            return self._say("RCPT", server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Spoken, _session: Spoken, envelope: Spoken) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        if "DATA" not in self.says:
            self.accepted.append(mail)
            return "250 2.0.0 Ok: queued as 4T7XYZ"
        (self.unanswered if self.says["DATA"] == "drop" else self.refused).append(mail)
        return self._say("DATA", server)

    def authenticate(self, *_: object) -> AuthResult:
        return AuthResult(success=not self.says.get("AUTH"), handled=False)

    def _say(self, step: str, server: Spoken) -> str:
        if self.says[step] == "drop":
            server.transport.abort()
            return "250 OK"
        return self.says[step]


@contextmanager
def mail_server() -> Iterator[Post]:
    """A real SMTP server on loopback that lets anybody log in, unless it says otherwise."""
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:  # aiosmtpd wants to know the port beforehand
        post.port = free.getsockname()[1]
    controller = Controller(
        post, hostname="127.0.0.1", port=post.port, authenticator=post.authenticate, auth_require_tls=False
    )
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


@contextmanager
def greeting(words: bytes) -> Iterator[int]:
    """A port where a server says these words, or nothing, and hangs up when the test is over; yields the port."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)

        def serve() -> None:
            held = []
            while not done.is_set():
                try:
                    client, _ = listening.accept()
                except TimeoutError:
                    continue
                client.sendall(words)
                if words:
                    client.close()
                held.append(client)
            for client in held:
                client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            done.set()
            thread.join()


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
