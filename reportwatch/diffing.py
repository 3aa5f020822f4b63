"""Two versions of a report beside each other: which two, whether they can be compared, and what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.comparing import Differences, Version, compare
from monitor.versions import SeenVersion, read_versions
from reportwatch import clock
from reportwatch.exits import USAGE, CommandError
from store.parsed import parsed_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

NUMBER = re.compile(r"#?(\d{1,3})")
HASH = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why two versions cannot be compared: a name in diff.toml with what it fills in."""

    name: str
    parts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The versions of a report, the two chosen, and what differs; `why_not` instead where they cannot be compared.

    `pair` is None where fewer than two are known.
    """

    versions: tuple[SeenVersion, ...]
    pair: tuple[SeenVersion, SeenVersion] | None = None
    differences: Differences | None = None
    why_not: WhyNot | None = None


def diff(db: Database, publisher: str, year: int, before: str | None, after: str | None) -> Comparison:
    """Two versions of a report, chosen by number, hash or date; the last change where none is named.

    CommandError (usage) for a word that names none, or more than one.
    """
    versions = read_versions(db, publisher, year)
    if before is None and after is None and len(versions) < 2:  # noqa: PLR2004 - a pair
        return Comparison(versions)
    old, new = _chosen(versions, before, after)
    why_not = _why_not(old, new)
    if why_not is not None or old.reading is None or new.reading is None:
        return Comparison(versions, (old, new), None, why_not)
    sides = (
        Version(parsed_of(db, old.reading), old.media_type),
        Version(parsed_of(db, new.reading), new.media_type),
    )
    return Comparison(versions, (old, new), compare(*sides))


def _chosen(
    versions: Sequence[SeenVersion], before: str | None, after: str | None
) -> tuple[SeenVersion, SeenVersion]:
    old = None if before is None else _named(versions, before)
    new = None if after is None else _named(versions, after)
    if old is None and new is None:
        return _last_change(versions)
    if new is None and old is not None:
        new = _other(old, reversed(versions))
    if old is None and new is not None:
        earlier = [one for one in versions if one.first_at <= new.first_at]
        old = _other(new, reversed(earlier))
    if old is None or new is None:
        raise CommandError(USAGE, "there is no other version to compare it with")
    return old, new


def _last_change(versions: Sequence[SeenVersion]) -> tuple[SeenVersion, SeenVersion]:
    """The newest version that replaced another at its address; else what stands, and another copy of it."""
    pairs = [
        (earlier[-1], one)
        for one in versions
        if (earlier := [o for o in versions if o.url == one.url and o.number < one.number])
    ]
    readable = [pair for pair in pairs if all(one.reading is not None for one in pair)]
    if pairs:
        return (readable or pairs)[-1]
    standing = next((one for one in versions if one.stands), versions[-1])
    others = [one for one in versions if one is not standing]
    known = [one for one in others if one.reading is not None] or others
    old, new = sorted((known[-1], standing), key=lambda one: one.number)
    return old, new


def _other(one: SeenVersion, wanted: Iterable[SeenVersion]) -> SeenVersion | None:
    """The first of the wanted that is another version: at the same address, or else what stands, or any."""
    others = [other for other in wanted if other is not one and other.content != one.content]
    same = [other for other in others if other.url == one.url]
    standing = [other for other in others if other.stands]
    return next(iter((*same, *standing, *others)), None)


def _named(versions: Sequence[SeenVersion], word: str) -> SeenVersion:
    if number := NUMBER.fullmatch(word):
        found = [one for one in versions if one.number == int(number[1])]
    elif HASH.fullmatch(word.lower()):
        found = [one for one in versions if one.sha256.startswith(word.lower())]
        if len({one.content for one in found}) == 1:
            found = found[-1:]
    else:
        found = _at(versions, word)
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(f"#{one.number}" for one in found)
        raise CommandError(USAGE, f"{word!r} names several versions ({numbers}): give the number")
    raise CommandError(
        USAGE,
        f"{word!r} names no version: give its number, the beginning of its SHA-256 (6 digits or more), or a date "
        "(2026-02-01); `reportwatch diff` without --from and --to lists them",
    )


def _at(versions: Sequence[SeenVersion], word: str) -> list[SeenVersion]:
    """The version that was there at the end of that day in Shanghai, or at that moment; what stands comes first."""
    try:
        moment = clock.as_utc(word)
        moment = clock.as_utc(f"{word}T23:59:59") if len(word) == len("2026-01-31") else moment
    except (ValueError, OverflowError):
        return []
    there = [one for one in versions if one.first_at <= moment]
    standing = {one.url for one in versions if one.stands}
    return ([one for one in there if one.url in standing] or there)[-1:]


def _why_not(old: SeenVersion, new: SeenVersion) -> WhyNot | None:
    for one in (old, new):
        if one.error_kind is not None:
            return WhyNot(
                "why_unreadable", {"number": one.number, "kind": one.error_kind, "message": one.error_message}
            )
        if one.reading is None:
            name = "why_unread" if one.reader_version is None else "why_another_report"
            return WhyNot(name, {"number": one.number})
    if old.reader_version != new.reader_version:
        parts: dict[str, object] = {"old": old.reader_version, "new": new.reader_version}
        return WhyNot("why_readers", {"before": old.number, "after": new.number, **parts})
    return None
