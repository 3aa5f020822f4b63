"""A small real site on loopback: fixed answers by path, and interfaces that answer what they are asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

HTML = "text/html; charset=utf-8"
# 127.0.1.2, 127.0.1.3, ... 127.0.2.2, ...: hosts of their own, as the pause and the breaker see them
ADDRESSES = (f"127.0.{network}.{host}" for network in count(1) for host in range(2, 250))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a path answers. `promised` lies about the length; `drip` sends that many bytes and then nothing more."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None
    drip: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `path` with its query, and what was sent with it."""

    path: str
    at: float
    headers: dict[str, str]
    body: str = ""
    method: str = "GET"

    @property
    def parameters(self) -> dict[str, str]:
        """Of the query and of a form that was sent; the last one of a name."""
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)) | dict(
            parse_qsl(self.body, keep_blank_values=True)
        )


class Site:
    """One host on loopback."""

    def __init__(self) -> None:
        self.host = next(ADDRESSES)
        self.replies: dict[str, list[Reply]] = {}
        self.interfaces: dict[str, Callable[[Asked], Reply]] = {}
        self.trouble: Callable[[Asked, Reply], Reply] = lambda _, reply: reply
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self.on_request: Callable[[str], None] = lambda _: None
        self.server: ThreadingHTTPServer | None = None
        self.port = 0

    def start(self) -> None:
        self.server = ThreadingHTTPServer((self.host, self.port), _handler(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.closing.set()
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def put(
        self, path: str, body: str | bytes, status: int = 200, media_type: str = HTML, **more: object
    ) -> None:
        """What a path answers from now on; called twice with `then=True`, one answer after the other."""
        headers = {"Content-Type": media_type, **more.pop("headers", {})}  # type: ignore[dict-item]  # a dict of str
        then = more.pop("then", False)
        reply = Reply(body.encode() if isinstance(body, str) else body, status, headers, **more)  # type: ignore[arg-type]  # the fields of Reply
        self.replies[path] = [*self.replies.get(path, []), reply] if then else [reply]

    def put_list(self, path: str, rows: list[str], extra: str = "") -> None:
        """A plain list: one row a report, `t1.html`, `t2.html`, ..., each dated 31 January of the year after."""
        self.put(path, listed(rows, extra))

    def serve(self, path: str, interface: Callable[[Asked], Reply]) -> None:
        """What answers all requests to a path (without its query), GET and POST, from now on."""
        self.interfaces[path] = interface

    def reply(self, asked: Asked) -> Reply:
        """The answer to one request, after what troubles the site."""
        interface = self.interfaces.get(urlsplit(asked.path).path)
        plain = interface(asked) if interface else self.answer(asked.path, asked.headers)
        return self.trouble(asked, plain)

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        queue = self.replies.get(path)
        if queue is None:
            default = Reply(b"User-agent: *\nAllow: /\n", 200, {"Content-Type": "text/plain"})
            return default if path == "/robots.txt" else Reply(b"<html>404 Not Found</html>", 404)
        reply = queue.pop(0) if len(queue) > 1 else queue[0]
        if (
            reply.status == 200
            and "ETag" in reply.headers
            and headers.get("If-None-Match") == reply.headers["ETag"]
        ):
            return Reply(b"", 304, {"ETag": reply.headers["ETag"]})
        return reply

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


def listed(rows: list[str], extra: str = "") -> str:
    """The markup of a plain list page."""
    lines = "".join(
        f'<li><a href="{href}">{title}</a><span>{day}</span></li>'
        for href, title, day in (row.split("|") for row in rows)
    )
    text = "本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。" * 4
    return f"<html><head><title>政府信息公开年报</title></head><body><p>{text}</p><ul class='list'>{lines}</ul>{extra}</body></html>"


def report_row(number: int, year: int = 2025) -> str:
    return f"t{number}.html|示范市第{number}局{year}年政府信息公开工作年度报告|{year + 1}-01-20"


def report_page(title: str = "示范市2025年政府信息公开工作年度报告", more: str = "") -> str:
    return (
        f'<html><head><title>{title}</title><meta name="ArticleTitle" content="{title}"><meta name="PubDate" '
        f'content="2026-01-20 10:00"></head><body><div class="TRS_Editor"><p>本报告由示范市人民政府编制。{"公开" * 60}</p>{more}</div></body></html>'
    )


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace")
            asked = Asked(self.path, monotonic(), dict(self.headers.items()), body, self.command)
            site.asked.append(asked)
            site.on_request(self.path)
            self._send(site.reply(asked))

        do_POST = do_GET  # noqa: N815 - the base class names it so

        def _send(self, reply: Reply) -> None:
            send = self.send_response_only if "Date" in reply.headers else self.send_response
            send(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header(
                    "Content-Length", str(len(reply.body) if reply.promised is None else reply.promised)
                )
            self.end_headers()
            self.wfile.write(reply.body[: reply.drip])
            if reply.drip is not None:
                site.closing.wait(20)
            self.close_connection = reply.promised is not None or reply.drip is not None

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    return Handler
