"""Two watchlists beside each other: who is whom, what only one of them has, and which fields differ. Pure.

People give ids as they like, so the same body is also known by its name, and the same list page by its address. What
cannot be told for certain is called unclear: two bodies taken for one would mix up their reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast
from urllib.parse import urlsplit

from parsers.normalise import normalise
from reportwatch.shape import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from store.model import Publisher, Source, Watchlist

What = Literal["publisher", "source"]
State = Literal["only here", "only there", "differs", "other id", "other body", "unclear"]
Plain: TypeAlias = "str | int | float | bool | tuple[str, ...] | Mapping[str, str | int | bool] | None"
PUBLISHER_FIELDS = (
    "name", "kind", "region", "level", "parent", "aliases", "from_year", "to_year", "ended", "ending", "successor", "due", "due_source",
    "sources", "note",
)  # fmt: skip
# Whose reports are on a list is told at the publishers.
SOURCE_FIELDS = (
    "url", "family", "hosts", "region", "others", "options", "min_interval", "platform", "render", "proxy", "note",
    "probed",
)  # fmt: skip
LISTS = frozenset({"aliases", "sources", "hosts", "others"})
_EVER, _NEVER = 0, 9999


@dataclass(frozen=True, slots=True)
class Field:
    """One field that differs; ids of the other watchlist are given as they are called here."""

    name: str
    here: Plain
    there: Plain


@dataclass(frozen=True, slots=True)
class Difference:
    """One publisher or source that is not the same in both. `name` is its name or address."""

    what: What
    state: State
    here: str | None
    there: str | None
    name: str
    fields: tuple[Field, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids there → ids here of those in both, and every difference. `same_list`: sources here with one address in both."""

    publishers: Mapping[str, str]
    sources: Mapping[str, str]
    same_list: frozenset[str]
    differences: tuple[Difference, ...]

    def left_out(self, what: What) -> frozenset[str]:
        """Ids there that may be somebody else's here: nothing of theirs can be taken."""
        return frozenset(
            one.there
            for one in self.differences
            if one.what == what and one.state in ("other body", "unclear") and one.there is not None
        )


