"""Servers that speak old TLS only: reached where the source says so, and under the same guard."""

from __future__ import annotations

import ssl
import warnings
from typing import TYPE_CHECKING

import pytest

from tests.crawler.test_proxy import secure
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import World
    from tests.portal.server import Site


def old_server(world: World, folder: Path) -> Site:
    """A server of TLS 1.0, and of nothing newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is the point
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    site = secure(world.site(), folder, context)
    site.put("/nb/", listed([report_row(1)]))
    site.put("/nb/t1.html", report_page())
    return site


def https(site: Site, path: str = "/nb/") -> str:
    return site.url(path).replace("http:", "https:")


def test_a_server_of_tls_1_0_is_read_where_the_source_says_so(world: World, tmp_path: Path) -> None:
    site = old_server(world, tmp_path)
    world.watch("demo", https(site), options="old_tls = true", min_interval=0.3)
    done = world.crawl()
    assert done.summary["visits"] == {"good": 1}, (done.summary, done.log)
    assert done.summary["new_documents"] == 1
    assert site.paths()[0] == "/robots.txt"
    assert site.asked[1].at - site.asked[0].at >= 0.3
    assert site.asked[0].headers["User-Agent"].startswith("reportwatch/")


def test_without_the_option_it_is_blind_and_says_what_to_do(world: World, tmp_path: Path) -> None:
    site = old_server(world, tmp_path)
    world.watch("demo", https(site))
    done = world.crawl()
    assert done.kinds == {"demo": "tls"}
    assert "old_tls = true" in str(done.summary["blind"])


def test_a_newer_server_is_read_with_the_option_as_well(world: World, tmp_path: Path) -> None:
    site = secure(world.site(), tmp_path)
    site.put("/nb/", listed([report_row(1)]))
    world.watch("demo", https(site), options="old_tls = true")
    assert world.crawl().summary["visits"] == {"good": 1}


WAYS = {
    "literal": "127.0.0.1",
    "short": "127.1",
    "number": "2130706433",
    "name": "localhost",
    "rebinding": "rebinding.example",
}


@pytest.mark.parametrize("redirected", [False, True])
def test_the_guard_stands_before_these_connections_too(
    world: World, tmp_path: Path, *, redirected: bool
) -> None:
    front = old_server(world, tmp_path)
    trap = old_server(world, tmp_path)
    trap.stop()
    trap.host, trap.port = "127.0.0.1", front.port
    trap.start()
    secure(trap, tmp_path)
    world.allowed[:] = [front.address]
    for name, host in {**WAYS, "private": "10.0.0.1", "metadata": "169.254.169.254"}.items():
        target = f"https://{host}:{front.port}/nb/"
        front.put(f"/{name}/", "", 302, headers={"Location": target})
        url = https(front, f"/{name}/") if redirected else target
        world.watch(name, url, options="old_tls = true", hosts=sorted({front.host, host}))
    program = (
        "import runpy, socket; plain = socket.getaddrinfo;"
        "socket.getaddrinfo = lambda host, *a, **k: plain('127.0.0.1' if host in ('rebinding.example', b'rebinding.example') else host, *a, **k);"
        "runpy.run_module('crawler', run_name='__main__')"
    )
    done = world.crawl(program=("-c", program))
    assert trap.asked == []
    assert done.kinds == dict.fromkeys([*WAYS, "private", "metadata"], "dns"), done.summary
    assert "is not a public address" in str(done.summary["blind"])


def test_what_is_no_tls_at_all_is_named(world: World) -> None:
    site = world.site()
    world.watch("demo", https(site), options="old_tls = true")
    done = world.crawl()
    assert done.kinds == {"demo": "tls"}, done.summary
    assert done.summary["faults"] == []
