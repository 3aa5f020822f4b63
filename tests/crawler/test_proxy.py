"""Proxies: what goes through them, whom their failures are held against, and that their password is seen nowhere."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from crawler.failures import ProxyError
from crawler.proxies import proxy_of
from store.model import Source
from tests.portal.server import Reply, listed, report_page, report_row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crawler.conftest import Crawled, World
    from tests.portal.server import Site

CANARY = "Canary-4711!"
LOGIN = f"desk:{CANARY.replace('!', '%21')}"
HEADER = "Basic " + base64.b64encode(f"desk:{CANARY}".encode()).decode()
TARGET = "http://8.8.8.8/nb/"


def reason(done: Crawled) -> str:
    blind: Any = done.summary["blind"]
    return str(blind[0]["reason"])


def web_proxy(world: World) -> Site:
    """A proxy that has the whole answer of an address far away."""
    proxy = world.site()
    proxy.put("http://8.8.8.8/robots.txt", "User-agent: *\nAllow: /\n")
    proxy.put(TARGET, listed([report_row(1)]))
    proxy.put("http://8.8.8.8/nb/t1.html", report_page())
    return proxy


def assert_no_canary(world: World, done: Crawled) -> None:
    spellings = [CANARY, CANARY.replace("!", "%21"), HEADER, HEADER.removeprefix("Basic ")]
    places = {"log": done.log, "summary": str(done.summary)}
    for path in (*world.state.rglob("*"), *(world.root / "watchlist").rglob("*")):
        if path.is_file():
            places[str(path)] = path.read_bytes().decode("latin-1")
    found = [(place, word) for place, text in places.items() for word in spellings if word in text]
    assert found == []


def test_a_login_from_the_environment_reaches_the_proxy_and_nothing_else(world: World) -> None:
    proxy = web_proxy(world)
    world.watch("demo", TARGET, proxy="env:REPORTWATCH_PROXY_CN")
    done = world.crawl(PROXY_CN=f"http://{LOGIN}@{proxy.address}", LOG_LEVEL="DEBUG")
    assert done.summary["visits"] == {"good": 1}, done.summary
    assert done.summary["new_documents"] == 1
    assert {asked.headers.get("Proxy-Authorization") for asked in proxy.asked} == {HEADER}
    assert "http://8.8.8.8/robots.txt" in proxy.paths()
    assert_no_canary(world, done)


def test_a_proxy_for_all_is_used_but_where_a_source_wants_none(world: World) -> None:
    proxy, near = web_proxy(world), world.site()
    near.put("/nb/", listed([report_row(1)]))
    world.watch("far", TARGET)
    world.watch("near", near.url("/nb/"), proxy="none")
    assert world.crawl(PROXY=f"http://{proxy.address}").summary["visits"] == {"good": 2}
    assert TARGET in proxy.paths()
    assert "/nb/" in near.paths()


def test_a_login_from_a_file_that_only_its_owner_reads(world: World, tmp_path: Path) -> None:
    proxy, secret = web_proxy(world), tmp_path / "secret"
    secret.write_text(f"http://{LOGIN}@{proxy.address}\n")
    secret.chmod(0o600)
    world.watch("demo", TARGET, proxy=f"file:{secret}")
    assert world.crawl().summary["visits"] == {"good": 1}
    secret.chmod(0o644)
    done = world.crawl("2026-02-05T02:00:00Z")
    assert done.kinds == {"demo": "connection"}
    assert "chmod 600" in reason(done)


def refusing(world: World) -> str:
    """A proxy that wants another login, and shows in its answer the one that it was sent."""
    proxy = world.site()
    for path in ("http://8.8.8.8/robots.txt", TARGET):
        proxy.serve(path.removeprefix("http://8.8.8.8"), lambda asked: _echo(asked.headers))
    return proxy.address


def _echo(headers: dict[str, str]) -> Reply:
    return Reply(f"no: {headers.get('Proxy-Authorization')} {CANARY}".encode(), 407)


def unreachable(_: World) -> str:
    with socket.create_server(("127.0.1.1", 0)) as listener:
        return f"127.0.1.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("refusing", "refused its login"),
        ("unreachable", "cannot be reached"),
        ("nameless", "has no address"),
        ("unset", "is not set"),
        ("mistyped", "must begin with http://"),
    ],
)
def test_a_failing_proxy_is_named_not_held_against_the_host_and_tells_no_secret(
    world: World, failure: str, words: str, scheme: str
) -> None:
    made: dict[str, Callable[[World], str]] = {"refusing": refusing, "unreachable": unreachable}
    named = {"nameless": "no-such-name.invalid:3128", "unset": "", "mistyped": "x:1"}
    address = made[failure](world) if failure in made else named[failure]
    if failure in made:
        world.allowed.append(address)
    value = {"unset": "", "mistyped": f"ftp://{LOGIN}@{address}"}.get(failure, f"http://{LOGIN}@{address}")
    world.watch("demo", TARGET.replace("http:", f"{scheme}:"), proxy="env:REPORTWATCH_PROXY_CN")
    done = world.crawl(PROXY_CN=value, LOG_LEVEL="DEBUG")
    assert done.kinds == {"demo": "connection"}
    assert words in reason(done) or (failure == "refusing" and "refused" in reason(done))
    assert world.rows("SELECT count(*) FROM hosts WHERE failures > 0") == [(0,)]
    assert done.summary["faults"] == []
    assert_no_canary(world, done)


def test_a_proxy_that_hangs_is_not_held_against_the_hosts_behind_it(world: World) -> None:
    with socket.create_server(("127.0.1.1", 0)) as listener:  # takes every connection, and never answers
        address = f"127.0.1.1:{listener.getsockname()[1]}"
        world.allowed.append(address)
        site = world.site()
        site.put("/nb/", listed([report_row(1)]))
        world.watch("demo", site.url("/nb/"), proxy=f"http://{address}")
        for day in (3, 4, 5):
            done = world.crawl(f"2026-02-0{day}T02:00:00Z", TIMEOUT="1")
            assert done.kinds == {"demo": "timeout"}
            assert "through the proxy" in reason(done)
    assert world.rows("SELECT * FROM hosts") == []
    world.blocks.clear()
    world.watch("demo", site.url("/nb/"))
    assert world.crawl("2026-02-05T02:30:00Z").summary["visits"] == {"good": 1}


class Tunnel:
    """A proxy that opens tunnels, and remembers what it was asked."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.1.1", 0))
        self.address = f"127.0.1.1:{self.listener.getsockname()[1]}"
        self.asked: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(connection,), daemon=True).start()

    def _tunnel(self, near: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += near.recv(4096)
        self.asked.append(head.decode())
        host, _, port = head.split()[1].decode().partition(":")
        far = socket.create_connection((host, int(port)))
        near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=_pour, args=(near, far), daemon=True).start()
        _pour(far, near)


