"""Reads one sources.toml. TOML readers give no lines, so they are found again in the text."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from store.model import Source
from store.watchlist_publishers import ID, Mistake

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

UNSUPPORTED = "unsupported"
_BLOCK = re.compile(r"^\s*\[\[\s*source\s*\]\]")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_SECRET = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:/[^\0]+")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")


class Block(BaseModel):
    """One [[source]] as people write it; docs/watchlist.md explains the keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str
    url: str
    family: str
    hosts: list[str] = Field(default_factory=list)
    publishers: list[str] = Field(default_factory=list)
    region: str | None = None
    others: list[str] = Field(default_factory=list)
    options: dict[str, str | int | bool] = Field(default_factory=dict)
    min_interval: float = Field(default=3.0, ge=0, le=3600)
    render: bool = False
    proxy: str | None = None
    platform: str = ""
    note: str = ""
    probed: bool = False


def read_sources(
    path: Path, region: str, families: Collection[str]
) -> tuple[list[tuple[Source, int]], list[Mistake], set[str]]:
    """The sources of the file with the line of each, every mistake with its line, and every id that is declared."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return [], [(line, "not UTF-8; save the file as UTF-8")], set()
    except OSError as error:
        return [], [(1, f"cannot be read: {error.strerror}")], set()
    except tomllib.TOMLDecodeError as error:
        return [], [_syntax(str(error), text)], set()
    lines = text.splitlines()
    mistakes: list[Mistake] = [
        (_line_of(lines, 0, len(lines) + 1, key), f"unknown key {key!r}; a source is a block [[source]]")
        for key in document
        if key != "source"
    ]
    blocks = document.get("source", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        line = _line_of(lines, 0, len(lines) + 1, "source")
        return [], [*mistakes, (line, "write [[source]] in double brackets")], set()
    sources = []
    for (start, end), raw in zip(_spans(lines, len(blocks)), blocks, strict=True):
        block, wrong = _checked(raw, region, families)
        mistakes += [(_line_of(lines, start, end, key), message) for key, message in wrong]
        if not wrong:
            sources.append((_source(block, region), start))
    return sources, mistakes, {str(block.get("id")) for block in blocks}


def _spans(lines: list[str], blocks: int) -> list[tuple[int, int]]:
    """The first line of each block and the line after its last; the whole file where a text holds a false header."""
    starts = [number for number, line in enumerate(lines, start=1) if _BLOCK.match(line)]
    if len(starts) != blocks:
        return [(1, len(lines) + 1)] * blocks
    return list(zip(starts, [*starts, len(lines) + 1][1:], strict=True))


def _checked(
    raw: dict[str, object], region: str, families: Collection[str]
) -> tuple[Block, list[tuple[str, str]]]:
    """The block, and what is wrong with which key; a wrong key does not hide what is wrong with the others."""
    wrong: dict[str, str] = {}
    try:
        Block.model_validate(raw)
    except ValidationError as error:
        wrong = {str(one["loc"][0]): _sentence(one["loc"], one["msg"], raw) for one in error.errors()}
    good = {key: value for key, value in raw.items() if key not in wrong}
    block = Block.model_construct(None, **{"id": "", "url": "", "family": "", **good})
    further = [(key, message) for key, message in _wrong(block, region, families) if key not in wrong]
    return block, [*wrong.items(), *further]


def _syntax(message: str, text: str) -> Mistake:
    found = _AT_LINE.search(message)
    line = int(found[1]) if found else text.count("\n") + 1
    return line, f"not valid TOML: {_AT_LINE.sub('', message)}"


def _sentence(loc: tuple[int | str, ...], message: str, raw: dict[str, object]) -> str:
    key = ".".join(str(part) for part in loc)
    if message.startswith("Extra inputs"):
        return f"unknown key {key!r}; the keys are {', '.join(Block.model_fields)}"
    if message == "Field required":
        return f"the source {raw.get('id', '')!r} has no {key!r}"
    return f"{key}: {message[0].lower()}{message[1:]}"


def _line_of(lines: list[str], start: int, end: int, key: str) -> int:
    """The line of `key` within the block's lines, or the block's own line."""
    pattern = re.compile(
        rf"""^\s*["']?{re.escape(key)}["']?\s*[=.]|^\s*\[+\s*(?:source\s*\.\s*)?{re.escape(key)}\b"""
    )
    numbers = (number for number in range(max(start, 1), end) if pattern.match(lines[number - 1]))
    return next(numbers, max(start, 1))


