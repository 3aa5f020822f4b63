"""A small real site on loopback, and the crawler run against it as a real child process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from store.database import open_database
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

ROOT = Path(__file__).resolve().parents[2]
HTML = "text/html; charset=utf-8"
NOW = "2026-02-03T02:00:00Z"
ADDRESSES = count(2)  # 127.0.1.2, 127.0.1.3, ...: hosts of their own, as the pause and the breaker see them


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
    path: str
    at: float
    headers: dict[str, str]


class Site:
    """One host on loopback."""

    def __init__(self) -> None:
        self.host = f"127.0.1.{next(ADDRESSES)}"
        self.replies: dict[str, list[Reply]] = {}
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
            headers = dict(self.headers.items())
            site.asked.append(Asked(self.path, monotonic(), headers))
            site.on_request(self.path)
            self._send(site.answer(self.path, headers))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
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


@dataclass(frozen=True, slots=True)
class Crawled:
    """How a crawl ended."""

    code: int
    summary: dict[str, object]
    log: str

    @property
    def kinds(self) -> dict[str, str]:
        """Source to kind of blindness."""
        blind = self.summary["blind"]
        assert isinstance(blind, list)
        return {row["source"]: row["kind"] for row in blind}


class World:
    """A watchlist, a state folder and sites, on which the real crawler runs."""

    def __init__(self, root: Path) -> None:
        self.root, self.state = root, root / "state"
        self.sites: list[Site] = []
        self.blocks: list[str] = []
        self.allowed: list[str] = []

    def site(self) -> Site:
        site = Site()
        site.start()
        self.sites.append(site)
        self.allowed.append(site.address)
        return site

    def watch(self, name: str, url: str, family: str = "static", options: str = "", **more: object) -> None:
        """Another source. `options` is TOML; `more` are further keys of the block."""
        keys = {"hosts": [urlsplit(url).hostname], "min_interval": 0.02, **more}
        lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        block = [
            "[[source]]",
            f'id = "{name}"',
            f"url = {json.dumps(url)}",
            f'family = "{family}"',
            'publishers = ["gov"]',
            *lines,
        ]
        self.blocks.append("\n".join([*block, f"options = {{ {options} }}"]))

    def environment(self, now: str, **more: str) -> dict[str, str]:
        folder = self.root / "watchlist" / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sources.toml").write_text("\n\n".join(self.blocks) + "\n", encoding="utf-8")
        (folder / "publishers.csv").write_text(
            "id,name,kind,region,parent,aliases,from_year,to_year,successor,due,due_source,sources,note\n"
            "gov,示范市人民政府,government,demo,,,,,,,,,\n",
            encoding="utf-8",
        )
        return {
            "PATH": os.environ["PATH"],
            "REPORTWATCH_STATE": str(self.state),
            "REPORTWATCH_WATCHLIST": str(folder.parent),
            "REPORTWATCH_NOW": now,
            "REPORTWATCH_ALLOW": ",".join(self.allowed),
            "REPORTWATCH_TIMEOUT": "3",
            **{f"REPORTWATCH_{name}": value for name, value in more.items()},
        }

    def start(
        self, now: str = NOW, program: tuple[str, ...] = ("-m", "crawler"), **more: str
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore::ResourceWarning", *program], cwd=ROOT, env=self.environment(now, **more),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def crawl(self, now: str = NOW, program: tuple[str, ...] = ("-m", "crawler"), **more: str) -> Crawled:
        child = self.start(now, program, **more)
        try:
            out, log = child.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise AssertionError(child.communicate()[1].decode()) from None
        lines = out.decode().strip().splitlines()
        summary = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
        return Crawled(child.returncode, summary, log.decode())

    def database(self) -> Database:
        return open_database(StatePaths(self.state).database, create=False)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        db = self.database()
        found = db.execute(sql).fetchall()
        db.close()
        return found

    def close(self) -> None:
        for site in self.sites:
            site.stop()


def site_with(world: World, *numbers: int, path: str = "/nb/") -> Site:
    """A site with a plain list of so many reports, and their pages."""
    site = world.site()
    site.put_list(path, [report_row(number) for number in numbers])
    for number in numbers:
        site.put(f"{path}t{number}.html", report_page(f"示范市第{number}局2025年政府信息公开工作年度报告"))
    return site


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()
