"""A portal of thousands of sites on loopback for bench/crawl.py: `python -m bench.portal PORT SITES ENTRIES LOG`.

Every address 127.x.y.z is a site of one of the families (in turn), with so many reports of real size. What was asked
for is written to LOG when the server is told to end, so that other programs can download the very same pages.
"""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sys
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from time import monotonic

from aiohttp import web

from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from tests.portal.corner import Corner, built, reports
from tests.portal.server import Asked, Reply, Site

MENU = "".join(f'<li><a href="/zwgk/menu{n}/">政务公开栏目{n}</a></li>' for n in range(60))
PADDING = f"<!-- {'版式' * 3000} --><ul class='menu'>{MENU}</ul>"
FIRST_ARTICLE = "政府信息公开工作年度报告</title>"


def address(number: int) -> str:
    """The loopback address of the `number`-th site."""
    return f"127.{10 + number // 62500}.{number // 250 % 250}.{number % 250 + 2}"


def corners(entries: int) -> list[tuple[Site, Corner]]:
    """One site of each family, without the variants that misbehave."""
    made = []
    for name, build in sorted(built().items()):
        if ":" not in name:
            site = Site()
            corner = build(site, reports(entries))
            _to_real_size(site)
            made.append((site, corner))
    return made


def _to_real_size(site: Site) -> None:
    """Reports with their whole form (about 8 kB, much of it a table), lists with menus around them."""
    for number, (path, replies) in enumerate(sorted(site.replies.items())):
        first = replies[0]
        text = first.body.decode("utf-8", "replace")
        if FIRST_ARTICLE in text:
            title = text.partition("<title>")[2].partition("</title>")[0]
            made = MadeReport(title.partition("20")[0], 2025 - number % 3)
            body = report_page(made, "2026-01-20").replace(made.title.encode(), title.encode())
        elif "</body>" in text:
            body = text.replace("</body>", f"{PADDING}</body>").encode()
        else:
            continue
        site.replies[path] = [replace(first, body=body)]


class Server:
    """Answers for every site, with an ETag on every whole page, and remembers what was asked for."""

    def __init__(self, sites: list[tuple[Site, Corner]]) -> None:
        self._sites = sites
        self._log: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        """What the site at the address that was asked answers."""
        host = request.url.host or ""
        parts = [int(part) for part in host.split(".")]
        number = (parts[1] - 10) * 62500 + parts[2] * 250 + parts[3] - 2
        site, _ = self._sites[number % len(self._sites)]
        body = (await request.read()).decode()
        asked = Asked(request.path_qs, monotonic(), dict(request.headers), body, request.method)
        if request.path != "/robots.txt":
            self._log.append(f"{request.method}\t{request.url}\t{body}")
        return _sent(site.reply(asked), asked, site.address, request.url.authority)

    def save(self, path: Path) -> None:
        """Writes what was asked for, and forgets it."""
        path.write_text("\n".join(self._log) + "\n", encoding="utf-8")
        self._log.clear()


def _sent(reply: Reply, asked: Asked, template: str, authority: str) -> web.Response:
    """The reply as the site's own: its address in place of the template's, and no page with the bytes of another's."""
    body = reply.body.replace(template.encode(), authority.encode())
    body = body.replace(b"</body>", f"<!-- {authority} --></body>".encode())
    reply, headers = replace(reply, body=body), dict(reply.headers)
    if reply.status == HTTPStatus.OK and not asked.body:
        headers["ETag"] = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        if asked.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers={"ETag": headers["ETag"]})
    return web.Response(body=reply.body, status=reply.status, headers=headers)


async def serve(port: int, entries: int, log: Path) -> None:
    """Answers until SIGTERM; SIGUSR1 writes what was asked for so far, and forgets it."""
    server = Server(corners(entries))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", port, backlog=4096).start()  # noqa: S104 - all of 127/8, for the benchmark
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGUSR1, lambda: server.save(log))
    print("ready", flush=True)
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
