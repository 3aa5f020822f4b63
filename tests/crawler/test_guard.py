"""Nothing leads the crawler to this machine or its network, or to anything but the web: tried on the real process."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pytest

from crawler.addresses import OutOfBoundsError, admitted, allow_list, endpoint, refusal
from tests.crawler.conftest import ROOT, World
from tests.portal.server import listed, report_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crawler.conftest import Crawled

# All lead to this machine, its network or a cloud's metadata; {port} is where a server of ours listens.
SPELLINGS = {
    "plain": "http://127.0.0.1:{port}/nb/",
    "name": "http://localhost:{port}/nb/",
    "short": "http://127.1:{port}/nb/",
    "number": "http://2130706433:{port}/nb/",
    "hexadecimal": "http://0x7f000001:{port}/nb/",
    "octal": "http://0177.0.0.1:{port}/nb/",
    "zero": "http://0:{port}/nb/",
    "any": "http://0.0.0.0:{port}/nb/",
    "ipv6": "http://[::1]:{port}/nb/",
    "mapped": "http://[::ffff:127.0.0.1]:{port}/nb/",
    "private": "http://10.0.0.1:{port}/nb/",
    "metadata": "http://169.254.169.254:{port}/nb/",
    "carrier": "http://100.64.0.1:{port}/nb/",
}

DIRECT = tuple(
    name for name, url in SPELLINGS.items() if "[" not in url
)  # the watchlist refuses addresses in brackets


class Trap:
    """Sources that lead to a server of this machine that is not on the allow-list."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.server = world.site()
        self.server.stop()
        self.server.host, self.server.port = "0.0.0.0", 0
        self.server.start()
        world.allowed.clear()
        self.port = self.server.port


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Trap, Crawled]]:
    world = World(tmp_path_factory.mktemp("guard"))
    trap = Trap(world)
    for name in DIRECT:
        world.watch(name, SPELLINGS[name].format(port=trap.port))
    front = world.site()
    for name, url in SPELLINGS.items():
        front.put(f"/{name}/", "", 302, headers={"Location": url.format(port=trap.port)})
        world.watch(
            f"redirect-{name}",
            front.url(f"/{name}/"),
            hosts=[front.host, "127.0.0.1", "localhost", "10.0.0.1"],
        )
    yield trap, world.crawl()
    world.close()


def test_no_spelling_of_a_private_address_is_reached(guarded: tuple[Trap, Crawled]) -> None:
    trap, done = guarded
    assert trap.server.asked == []
    assert set(DIRECT) <= set(done.kinds)
    assert done.kinds["plain"] == "dns"


def test_no_redirect_leads_to_a_private_address(guarded: tuple[Trap, Crawled]) -> None:
    _, done = guarded
    assert {f"redirect-{name}" for name in SPELLINGS} <= set(done.kinds)
    assert "is not a public address" in str(done.summary["blind"])


def test_an_allowed_host_is_allowed_on_its_port_only(world: World) -> None:
    site, other = world.site(), world.site()
    other.stop()
    other.host, other.port = site.host, 0
    other.start()
    site.put("/nb/", "", 302, headers={"Location": other.url("/nb/")})
    world.watch("port", other.url("/nb/"))
    world.crawl()
    assert other.asked == []


def test_the_answer_of_the_name_server_is_judged_and_not_the_name(world: World) -> None:
    """A name that answers with a public address first and a private one later, or at once."""
    trap = Trap(world)
    world.watch("rebinding", f"http://rebinding.example:{trap.port}/nb/")
    program = textwrap.dedent(
        """
        import runpy, socket
        socket.gethostbyname = lambda name: "127.0.0.1"
        runpy.run_module("crawler", run_name="__main__")
        """
    )
    done = world.crawl(program=("-c", program))
    assert trap.server.asked == []
    assert "rebinding.example: 127.0.0.1 is not a public address" in str(done.summary["blind"])


