"""One run over many hosts, each broken in its own way: every one is named, and the healthy one is read."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from tests.crawler.conftest import World
from tests.portal.server import Asked, Reply, listed, report_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.crawler.conftest import Crawled

LIST = listed([report_row(number) for number in range(1, 6)])


def broken(world: World) -> dict[str, str]:
    """A source for each fault, and the kind of blindness that it must be."""
    kinds = {}

    def source(kind: str, fault: str, path: str = "/nb/", **reply: object) -> None:
        site = world.site()
        site.put("/index.html", LIST)
        site.put("/nb/", **{"body": LIST, **reply})  # type: ignore[arg-type]  # the arguments of put
        world.watch(fault, site.url(path))
        kinds[fault] = kind

    source("refused", "forbidden", status=403, body="<html>Forbidden</html>")
    source("firewall", "script-cookie", status=412, body="<html></html>")
    source("firewall", "jiasule", status=521, body="<script>document.cookie='x'</script>")
    source("http_error", "error", status=500, body="<html>x</html>")
    source("http_error", "gone", status=404, body="<html>x</html>")
    source("captcha", "captcha", body="<html><title>安全验证</title>请输入验证码</html>")
    source(
        "maintenance", "maintenance", status=503, body="<html>网站维护中</html>", headers={"Retry-After": "0"}
    )
    source("empty", "empty", body=b"")
    source("truncated", "half", body=LIST[: len(LIST) // 2])
    source("truncated", "lost", promised=len(LIST.encode()) + 500)
    source("truncated", "huge", promised=500_000_000)
    source("timeout", "drip", drip=200)
    source("structure_changed", "pdf", body=b"%PDF-1.7", media_type="application/pdf")
    source("redirected_away", "circle", status=302, headers={"Location": "/nb/"})
    source("redirected_away", "moved", status=301, headers={"Location": "/index.html"})
    source("redirected_away", "elsewhere", status=302, headers={"Location": "http://203.0.113.7/nb/"})
    source("redirected_away", "to-a-file", status=302, headers={"Location": "file:///etc/hostname"})
    robots = world.site()
    robots.put("/robots.txt", "no", 503)
    world.watch("robots-unreadable", robots.url("/nb/"))
    forbidding = world.site()
    forbidding.put("/robots.txt", "User-agent: *\nDisallow: /nb/\n")
    world.watch("robots-forbid", forbidding.url("/nb/"))
    stopped = world.site()
    stopped.stop()
    world.watch("stopped", stopped.url("/nb/"))
    world.watch("no-such-name", "http://no-such-name.invalid/nb/")
    tls = untrusted_tls(world)
    world.watch("plain-http-as-tls", tls)
    return {
        **kinds, "robots-unreadable": "robots", "robots-forbid": "robots", "stopped": "connection", "no-such-name": "dns",
        "plain-http-as-tls": "tls",
    }  # fmt: skip


def untrusted_tls(world: World) -> str:
    """A port that greets with the alert of a server that speaks no version of TLS that we know."""
    listener = socket.create_server(("127.0.1.1", 0))
    port = listener.getsockname()[1]
    world.allowed.append(f"127.0.1.1:{port}")
    alert = bytes([21, 3, 3, 0, 2, 2, 70])  # fatal, protocol_version

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(alert)

    threading.Thread(target=serve, daemon=True).start()
    return f"https://127.0.1.1:{port}/nb/"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Crawled, dict[str, str]]]:
    folder: Path = tmp_path_factory.mktemp("faults")
    world = World(folder)
    kinds = broken(world)
    healthy = world.site()
    healthy.put("/nb/", LIST)
    world.watch("healthy", healthy.url("/nb/"))
    yield world, world.crawl(), kinds
    world.close()


FAULTS = (
    "forbidden", "script-cookie", "jiasule", "error", "gone", "captcha", "maintenance", "empty", "half", "lost", "huge", "drip",
    "pdf", "circle", "moved", "elsewhere", "to-a-file", "robots-unreadable", "robots-forbid", "stopped", "no-such-name",
    "plain-http-as-tls",
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(run: tuple[World, Crawled, dict[str, str]], fault: str) -> None:
    _, done, kinds = run
    assert done.kinds.get(fault) == kinds[fault], done.summary["blind"]


def test_the_healthy_source_is_read_all_the_same(run: tuple[World, Crawled, dict[str, str]]) -> None:
    world, done, kinds = run
    assert done.code == 10
    assert set(kinds) == set(FAULTS)
    assert world.rows("SELECT source FROM crawls WHERE outcome = 'good'") == [("healthy",)]


def test_no_visit_is_left_running(run: tuple[World, Crawled, dict[str, str]]) -> None:
    world, done, _ = run
    assert world.rows("SELECT count(*) FROM crawls WHERE outcome = 'running'") == [(0,)]
    assert done.summary["faults"] == []
    assert "Traceback" not in done.log


def test_a_column_that_sets_a_cookie_and_leads_to_itself_is_read(world: World) -> None:
    site = world.site()

    def answer(asked: Asked) -> Reply:
        if "seen=1" in asked.headers.get("Cookie", ""):
            return Reply(LIST.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})
        return Reply(b"", 302, {"Location": "/nb/", "Set-Cookie": "seen=1; path=/"})

    site.serve("/nb/", answer)
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().summary["visits"] == {"good": 1}


def test_a_hijacked_list_is_blind_and_kept_as_evidence(world: World) -> None:
    site = world.site()
    rows = "".join(
        f'<li><a href="/a/{day}.html">注册送彩金{day}</a><span>2026-02-{day:02}</span></li>'
        for day in range(1, 16)
    )
    site.put("/nb/", f"<html><head><title>政府信息公开年报</title></head><body><ul>{rows}</ul></body></html>")
    world.watch("silent", site.url("/nb/"))
    other = world.site()
    mixed = LIST.replace("<title>", "<title>澳门百家乐真人娱乐城_")
    other.put("/nb/", mixed)
    world.watch("mixed", other.url("/nb/"))
    assert world.crawl().kinds == {"silent": "structure_changed", "mixed": "structure_changed"}
    assert world.rows("SELECT count(*) FROM captures WHERE kind = 'list'") == [(2,)]