def _pour(from_: socket.socket, to: socket.socket) -> None:
    try:
        while chunk := from_.recv(65536):
            to.sendall(chunk)
    except OSError:
        pass
    finally:
        to.close()


def secure(site: Site, folder: Path, context: ssl.SSLContext | None = None) -> Site:
    """The same site behind TLS, with a certificate that nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    if not key.exists():
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=demo", "-keyout", key, "-out",
             certificate],
            check=True, capture_output=True,
        )  # fmt: skip
    context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    assert site.server is not None
    site.server.socket = context.wrap_socket(
        site.server.socket, server_side=True, do_handshake_on_connect=False
    )
    return site


@pytest.mark.parametrize("old_tls", [False, True])
def test_a_secure_page_goes_through_a_tunnel_with_the_login_for_the_proxy_alone(
    world: World, tmp_path: Path, *, old_tls: bool
) -> None:
    site, tunnel = secure(world.site(), tmp_path), Tunnel()
    world.allowed.append(tunnel.address)
    site.put("/nb/", listed([report_row(1)]))
    options = "old_tls = true" if old_tls else ""
    world.watch(
        "demo", site.url("/nb/").replace("http:", "https:"), proxy="env:REPORTWATCH_PROXY_CN", options=options
    )
    done = world.crawl(PROXY_CN=f"http://{LOGIN}@{tunnel.address}", LOG_LEVEL="DEBUG")
    assert done.summary["visits"] == {"good": 1}, done.summary
    assert all(head.startswith("CONNECT ") and HEADER in head for head in tunnel.asked)
    assert tunnel.asked
    assert all("Proxy-Authorization" not in asked.headers for asked in site.asked)
    assert_no_canary(world, done)


@pytest.mark.parametrize("old_tls", [False, True])
def test_no_tunnel_leads_to_a_private_address(world: World, tmp_path: Path, *, old_tls: bool) -> None:
    site, tunnel = secure(world.site(), tmp_path), Tunnel()
    world.allowed[:] = [tunnel.address]
    options = "old_tls = true" if old_tls else ""
    for name, host in {"literal": site.host, "private": "10.0.0.1", "rebinding": "rebinding.example"}.items():
        world.watch(name, f"https://{host}:{site.port}/nb/", options=options)
    program = (
        "import runpy, socket; plain = socket.gethostbyname;"
        "socket.gethostbyname = lambda name: '127.0.0.1' if name == 'rebinding.example' else plain(name);"
        "runpy.run_module('crawler', run_name='__main__')"
    )
    done = world.crawl(program=("-c", program), PROXY=f"http://{tunnel.address}")
    assert set(done.kinds.values()) == {"dns"}
    assert tunnel.asked == []
    assert site.asked == []


def source(proxy: str | None) -> Source:
    return Source("x", "http://www.example.gov.cn/", "static", ("www.example.gov.cn",), "demo", proxy=proxy)


@pytest.mark.parametrize(
    "value",
    [f"http://{LOGIN}@", f"https://{LOGIN}@host:1", f"http://{LOGIN}@host:99999", f"{LOGIN}@host", f"http://{LOGIN}@[::", "http://例.cn"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_not_repeated(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTWATCH_PROXY_CN", value)
    with pytest.raises(ProxyError) as caught:
        proxy_of(source("env:REPORTWATCH_PROXY_CN"))
    assert CANARY[:6] not in str(caught.value)
    assert "REPORTWATCH_PROXY_CN" in str(caught.value)


def test_what_is_printed_of_a_proxy_has_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTWATCH_PROXY_CN", f"http://{LOGIN}@host:3128")
    proxy = proxy_of(source("env:REPORTWATCH_PROXY_CN"))
    assert proxy is not None
    assert repr(proxy) == "Proxy(url='http://host:3128')"
    assert proxy.authorization == HEADER.encode()


@pytest.mark.parametrize(
    "address",
    [
        f"http://desk:a{CANARY}/b@127.0.0.1:9",
        f"http://desk:12/{CANARY}@127.0.0.1:9",
        f"http://desk:{CANARY}#b@127.0.0.1:9",
        f"http://desk:{CANARY}?b@127.0.0.1:9",
        f"http://127.0.0.1:9/?{CANARY}",
        f"http://127.0.0.1:{CANARY}",
        "http://127.0.0.1:0",
    ],
)
def test_an_address_of_a_proxy_with_more_than_host_and_port_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("REPORTWATCH_PROXY_CN", address)
    source = Source("demo", TARGET, "static", ("8.8.8.8",), "demo", proxy="env:REPORTWATCH_PROXY_CN")
    with pytest.raises(ProxyError, match="REPORTWATCH_PROXY_CN is not an address such as") as caught:
        proxy_of(source)
    assert CANARY not in str(caught.value)
