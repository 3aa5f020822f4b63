"""Who would hear of what: names in channels.toml that nobody has, and events that no channel wants to hear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.channels import ChannelError
from monitor.model import SEVERITY
from monitor.routing import FOR_EVERYBODY, USUAL_TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlite_utils import Database

    from monitor.routing import Channel

NAMES = 3


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched publisher, as channels choose it."""

    id: str
    name: str
    region: str
    level: str | None


@dataclass(frozen=True, slots=True)
class Unheard:
    """A kind of event that no channel would be told: about how many publishers (None: at all), and who some are."""

    topic: str
    publishers: int | None = None
    first: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.publishers is None:
            return f"{self.topic}: no channel hears of it"
        names = ", ".join(self.first) + (" …" if self.publishers > len(self.first) else "")
        return f"{self.topic}: no channel hears of it about {self.publishers} publishers ({names})"


def watched_of(db: Database) -> tuple[Watched, ...]:
    """The publishers on the watchlist, as the last crawl knew them."""
    rows = db.execute("SELECT id, name, region, level FROM publishers WHERE watched ORDER BY id").fetchall()
    return tuple(Watched(*row) for row in rows)


def unknown_names(
    path: Path, channels: Sequence[Channel], watched: Iterable[Watched]
) -> tuple[ChannelError, ...]:
    """The regions and publishers that channels choose and the watchlist does not have; none while it is empty."""
    known = tuple(watched)
    if not known or not path.exists():
        return ()
    ids = {one.id for one in known}
    regions = {region for one in known for region in _with_outer(one.region)}
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    found = {}
    for channel in channels:
        wrong = [("regions", "region", name) for name in channel.regions if name.rstrip("/") not in regions]
        wrong += [("publishers", "publisher", name) for name in channel.publishers if name not in ids]
        for key, what, name in wrong:
            line = _line_of(lines, channel.name, name)
            said = f"{key}: no {what} on the watchlist is called {name!r}: nothing would be told for it"
            found[line, name] = ChannelError(str(path), line, said, channel.name)
    return tuple(found[key] for key in sorted(found))


def unheard(channels: Sequence[Channel], watched: Iterable[Watched]) -> tuple[Unheard, ...]:
    """The usual kinds of event that would reach nobody: each must be heard somewhere, for each publisher."""
    if not channels:
        return tuple(Unheard(topic) for topic in USUAL_TOPICS)
    known, found = tuple(watched), []
    for topic in USUAL_TOPICS:
        severity = SEVERITY[topic]
        if not any(topic in channel.kinds and severity in channel.severities for channel in channels):
            found.append(Unheard(topic))
        elif topic not in FOR_EVERYBODY:
            missed = [one for one in known if not _is_heard(channels, topic, severity, one)]
            if missed:
                found.append(Unheard(topic, len(missed), tuple(one.name for one in missed[:NAMES])))
    return tuple(found)


def _is_heard(channels: Sequence[Channel], topic: str, severity: str, one: Watched) -> bool:
    levels = [one.level] if one.level else []
    return any(channel.wants(topic, severity, [one.region], [one.id], levels) for channel in channels)


def _with_outer(region: str) -> Iterable[str]:
    parts = region.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _line_of(lines: Sequence[str], channel: str, name: str) -> int:
    """The line in the block of that channel where the name stands; where it is not found, the block's."""
    quoted, block, inside = re.compile(rf"[\"']{re.escape(name)}[\"']"), 1, False
    for number, line in enumerate(lines, 1):
        if re.match(rf"\s*id\s*=\s*[\"']{re.escape(channel)}[\"']", line):
            block, inside = number, True
        elif inside and quoted.search(line):
            return number
        elif inside and re.match(r"\s*\[\[", line):
            break
    return block