def _wrong(block: Block, region: str, families: Collection[str]) -> Iterator[tuple[str, str]]:
    if not ID.fullmatch(block.id):
        yield (
            "id",
            f"bad id {block.id!r}: small letters, digits, dots, dashes and underscores, such as zhoukou-nb",
        )
    if block.family not in families and block.family != UNSUPPORTED:
        known = ", ".join(sorted(families)) or "none"
        yield "family", f"unknown family {block.family!r}; there are {known}, and {UNSUPPORTED!r} for later"
    if block.region is not None and block.region != region and not block.region.startswith(f"{region}/"):
        yield "region", f"the region {block.region!r} is not within {region!r}, the folder of this file"
    if block.platform and not ID.fullmatch(block.platform):
        yield "platform", f"bad platform {block.platform!r}: a name like an id, such as pingdingshan"
    if not all(pattern.strip() for pattern in block.others):
        yield "others", "an empty name in others"
    for key in ("publishers", "hosts", "others"):
        if twice := _twice(getattr(block, key)):
            yield key, f"named twice in {key}: {', '.join(twice)}"
    yield from _wrong_addresses(block)


def _wrong_addresses(block: Block) -> Iterator[tuple[str, str]]:
    hosts = [host.lower() for host in block.hosts]
    for host in hosts:
        if not _HOST.fullmatch(host):
            yield "hosts", f"bad host {host!r}: the name alone, such as www.example.gov.cn"
    if message := wrong_url(block.url):
        yield "url", message
    elif hosts and urlsplit(block.url).hostname not in hosts:
        yield "hosts", f"the hosts do not name {urlsplit(block.url).hostname!r}, the host of the url"
    if block.proxy is not None and (message := _wrong_proxy(block.proxy)):
        yield "proxy", message


def _wrong_proxy(proxy: str) -> str | None:
    """What is wrong with a proxy as a shared file may name it, or None."""
    if proxy == "none" or _SECRET.fullmatch(proxy):
        return None
    if not proxy.startswith("http://"):
        return (
            'a proxy is "http://host:port" without a user, "env:NAME" or "file:/path" where its address with user and'
            ' password stands, or "none"'
        )
    return wrong_url(proxy)


def wrong_url(url: str) -> str | None:
    """What is wrong with an address, or None: http or https, a host, no password, no blanks, no fragment."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"bad url {url!r}: {error}"
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return f"bad url {url!r}: it begins with http:// or https:// and a host"
    if parts.username is not None or parts.password is not None:
        return f"bad url: no user or password in a file that people share ({host})"
    if not url.isascii() or not url.isprintable() or " " in url:
        return f"bad url {url!r}: it holds blanks or characters that must be written as %XX"
    return f"bad url {url!r}: leave out what follows the #" if parts.fragment else None


def _twice(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


def _source(block: Block, region: str) -> Source:
    hosts = tuple(host.lower() for host in block.hosts) or (urlsplit(block.url).hostname or "",)
    return Source(
        id=block.id,
        url=block.url,
        family=block.family,
        hosts=hosts,
        region=block.region or region,
        publishers=tuple(block.publishers),
        others=tuple(block.others),
        options=dict(block.options),
        min_interval=block.min_interval,
        render=block.render,
        proxy=block.proxy,
        platform=block.platform,
        note=block.note,
        probed=block.probed,
    )
