"""SCOPE: the words after a command that name publishers, regions and years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers import normalise
from reportwatch.exits import USAGE, CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Publisher, Watchlist

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for. An empty scope means everything; `publishers` is None where none was narrowed down."""

    publishers: frozenset[str] | None = None
    years: frozenset[int] = frozenset()

    def holds(self, publisher: str, year: int | None = None) -> bool:
        """Whether a publisher (and a year) is asked for."""
        if self.publishers is not None and publisher not in self.publishers:
            return False
        return year is None or not self.years or year in self.years


def resolve(words: Sequence[str], watchlist: Watchlist) -> Scope:
    """The scope that the words name. CommandError (usage) for a word that names nothing on the watchlist."""
    years = frozenset(int(word) for word in words if _YEAR.fullmatch(word))
    names = [word for word in words if not _YEAR.fullmatch(word)]
    if not names:
        return Scope(None, years)
    found = [_named(name, watchlist) for name in names]
    return Scope(frozenset().union(*found), years)


def years_in(text: str) -> frozenset[int]:
    """The years of `2023`, `2019-2025` or `2019,2021-2023`. CommandError (usage) for anything else."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = (end.strip() for end in part.partition("-"))
        if not _YEAR.fullmatch(first) or (dash and not _YEAR.fullmatch(last)) or (dash and last < first):
            raise CommandError(USAGE, f"{text!r} are no years: write 2023, 2019-2025 or 2019,2021")
        found |= set(range(int(first), int(last or first) + 1))
    return frozenset(found)


def sources_of(scope: Scope, watchlist: Watchlist) -> tuple[str, ...]:
    """The ids of the sources where the scope's publishers appear; empty for everything."""
    if scope.publishers is None:
        return ()
    named = {
        source
        for publisher in watchlist.publishers
        if publisher.id in scope.publishers
        for source in publisher.sources
    }
    listing = {source.id for source in watchlist.sources if scope.publishers.intersection(source.publishers)}
    return tuple(sorted(named | listing))


def publisher_named(word: str, watchlist: Watchlist) -> Publisher:
    """The one publisher of that id, name or alias. CommandError (usage) if there is none, or more than one."""
    wanted = normalise(word)
    exact = [publisher for publisher in watchlist.publishers if word == publisher.id]
    found = exact or [publisher for publisher in watchlist.publishers if wanted in _names(publisher)]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(
            USAGE,
            f"{word!r} is the name of several publishers: use the id ({', '.join(p.id for p in found)})",
        )
    raise CommandError(
        USAGE, f"no publisher on the watchlist has the id or the name {word!r}{_near(wanted, watchlist)}"
    )


def _named(word: str, watchlist: Watchlist) -> frozenset[str]:
    region = word.strip("/")
    inside = {p.id for p in watchlist.publishers if p.region == region or p.region.startswith(region + "/")}
    return frozenset(inside or {publisher_named(word, watchlist).id})


def _names(publisher: Publisher) -> set[str]:
    return {normalise(name) for name in (publisher.name, *publisher.aliases)}


def _near(wanted: str, watchlist: Watchlist) -> str:
    near = [
        publisher.name for publisher in watchlist.publishers if wanted and wanted in normalise(publisher.name)
    ]
    return f"; perhaps {' or '.join(near[:3])}" if near else ""