def test_the_guard_is_what_stops_it(world: World) -> None:
    """The same server is read as soon as the operator allows it: so it was the guard, and not something else."""
    site = world.site()
    site.put("/nb/", listed([report_row(1)]))
    world.watch("demo", site.url("/nb/"))
    allowed, world.allowed = world.allowed, []
    assert world.crawl().kinds == {"demo": "dns"}
    assert site.asked == []
    world.allowed = allowed
    assert world.crawl("2026-02-05T02:00:00Z").summary["visits"] == {"good": 1}


def test_a_file_is_no_source(world: World) -> None:
    world.watch("file", "file:///etc/hostname", hosts=["localhost"])
    done = world.crawl()
    assert done.code != 0
    assert not (world.state / "raw").exists()


@pytest.mark.parametrize(
    "url",
    ["file:///etc/hostname", "data:text/html,x", "ftp://example.org/x", "http://", "http://[", "s3://a/b"],
)
def test_only_web_addresses_have_an_endpoint(url: str) -> None:
    with pytest.raises(OutOfBoundsError):
        endpoint(url)


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1"])
def test_public_addresses_may_be_reached(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1",
     "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "not an address"],
)  # fmt: skip
def test_other_addresses_may_not(address: str) -> None:
    assert refusal(address)


def test_a_source_may_use_its_hosts_and_its_own_port() -> None:
    hosts = ("www.example.gov.cn", "File.example.gov.cn")
    own = "http://www.example.gov.cn:8081/nb/"
    assert admitted("https://file.example.gov.cn/a.pdf", own, hosts)
    assert admitted("http://www.example.gov.cn:8081/nb/2", own, hosts)
    assert not admitted("http://www.example.gov.cn:22/nb/", own, hosts)
    assert not admitted("http://evil.example.gov.cn/nb/", own, hosts)
    assert not admitted("http://www.example.gov.cn@evil.example/nb/", own, hosts)


def test_an_allow_list_without_a_port_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="host:port"):
        allow_list("127.0.0.1")


def test_a_proxy_is_no_way_around_the_guard(world: World) -> None:
    proxy, site = world.site(), world.site()
    world.watch("private", "http://10.0.0.1/nb/", proxy=proxy.url("/"))
    world.watch("unresolved", "http://no-such-name.invalid/nb/", proxy=proxy.url("/"))
    world.watch("secret-proxy", "http://8.8.8.8/nb/", proxy=site.url("/"))
    world.allowed.remove(site.address)
    assert set(world.crawl().kinds.values()) == {"dns"}
    assert proxy.asked == []
    assert site.asked == []


def test_a_proxy_is_used_for_its_source(world: World) -> None:
    proxy = world.site()
    target = "http://8.8.8.8/nb/"
    proxy.put("http://8.8.8.8/robots.txt", "", 404)
    proxy.put(target, listed([report_row(1)]))
    world.watch("demo", target, proxy=proxy.url("/"))
    assert world.crawl().summary["visits"] == {"good": 1}
    assert target in proxy.paths()


def test_an_http_proxy_variable_takes_nothing_out_of_sight(world: World) -> None:
    proxy, site = world.site(), world.site()
    site.put("/nb/", listed([report_row(1)]))
    world.watch("demo", site.url("/nb/"))
    program = f"import os, runpy; os.environ['http_proxy'] = {proxy.url('/')!r}; runpy.run_module('crawler', run_name='__main__')"
    assert world.crawl(program=("-c", program)).summary["visits"] == {"good": 1}
    assert proxy.asked == []


def test_messages_attach_what_is_in_memory_and_nothing_fetches_it() -> None:
    """Apprise fetches an attachment from its address by itself, past every guard of ours: none is ever given one."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")]
    assert len(sources) > 10
    assert not [
        text
        for text in sources
        if re.search(r"Attach(?:Base|HTTP|File)|attachment\.(?:http|file|base)", text)
    ]
    given = [call for text in sources for call in re.findall(r"AppriseAttachment\(([^)]*)\)", text)]
    assert given == ["content"]  # what `AttachMemory` made of our own bytes
    assert sum("content = AttachMemory(" in text for text in sources) == 1
