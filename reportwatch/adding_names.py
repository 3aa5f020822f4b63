"""Whose reports are on a list, and of which years: by the watchlist's own matcher. Pure.

Names that nobody bears are proposed as publishers; what kind of body it is, is guessed only where its name says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parsers import title_facts
from store.matching import Matcher
from store.model import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.looked import Row
    from store.matching import Match
    from store.model import PublisherKind, Watchlist

_HERE = "looked-at"
_NOWHERE = "outside"
# A body's name and nothing else: what a page may hold beside it must not reach a file.
_NAME = re.compile(r"[㐀-鿿〇][㐀-鿿〇A-Za-z0-9()（）·]{1,39}")
_KINDS: tuple[tuple[PublisherKind | None, re.Pattern[str]], ...] = (
    (None, re.compile(r"(?:党|纪|工|团)委$|党工委|党组|委员会(?:办公室)?$(?<=[村居民]委员会)|(?:分局|支局|大队|支队|所|站)$|[党组宣统]委?办$")),
    ("subdistrict", re.compile(r"街道(?:办事处|办)?$")),
    ("township", re.compile(r"[镇乡](?:人民)?政府$|[镇乡]$|民族乡$")),
    ("management_committee", re.compile(r"管理委员会$|管委会$")),
    ("government", re.compile(r"人民政府$")),
    ("vertical", re.compile(r"税务局$|海关$|海事局$|气象局$|烟草专卖局$|邮政管理局$")),
    ("institution", re.compile(r"(?:医院|学校|小学|中学|大学|学院|中心|图书馆|博物馆)$")),
    ("department", re.compile(r"(?:局|厅|委员会|委|办公室|办公厅|办)$")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A publisher of the watchlist that the list names."""

    id: str
    name: str
    region: str
    reports: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name on the list that nobody on the watchlist bears. `kind` is a guess; None where the name does not say."""

    name: str
    kind: PublisherKind | None
    reports: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Whose reports stand on a list. `unclear` are titles of reports that name nobody, or not one alone; with why."""

    known: tuple[Known, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    unclear: tuple[tuple[str, str], ...] = ()
    reports: int = 0
    maybe: int = 0
    years: tuple[int, ...] = ()


def names_on(rows: Iterable[Row], watchlist: Watchlist, region: str | None, given: Sequence[str]) -> Names:
    """Whose reports the rows are, if the list were a source of `region` with the publishers `given`."""
    reports = [row for row in rows if row.kind == "report"]
    maybe = sum(row.kind == "maybe" for row in rows)
    years = {year for row in reports if (year := title_facts(row.title).year)}
    first = _matches(reports, watchlist, region, given)
    found = dict.fromkeys([*given, *(match.publisher for _, match in first if match.publisher)])
    matches = _matches(reports, watchlist, region, [one for one in found if one])
    return Names(
        _known(matches, watchlist, given), _strangers(matches), _unclear(matches), len(reports), maybe,
        tuple(sorted(years)),
    )  # fmt: skip


def kind_of(name: str) -> PublisherKind | None:
    """What kind of body a name says that it is; None where it does not say."""
    return next((kind for kind, ending in _KINDS if ending.search(name)), None)


def spans(years: Iterable[int]) -> str:
    """Years as people write them: 2015–2019, 2021."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _matches(
    rows: Sequence[Row], watchlist: Watchlist, region: str | None, own: Sequence[str]
) -> list[tuple[Row, Match]]:
    """Without a region only full names count: elsewhere others bear the same short ones."""
    key = _HERE if region or own else None
    here = Source(_HERE, "", "", (), region or _region_of(own, watchlist))
    publishers = [
        replace(one, sources=(*one.sources, _HERE)) if one.id in own else one for one in watchlist.publishers
    ]
    matcher = Matcher(publishers, [*watchlist.sources, here])
    return [(row, matcher.match(key, [row.title])) for row in rows]


def _region_of(own: Sequence[str], watchlist: Watchlist) -> str:
    return next((one.region for one in watchlist.publishers if one.id in own), _NOWHERE)


def _known(
    matches: Sequence[tuple[Row, Match]], watchlist: Watchlist, given: Sequence[str]
) -> tuple[Known, ...]:
    years: defaultdict[str, list[int]] = defaultdict(list)
    for _, match in matches:
        if match.publisher and match.year:
            years[match.publisher].append(match.year)
    return tuple(
        Known(one.id, one.name, one.region, len(years[one.id]), tuple(sorted(set(years[one.id]))))
        for one in watchlist.publishers
        if one.id in years or one.id in given
    )


def _strangers(matches: Sequence[tuple[Row, Match]]) -> tuple[Stranger, ...]:
    years: defaultdict[str, list[int]] = defaultdict(list)
    for row, match in matches:
        if name := _strange_name(row, match):
            years[name].append(match.year or 0)
    return tuple(
        Stranger(name, kind_of(name), len(found), tuple(sorted({year for year in found if year})))
        for name, found in years.items()
    )


def _unclear(matches: Sequence[tuple[Row, Match]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (row.title, match.how)
        for row, match in matches
        if not match.publisher and not _strange_name(row, match)
    )


def _strange_name(row: Row, match: Match) -> str | None:
    name = title_facts(row.title).publisher if match.how == "unknown name" else None
    return name if name and _NAME.fullmatch(name) else None
