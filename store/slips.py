"""Entries whose printed year may be a slip, or their name that of a neighbour. Pure: rows and matches in, the changed
matches out.

Whoever copies last year's page may leave last year's title on it: then two years would be accused over one slip.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parsers.normalise import normalise
from store.matching import Match

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Row = dict[str, Any]  # a row of SQLite: store.matched names the columns


def typed_wrong(
    links: Sequence[Row], matches: Mapping[int, Match], years_read: Mapping[int, int | None], now: str
) -> dict[int, Match]:
    """Entries of a year to come, and those that appeared when a later year's report is what appears.

    Not where the document behind the entry was read and says its year itself.
    """
    entries: defaultdict[tuple[str | None, int | None], int] = defaultdict(int)
    for match in matches.values():
        entries[_whose(match), match.year] += 1
    changed = {}
    for row in links:
        match = matches[row["id"]]
        if match.year is None or years_read.get(row["id"]) is not None:
            continue
        if match.year > int(now[:4]):
            changed[row["id"]] = _to_come(match, match.year)
        elif (whose := _whose(match)) is not None:
            later = _later_years(row, match.year, is_second=entries[whose, match.year] > 1)
            possible = tuple((whose, year, f"it appeared when {year}'s was to appear") for year in later)
            if possible:
                changed[row["id"]] = replace(match, possible=(*match.possible, *possible))
    return changed


def copied(
    links: Sequence[Row],
    matches: Mapping[int, Match],
    unread: Collection[int],
    bodies: Mapping[str, Sequence[str]],
    found: Collection[tuple[str | None, int | None]],
) -> dict[int, Match]:
    """Entries under the very title of another one, at another address, whose document does not say whose it is.

    Whoever copies a neighbour's page may leave the neighbour's title on it: it may be the report of anybody on that
    list (`bodies` by source) who has none (`found`: who has one, for which year).
    """
    same: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row in links:
        if matches[row["id"]].publisher is not None:
            same[row["source"], normalise(row["title"])].append(row["id"])
    changed = {}
    for (source, _), ids in same.items():
        for link in ids if len(ids) > 1 else ():
            match = matches[link]
            others = [one for one in bodies.get(source, ()) if (one, match.year) not in found]
            if link in unread and others:
                why = "it has the same title as another entry, and was not read"
                possible = tuple((one, match.year, why) for one in others)
                changed[link] = replace(match, possible=(*match.possible, *possible))
    return changed


def appeared(row: Row) -> str | None:
    """The day on which an entry came: its own date, else when we saw it come; None if it was there before us."""
    day: str | None = row["published"] or (row["seen_at"][:10] if row["appeared"] else None)
    return day


def report_year(day: str) -> int:
    """The report year of what is published on a day: the year before, and from December on the year itself."""
    return int(day[:4]) - (day[5:7] != "12")


def _whose(match: Match) -> str | None:
    """The one body that an entry names, whether that year is one of its own or not."""
    names = {publisher for publisher, _, _ in match.possible}
    return match.publisher or match.named or (names.pop() if len(names) == 1 else None)


def _to_come(match: Match, year: int) -> Match:
    names = {publisher for publisher, _, _ in match.possible} | {match.publisher, match.named} - {None}
    why = "the title's year is yet to come"
    return Match(None, year, why, tuple((str(one), None, why) for one in sorted(names, key=str)))


def _later_years(row: Row, year: int, *, is_second: bool) -> list[int]:
    """The years whose report the entry may be instead; a second entry of one title need not have a date."""
    day = appeared(row)
    if day is not None and day >= f"{year + 2}-01-01":
        return sorted({year + 1, report_year(day)} - {year})
    return [year + 1] if is_second and (day or row["seen_at"][:10]) >= f"{year + 1}-12-01" else []
