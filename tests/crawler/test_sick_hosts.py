"""Hosts that hang, drip, lead in circles or send bombs, beside a healthy one: each is named, and none takes the healthy one's time."""

from __future__ import annotations

import gzip
import re
import socket
import threading
from itertools import chain
from time import process_time
from typing import TYPE_CHECKING

import pytest

from crawler import blindness, links, marks, paging, shells, text
from crawler.blindness import Expected, recognise
from crawler.shells import shell_target
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World

MIB = 1024 * 1024
LIST = listed([report_row(number) for number in range(1, 6)])


def endless(world: World) -> str:
    """A server that never stops sending."""
    listener = socket.create_server(("127.0.1.1", 0))
    address = f"127.0.1.1:{listener.getsockname()[1]}"
    world.allowed.append(address)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=pour, args=(connection,), daemon=True).start()

    def pour(connection: socket.socket) -> None:
        try:
            asked = connection.recv(4096)
            if b"/robots.txt" in asked:
                connection.sendall(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
            else:
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"
                )
                while True:
                    connection.sendall(b"<p>and on</p>" * 5000)
        except OSError:
            pass
        finally:
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://{address}/nb/"


def test_sick_hosts_are_named_and_the_healthy_one_is_read_before_them(world: World) -> None:
    many_links = (
        "<html><body>"
        + "".join(f"<a href=t{number}.html>x</a>" for number in range(320_000))
        + "</body></html>"
    )
    sick = {
        "hangs": {"body": LIST, "drip": 0},
        "drips": {"body": LIST, "drip": 300},
        "circle": {"body": "", "status": 302, "headers": {"Location": "/nb/"}},
        "bomb": {"body": gzip.compress(b"<p>0</p>" * (25 * MIB)), "headers": {"Content-Encoding": "gzip"}},
        "deep": {"body": "<html><body>" + "<div>" * 200_000 + "</body></html>"},
        "links": {"body": many_links},
    }
    world.watch("endless", endless(world))
    for name, reply in sick.items():
        site = world.site()
        site.put("/nb/", **reply)  # type: ignore[arg-type]  # the arguments of put
        world.watch(name, site.url("/nb/"))
    healthy = world.site()
    healthy.put("/nb/", LIST)
    for number in range(1, 6):
        healthy.put(f"/nb/t{number}.html", report_page())
    world.watch("healthy", healthy.url("/nb/"), min_interval=0.05)
    done = world.crawl()
    assert set(done.kinds) == {"endless", *sick}, done.summary
    assert {done.kinds[name] for name in ("hangs", "drips")} == {"timeout"}
    assert {done.kinds[name] for name in ("endless", "bomb")} == {"truncated"}
    assert done.kinds["circle"] == "redirected_away"
    assert done.summary["new_documents"] == 5
    assert done.summary["faults"] == []
    assert {row[0] for row in world.rows("SELECT source FROM crawls")} == {"endless", "healthy", *sick}


HOSTILE = ("a", " ", "<", "<a ", "<meta ", "<iframe ", "<script", '"', "(", "第", "第1", "共", "页", "1", "2024年", "/", "location=", "location.",
           "window.", "请输入", "访问", "系统", "网站", "信息公开", "&nbsp;", "\n", "\t ", "id=", "<!--", "http-equiv=refresh ", "url=", "域名",
           '"code" ', "<a>2024年", "x=", "{{")  # fmt: skip


def patterns() -> list[re.Pattern[str]]:
    """Every regular expression that these modules keep."""
    found: list[re.Pattern[str]] = []
    values = list(
        chain.from_iterable(
            vars(module).values() for module in (blindness, links, marks, paging, shells, text)
        )
    )
    while values:
        value = values.pop()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            found.append(value)
        elif isinstance(value, tuple):
            values.extend(value)
    return list(
        {
            pattern.pattern: pattern for pattern in found if pattern.pattern != links.DAY_BESIDE.pattern
        }.values()
    )


def cost(pattern: re.Pattern[str], hostile: str) -> float:
    best = []
    for _ in range(2):
        begun = process_time()
        for _ in pattern.finditer(hostile):
            pass
        best.append(process_time() - begun)
    return min(best)


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_expression_is_quadratic_in_a_hostile_page(unit: str) -> None:
    """Ten times the text may cost some twenty times the time, and not a hundred; what is over in no time is not compared."""
    slow = []
    for pattern in patterns():
        long = cost(pattern, unit * (60_000 // len(unit)))
        if long > 0.3 and long > 40 * max(cost(pattern, unit * (6_000 // len(unit))), 1e-4):
            slow.append((pattern.pattern[:60], round(long, 2)))
    assert slow == []


@pytest.mark.parametrize(
    "unit", ["<", "<script", "<a href=x>2024年", "<!--", "请输入", "<div>", "window.", "\u3000"]
)
def test_a_hostile_page_is_judged(unit: str) -> None:
    body = ("<html>" + unit * (2 * MIB // len(unit.encode()))).encode()
    assert recognise(200, {}, body, Expected("http://a.cn/", "http://a.cn/", entries=0)) is not None
    shell_target("http://a.cn/", body.decode())
