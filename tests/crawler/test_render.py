"""Lists that only a script fills, shown by the system's Chromium: under the same rules as every other page."""

from __future__ import annotations

import json
import os
import socket
import threading
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.crawler.conftest import World
from tests.portal.server import report_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tests.crawler.conftest import Crawled
    from tests.portal.server import Site

ROWS = [
    {"href": f"/a/t{number}.html", "title": f"示范市第{number}局2025年政府信息公开工作年度报告", "day": "2026-01-20"}
    for number in range(1, 6)
]  # fmt: skip
FILL = """
function fill(rows) {
  var list = document.getElementById('app');
  list.innerHTML = rows.map(r => '<li><a href="' + r.href + '">' + r.title + '</a><span>' + r.day + '</span></li>').join('');
}
"""
ASK = "fetch('/api/list').then(r => r.json()).then(fill);"


def shell(script: str) -> str:
    text = "本栏目公布本市各级行政机关的政府信息公开工作年度报告。" * 5
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>政府信息公开年报</title></head><body><p>{text}</p>"
        f"<ul id='app'></ul><script>{FILL}{script}</script></body></html>"
    )


def spa(world: World, name: str, script: str = ASK, options: str = "", **more: Any) -> Site:  # noqa: ANN401 - the keys of a block
    """A site whose list is filled by a script, and a source for it."""
    site = world.site()
    site.put("/nb/", shell(script))
    site.put("/api/list", json.dumps(ROWS), media_type="application/json")
    for number in range(1, 6):
        site.put(f"/a/t{number}.html", report_page(f"示范市第{number}局2025年政府信息公开工作年度报告"))
    world.watch(name, site.url("/nb/"), options=options, render=True, **more)
    return site


class Trap:
    """A server that nothing may reach, on this machine's usual address; counts connections and datagrams."""

    def __init__(self) -> None:
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.reached: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            self.reached.append("tcp")
            connection.close()

    def _receive(self) -> None:
        while True:
            try:
                self.udp.recvfrom(2048)
            except OSError:
                return
            self.reached.append("udp")

    def close(self) -> None:
        for one in (self.tcp, self.udp):
            one.close()


WAYS_OUT = {
    "fetch": "fetch('{url}').catch(() => 0);",
    "xhr": "var x = new XMLHttpRequest(); x.open('GET', '{url}'); x.send();",
    "post": "fetch('{url}', {{method: 'POST', body: 'x', mode: 'no-cors'}}).catch(() => 0);",
    "script": "var s = document.createElement('script'); s.src = '{url}'; document.body.appendChild(s);",
    "frame": "var f = document.createElement('iframe'); f.src = '{url}'; document.body.appendChild(f);",
    "image": "new Image().src = '{url}';",
    "beacon": "navigator.sendBeacon('{url}', 'x');",
    "socket": "new WebSocket('{url}'.replace('http', 'ws'));",
    "events": "new EventSource('{url}');",
    "popup": "window.open('{url}');",
    "form": "var f = document.createElement('form'); f.action = '{url}'; f.target = '_blank'; document.body.appendChild(f); f.submit();",
    "link": "var l = document.createElement('link'); l.rel = 'prefetch'; l.href = '{url}'; document.head.appendChild(l);",
    "connect": "var l = document.createElement('link'); l.rel = 'preconnect'; l.href = '{url}'; document.head.appendChild(l);",
    "font": "new FontFace('x', 'url({url})').load().catch(() => 0);",
    "video": "var v = document.createElement('video'); v.src = '{url}'; v.load();",
    "worker": "new Worker(URL.createObjectURL(new Blob([\"fetch('{url}').catch(() => 0)\"])));",
    "away": "setTimeout(() => {{ location.href = '{url}'; }}, 50);",
    "rtc": (
        "var c = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}},"
        " {{urls: 'turn:127.0.0.1:{port}?transport=tcp', username: 'x', credential: 'x'}}]}}); c.createDataChannel('x');"
        " c.createOffer().then(o => c.setLocalDescription(o));"
    ),
    "transport": "new WebTransport('https://127.0.0.1:{port}/x').ready.catch(() => 0);",
}
HARMLESS = {
    "image",
    "beacon",
    "popup",
    "form",
    "link",
    "connect",
    "font",
    "video",
    "rtc",
    "transport",
}  # no list comes this way


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Crawled, Trap, dict[str, Site]]]:
    world, trap, sites = World(tmp_path_factory.mktemp("render")), Trap(), {}
    url = f"http://127.0.0.1:{trap.port}/x"
    harmless = "".join(
        f"try {{ {way} }} catch (e) {{}}" for name, way in WAYS_OUT.items() if name in HARMLESS
    )
    ways = {name: way for name, way in WAYS_OUT.items() if name not in HARMLESS} | {"harmless": harmless}
    for name, script in ways.items():
        way = (
            script.replace("{url}", url)
            .replace("{port}", str(trap.port))
            .replace("{{", "{")
            .replace("}}", "}")
        )
        sites[name] = spa(world, name, way + ASK, hosts=None)
        hosts = [sites[name].host, "127.0.0.1"]  # even a watchlist that names the host opens no way to it
        world.blocks[-1] = world.blocks[-1].replace("hosts = null", f"hosts = {json.dumps(hosts)}")
    yield world, world.crawl(LOG_LEVEL="INFO"), trap, sites
    trap.close()
    world.close()


