"""A government site on loopback that follows a timetable: what it shows depends on the moment it is set to."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from reportwatch.portal.pages import Column, Row, report_page
from reportwatch.portal.troubles import HTML, TROUBLES, Answer, html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reportwatch.portal.form import MadeReport

ALWAYS, NEVER = "0000", "9999"  # before and after every UTC text
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Version:
    """What one path serves from a moment on; `body` None means that it is gone (404)."""

    since: str
    body: bytes | None
    media_type: str = HTML["Content-Type"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a column, and while it is there."""

    row: Row
    since: str
    until: str = NEVER


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A trouble, on all paths that begin with `path`, while it lasts."""

    trouble: str
    path: str
    since: str
    until: str


@dataclass(slots=True)
class Site:
    """One host of the portal. Moments are UTC text; `at` is the moment that visitors see."""

    name: str
    at: str = ALWAYS
    robots: str = "User-agent: *\nAllow: /\n"
    requests: list[tuple[str, str]] = field(default_factory=list)
    _columns: dict[str, tuple[Column, list[Entry]]] = field(default_factory=dict)
    _pages: dict[str, list[Version]] = field(default_factory=dict)
    _disturbances: list[Disturbance] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _port: int = 0

    # -- what is on it, and when

    def add_column(self, column: Column) -> None:
        """A list page, empty until rows are put on it."""
        self._columns[column.path] = (column, [])

    def put(
        self, path: str, body: bytes | None, since: str = ALWAYS, media_type: str = HTML["Content-Type"]
    ) -> None:
        """What a path serves from that moment on; None takes it away."""
        self._pages.setdefault(path, []).append(Version(since, body, media_type))
        self._pages[path].sort(key=lambda version: version.since)

    def list_row(self, column: str, row: Row, since: str = ALWAYS, until: str = NEVER) -> None:
        """A row on a column while it lasts, newest first."""
        self._columns[column][1].insert(0, Entry(row, since, until))

    def relist(self, column: str, row: Row, since: str = ALWAYS, until: str = NEVER) -> None:
        """A row in place of all rows of the column that lead to the same path."""
        shown, entries = self._columns[column]
        self._columns[column] = (shown, [entry for entry in entries if entry.row.path != row.path])
        self.list_row(column, row, since, until)

    def publish(
        self, column: str, made: MadeReport, day: str, since: str, until: str = NEVER, *, dated: bool = True
    ) -> str:
        """A made report on its own page and its row on the column; the path. `dated` False: no date, not in the path either."""
        name = (
            f"{day[:4]}{day[5:7]}/t{day.replace('-', '')}_{_number(made)}" if dated else f"c{_number(made)}"
        )
        path = f"{column}{name}.html"
        self.put(path, report_page(made, day if dated else None), since)
        self.list_row(column, Row(path, made.title, day if dated else ""), since, until)
        if until != NEVER:
            self.put(path, None, until)
        return path

    def revise(self, path: str, made: MadeReport, day: str | None, since: str) -> None:
        """Another version of a report on the same page, from that moment on."""
        self.put(path, report_page(made, day), since)

    def disturb(self, trouble: str, path: str = "/", since: str = ALWAYS, until: str = NEVER) -> None:
        """One of TROUBLES on all paths that begin so, while it lasts. KeyError for a trouble that does not exist."""
        TROUBLES[trouble]
        self._disturbances.append(Disturbance(trouble, path, since, until))

    # -- what visitors get

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """What is sent for a path at this moment; disturbances change what would have been sent."""
        answer = self._undisturbed(path)
        for disturbance in self._disturbances:
            if path.startswith(disturbance.path) and disturbance.since <= self.at < disturbance.until:
                return TROUBLES[disturbance.trouble](answer)
        tag = answer.headers.get("ETag")
        if tag is not None and headers.get("If-None-Match") == tag:
            return Answer(304, b"", {"ETag": tag})
        return answer

    def _undisturbed(self, path: str) -> Answer:
        if path == "/robots.txt":
            return Answer(200, self.robots.encode(), {"Content-Type": "text/plain"})
        version = self._version(path)
        if version is not None and version.body is not None:
            return _found(version)
        listed = self._listed(path)
        if listed is not None:
            return _found(Version(ALWAYS, listed))
        if path == "/":
            return html(
                f"<h1>{self.name}</h1>"
                + "".join(
                    f"<p><a href='{way}'>{column.title}</a></p>" for way, (column, _) in self._columns.items()
                )
            )
        return html("<h1>404 Not Found</h1>", 404)

    def _version(self, path: str) -> Version | None:
        seen = [version for version in self._pages.get(path, ()) if version.since <= self.at]
        return seen[-1] if seen else None

    def _listed(self, path: str) -> bytes | None:
        for column, entries in self._columns.values():
            rows = [entry.row for entry in entries if entry.since <= self.at < entry.until]
            addresses = column.addresses(len(rows))
            wanted = addresses[0] if path == column.path else path
            if wanted in addresses:
                return column.page(rows, addresses.index(wanted))
        return None

    # -- on the wire

    @property
    def address(self) -> str:
        """host:port, the same while the site lives, also when it is stopped and started again."""
        return f"127.0.0.1:{self._port}"

    def url(self, path: str = "/") -> str:
        """The absolute address of a path."""
        return f"http://{self.address}{path}"

    def start(self) -> None:
        """Answers on loopback from now on."""
        server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        server.daemon_threads = True
        self._server, self._port = server, server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), name=self.name, daemon=True).start()

    def stop(self) -> None:
        """Refuses connections from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@dataclass(slots=True)
class Portal:
    """Several sites under one timetable."""

    sites: tuple[Site, ...]

    def turn_to(self, at: str) -> None:
        """Sets the moment that visitors of every site see."""
        for site in self.sites:
            site.at = at

    @property
    def addresses(self) -> str:
        """All host:port, as the address guard's allow-list wants them."""
        return ",".join(site.address for site in self.sites)


@contextmanager
def opened(*sites: Site) -> Iterator[Portal]:
    """The portal, answering; stopped at the end."""
    for site in sites:
        site.start()
    try:
        yield Portal(sites)
    finally:
        for site in sites:
            site.stop()


def _number(made: MadeReport) -> int:
    """An article number, the same whenever the same report is made."""
    return 10000 + int.from_bytes(hashlib.sha256(f"{made.title}{made.year}".encode()).digest()[:2], "big")


def _found(version: Version) -> Answer:
    body = version.body or b""
    headers = {"Content-Type": version.media_type, "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}
    if version.since not in (ALWAYS, NEVER):
        headers["Last-Modified"] = format_datetime(datetime.fromisoformat(version.since), usegmt=True)
    return Answer(200, body, headers)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (Visitor,), {"site": site})


class Visitor(BaseHTTPRequestHandler):
    """One connection to a site; `site` is set by the subclass that each site's server gets."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        """Answers, and remembers the request."""
        path = self._path()
        self.site.requests.append((self.site.at, path))
        self._send(self.site.answer(path, self._asked()), with_body=True)

    def do_HEAD(self) -> None:
        """Answers without the body."""
        self._send(self.site.answer(self._path(), self._asked()), with_body=False)

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _asked(self) -> dict[str, str]:
        return {name.title(): value for name, value in self.headers.items()}

    def _send(self, answer: Answer, *, with_body: bool) -> None:
        if answer.status is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(answer.promised or len(answer.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)
        self.close_connection = self.close_connection or answer.promised is not None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Says nothing: the requests are kept in the site."""