def compare(here: Watchlist, there: Watchlist) -> Comparison:
    """Who is whom, and what differs: first what differs, then what only one of them has."""
    bodies = _pair_publishers(here.publishers, there.publishers)
    lists = _pair_sources(here.sources, there.sources)
    publishers = {key: one for key, one in bodies.items() if isinstance(one, str)}
    sources = {key: one for key, one in lists.items() if isinstance(one, str)}
    odd = [one for one in (*bodies.values(), *lists.values()) if isinstance(one, _Odd)]
    own_publishers = {one.id: one for one in here.publishers}
    own_sources = {one.id: one for one in here.sources}
    names = _Names(publishers, sources)
    differing = [
        _difference(own_publishers[publishers[one.id]], one, names)
        for one in there.publishers
        if one.id in publishers
    ]
    differing += [
        _difference(own_sources[sources[one.id]], one, names) for one in there.sources if one.id in sources
    ]
    return Comparison(
        publishers,
        sources,
        frozenset(
            sources[one.id]
            for one in there.sources
            if one.id in sources and _is_same_list(own_sources[sources[one.id]], one)
        ),
        (
            *(one for one in differing if one is not None),
            *(one.difference for one in odd),
            *_alone(here, there, publishers, sources, odd),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Odd:
    """One of theirs of whom it cannot be said who it is here."""

    difference: Difference


@dataclass(frozen=True, slots=True)
class _Names:
    """Ids there as they are called here."""

    publishers: Mapping[str, str]
    sources: Mapping[str, str]

    def here(self, field: str, value: Plain) -> Plain:
        if field in ("parent", "successor"):
            return self.publishers.get(str(value), value) if value is not None else None
        if field == "sources" and isinstance(value, tuple):
            return tuple(sorted({self.sources.get(one, one) for one in value}))
        return value


def _pair_publishers(here: Sequence[Publisher], there: Sequence[Publisher]) -> dict[str, str | _Odd | None]:
    called: dict[str, list[Publisher]] = {}
    for own in here:
        for name in names_of(own):
            called.setdefault(name, []).append(own)
    ids = {own.id: own for own in here}
    found: dict[str, str | _Odd | None] = {}
    for one in there:
        alike = [own for name in names_of(one) for own in called.get(name, ()) if _same_time(own, one)]
        same = {own.id for own in alike if own.id == one.id or _same_region(own.region, one.region)}
        if alike and not same:
            why = f"{alike[0].id!r} has this name in {alike[0].region}, not in {one.region}"
            found[one.id] = _Odd(Difference("publisher", "unclear", None, one.id, one.name, (), why))
        else:
            found[one.id] = _paired("publisher", one.id, one.name, same, _name_of(ids.get(one.id)))
    return found


def _pair_sources(here: Sequence[Source], there: Sequence[Source]) -> dict[str, str | _Odd | None]:
    ids = {own.id for own in here}
    found: dict[str, str | _Odd | None] = {}
    for one in there:
        same = {own.id for own in here if _is_same_list(own, one)}
        moved = one.id if not same and one.id in ids else None  # its address was changed, here or there
        found[one.id] = moved or _paired("source", one.id, one.url, same, None)
    return found


def _paired(what: What, there: str, name: str, same: set[str], holder: str | None) -> str | _Odd | None:
    """The id here; or why it cannot be told; or None for one that is only there."""
    if there in same:
        return there
    if len(same) == 1:
        return next(iter(same))
    if same:
        why = f"it may be any of {', '.join(sorted(same))}"
        return _Odd(Difference(what, "unclear", None, there, name, (), why))
    if holder is not None:
        why = f"the id {there!r} is {holder} here, and no name is the same: an alias would say that it is one body"
        return _Odd(Difference(what, "other body", there, there, name, (), why))
    return None


def _name_of(publisher: Publisher | None) -> str | None:
    return publisher.name if publisher else None


def names_of(publisher: Publisher) -> set[str]:
    """Every name it goes by, spelled alike."""
    return {normalise(name) for name in (publisher.name, *publisher.aliases)}


def _same_time(one: Publisher, other: Publisher) -> bool:
    return max(one.from_year or _EVER, other.from_year or _EVER) <= min(
        one.to_year or _NEVER, other.to_year or _NEVER
    )


def _same_region(one: str, other: str) -> bool:
    """Whether both folders may mean one place: 鼓楼区人民政府 of two cities are two bodies."""
    inner, outer = sorted((one, other), key=len, reverse=True)
    return f"/{outer}/" in f"/{inner}/"


def _is_same_list(one: Source, other: Source) -> bool:
    return _page(one.url) == _page(other.url) and one.options == other.options


def _page(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/"), parts.query


def _difference(own: Publisher | Source, one: Publisher | Source, names: _Names) -> Difference | None:
    what: What = "source" if hasattr(own, "url") else "publisher"
    fields = tuple(_fields(own, one, SOURCE_FIELDS if what == "source" else PUBLISHER_FIELDS, names))
    if not fields and own.id == one.id:
        return None
    name = str(getattr(own, "url" if what == "source" else "name"))
    return Difference(what, "differs" if fields else "other id", own.id, one.id, name, fields)


def _fields(
    own: Publisher | Source, one: Publisher | Source, wanted: Sequence[str], names: _Names
) -> Iterator[Field]:
    for name in wanted:
        here, there = getattr(own, name), names.here(name, getattr(one, name))
        if name in LISTS:
            here, there = tuple(sorted(here)), tuple(sorted(cast("Sequence[str]", there)))
        if here != there and not (isinstance(there, str) and here == safe(there)):
            yield Field(name, here, there)


def _alone(
    here: Watchlist,
    there: Watchlist,
    publishers: Mapping[str, str],
    sources: Mapping[str, str],
    odd: Sequence[_Odd],
) -> Iterator[Difference]:
    told = {(one.difference.what, one.difference.there) for one in odd}
    both = {("publisher", one) for one in publishers.values()} | {("source", one) for one in sources.values()}
    for what, key, name in _everybody(here):
        if (what, key) not in both:
            yield Difference(what, "only here", key, None, name)
    for what, key, name in _everybody(there):
        known = publishers if what == "publisher" else sources
        if key not in known and (what, key) not in told:
            yield Difference(what, "only there", None, key, name)


def _everybody(watchlist: Watchlist) -> Iterator[tuple[What, str, str]]:
    for body in watchlist.publishers:
        yield "publisher", body.id, body.name
    for page in watchlist.sources:
        yield "source", page.id, page.url