@pytest.mark.timeout(300)
def test_no_way_out_of_a_page_leads_anywhere_but_through_the_guard(
    run: tuple[World, Crawled, Trap, dict[str, Site]],
) -> None:
    _, done, trap, sites = run
    assert trap.reached == []
    assert all("/nb/" in site.paths() for site in sites.values())
    assert set(done.kinds) == set(WAYS_OUT) - HARMLESS, done.summary["blind"]
    assert done.summary["faults"] == []


def test_no_browser_is_left(run: tuple[World, Crawled, Trap, dict[str, Site]]) -> None:
    world, _, _, _ = run
    ours = str(world.root)
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            assert ours not in place.read_text(errors="replace") or place.parent.name == str(os.getpid())
        except OSError:
            continue


def reasons(done: Crawled) -> dict[str, str]:
    blind: Any = done.summary["blind"]
    return {row["source"]: row["reason"] for row in blind}


def test_no_name_spelling_or_redirect_leads_a_script_to_this_machine(world: World) -> None:
    """Hosts that the watchlist itself names, on the port of the source: so it is the address that is judged."""
    ways = {
        "literal": "127.0.0.1",
        "short": "127.1",
        "number": "2130706433",
        "rebinding": "rebinding.example",
    }
    traps = []
    for name, host in {**ways, "redirect": "127.0.0.1"}.items():
        site = spa(world, name)
        trap = world.site()
        trap.stop()
        trap.host, trap.port = "127.0.0.1", site.port
        trap.start()
        traps.append(trap)
        target = f"http://{host}:{site.port}/x"
        site.put("/hop", "", 302, headers={"Location": target})
        asked = "/hop" if name == "redirect" else target
        site.put("/nb/", shell(f"fetch('{asked}').catch(() => 0);" + ASK))
        world.blocks[-1] = world.blocks[-1].replace('hosts = ["', f'hosts = ["{host}", "')
    program = (
        "import runpy, socket; plain = socket.gethostbyname;"
        "socket.gethostbyname = lambda name: '127.0.0.1' if name == 'rebinding.example' else plain(name);"
        "runpy.run_module('crawler', run_name='__main__')"
    )
    world.allowed = [address for address in world.allowed if not address.startswith("127.0.0.1:")]
    done = world.crawl(program=("-c", program))
    assert [trap.asked for trap in traps] == [[]] * len(traps)
    normalised = {
        "short": "js_shell",
        "number": "js_shell",
    }  # the browser writes them as 127.0.0.1, which is no host of theirs
    assert done.kinds == {**dict.fromkeys([*ways, "redirect"], "dns"), **normalised}, reasons(done)
    assert "is not a public address" in reasons(done)["rebinding"]


def test_a_list_filled_by_a_script_is_read_and_kept_as_shown(world: World) -> None:
    site = spa(world, "demo", min_interval=0.3)
    done = world.crawl(CONTACT="mailto:desk@example.org")
    assert done.summary["visits"] == {"good": 1}, done.summary
    assert done.summary["new_documents"] == 5
    assert min(later.at - earlier.at for earlier, later in pairwise(site.asked)) >= 0.3
    assert {asked.headers["User-Agent"] for asked in site.asked} == {
        "reportwatch/0.1 (mailto:desk@example.org)"
    }
    assert site.paths().count("/a/t1.html") == 1
    [(headers,)] = world.rows("SELECT headers FROM captures WHERE url LIKE '%/nb/' AND kind = 'list'")
    assert json.loads(str(headers))["x-reportwatch-rendered"].startswith("Chromium ")


def test_a_page_that_says_who_looks_sees_us(world: World) -> None:
    site = spa(world, "demo", "fetch('/api/list?' + navigator.userAgent).then(r => r.json()).then(fill);")
    site.serve("/api/list", lambda _: site.answer("/api/list", {}))
    assert world.crawl().summary["visits"] == {"good": 1}
    assert any(path.startswith("/api/list?reportwatch/0.1") for path in site.paths())


