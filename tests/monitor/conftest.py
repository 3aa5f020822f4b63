"""A watched world, a real webhook server and a real mail server, both on loopback."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from monitor.channels import Channel
from tests.monitor.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from sqlite_utils import Database

    from store.archive import Archive


@pytest.fixture
def world(db: Database, archive: Archive) -> World:
    """An empty world in a fresh database."""
    return World(db, archive)


@dataclass
class Webhook:
    """What was posted, and how to answer: `status`, `body` and `headers` may be changed at any time."""

    port: int = 0
    posted: list[Any] = field(default_factory=list)
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        return [post["message"] for post in self.posted]

    def channel(self, **choices: Any) -> Channel:  # noqa: ANN401 - a channel's fields
        fields = {"id": "hook", "url_env": "HOOK", **choices}
        return Channel.model_validate(
            {**fields, "url": f"json://127.0.0.1:{self.port}/CANARY-{fields['id']}"}
        )


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """A real HTTP server that keeps what is posted to it."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if hook.status == 200:
                hook.posted.append(json.loads(body))
            self.send_response(hook.status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(hook.body)))
            self.end_headers()
            self.wfile.write(hook.body)

        def log_message(self, *_: object) -> None:
            """Nothing: the tests print what they need."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield hook
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Mailbox:
    """Mails that a real SMTP server accepted; `refuse` makes it answer 554."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: bool = False

    def channel(self, **choices: Any) -> Channel:  # noqa: ANN401 - a channel's fields
        fields = {"id": "mail", "url_env": "MAIL", "lang": "zh", **choices}
        address = f"mailto://127.0.0.1:{self.port}?from=watch@example.org&to=desk@example.org"
        return Channel.model_validate({**fields, "url": address})

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd's
        if self.refuse:
            return "554 no"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server on a free port."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:  # aiosmtpd wants to know the port beforehand
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()