def blind_pages(world: World) -> dict[str, str]:
    kinds = {}

    def source(name: str, kind: str, script: str = ASK, **more: object) -> Site:
        kinds[name] = kind
        return spa(world, name, script, "", **more)

    source("interface-gone", "http_error").put("/api/list", "{}", 404)
    source("interface-broken", "http_error").put("/api/list", "{}", 500)
    source("interface-refused", "refused").put("/api/list", "{}", 403)
    source("interface-hangs", "timeout").put("/api/list", "[        ]", drip=2)
    source("interface-empty", "js_shell").put("/api/list", "[]")
    source("robots", "robots").put("/robots.txt", "User-agent: *\nDisallow: /api/\n")
    source("firewall", "firewall").put("/nb/", shell(ASK), 412)
    source("captcha", "captcha", "document.title = '安全验证';" + ASK)
    source("never-rests", "timeout", ASK + "setInterval(() => fetch('/api/list'), 100);")
    source("hangs", "timeout", ASK + "setTimeout(() => { while (true) {} }, 50);")
    source("elsewhere", "js_shell", "fetch('http://203.0.113.7/x').catch(() => 0);" + ASK)
    source("half-the-list", "refused", ASK + "fetch('/api/more').then(r => r.json()).then(fill);").put(
        "/api/more", "{}", 403
    )
    return kinds


@pytest.mark.timeout(300)
def test_what_a_script_cannot_show_is_named_and_delays_nobody_else(world: World) -> None:
    kinds = blind_pages(world)
    spa(world, "counted", "fetch('http://hm.baidu.com/x.js').catch(() => 0);" + ASK)
    spa(
        world,
        "confirmed",
        "fetch('http://203.0.113.7/x').catch(() => 0);" + ASK,
        options='does_without = "203.0.113.7"',
    )
    done = world.crawl(RENDER_LIMIT="9", TIMEOUT="2")
    assert done.kinds == kinds, reasons(done)
    assert {row[0] for row in world.rows("SELECT source FROM crawls WHERE outcome = 'good'")} == {
        "counted",
        "confirmed",
    }
    assert done.summary["faults"] == []


def test_a_page_that_wants_too_much_memory_is_ended(world: World) -> None:
    eats = "var kept = []; setInterval(() => { for (var i = 0; i < 20; i++) kept.push(new Uint8Array(4e6).fill(7)); fetch('/api/list'); }, 50);"
    spa(world, "eats", eats + ASK)
    spa(world, "modest")
    done = world.crawl(RENDER_LIMIT="60", RENDER_MEMORY="600")
    assert done.kinds == {"eats": "truncated"}, reasons(done)
    assert "RENDER_MEMORY" in reasons(done)["eats"]
    assert done.summary["visits"] == {"blind": 1, "good": 1}


def test_one_page_at_a_time_is_shown(world: World) -> None:
    open_at_once: list[int] = []
    going = 0
    lock = threading.Lock()

    def count(path: str) -> None:
        nonlocal going
        if path.startswith("/api/"):
            with lock:
                going += 1 if path.endswith("begin") else -1
                open_at_once.append(going)

    both = (
        "fetch('/api/begin').then(() => new Promise(r => setTimeout(r, 400))).then(() => fetch('/api/end'));"
    )
    for name in ("one", "two", "three"):
        site = spa(world, name, both + ASK)
        site.put("/api/begin", "{}")
        site.put("/api/end", "{}")
        site.put("/api/list", json.dumps(ROWS))
        site.on_request = lambda path: count(path) if path != "/api/list" else None
    assert world.crawl().summary["visits"] == {"good": 3}
    assert max(open_at_once) == 1


@pytest.mark.parametrize("lacks", ["extra", "program"])
def test_without_a_browser_the_list_is_blind_and_says_what_to_install(
    world: World, lacks: str, tmp_path: Path
) -> None:
    site = spa(world, "demo")
    hide = {
        "extra": "import sys; sys.modules['scrapy_playwright'] = None; sys.modules['playwright'] = None;",
        "program": f"import os; os.environ['PATH'] = {str(tmp_path)!r};",
    }[lacks]
    done = world.crawl(
        program=("-c", f"{hide} import runpy; runpy.run_module('crawler', run_name='__main__')")
    )
    assert done.kinds == {"demo": "unsupported"}
    assert ("--extra js" if lacks == "extra" else "apt-get install") in reasons(done)["demo"]
    assert "/api/list" not in site.paths()
    assert "Traceback" not in done.log
