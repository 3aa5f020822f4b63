"""Takes from another watchlist what one's own does not have. One's own values stay; what conflicts is told."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from parsers.normalise import normalise
from reportwatch.shape import safe
from reportwatch.sources_text import CannotEditError, block_of, blocks, text_of, with_value
from reportwatch.watchlist_comparing import LISTS, compare, names_of
from reportwatch.watchlist_writing import Draft
from store.watchlist import PUBLISHERS, SOURCES
from store.watchlist_publishers import COLUMNS, read_publishers
from store.watchlist_sources import UNSUPPORTED, Block, read_sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from reportwatch.sources_text import Value
    from reportwatch.watchlist_comparing import Comparison, Difference, Field, Plain, What
    from store.model import Publisher, Source, Watchlist

Action = Literal["added", "taken", "kept", "left out"]
ADDRESS = frozenset({"url", "family", "options"})  # what makes a list the one it is
FILLED = frozenset({"note", "parent", "successor", "platform"})  # an empty one says nothing, and is filled


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that merging does or does not do, told in one line. `id` is the id here, or there if left out."""

    action: Action
    what: What
    id: str
    field: str = ""
    here: Plain = None
    there: Plain = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is written: the file below the watchlist's root."""

    file: Path
    region: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A watchlist with where each of its entries stands."""

    root: Path
    watchlist: Watchlist
    publishers: Mapping[str, Place]
    sources: Mapping[str, Place]


def folder_of(root: Path, watchlist: Watchlist, families: Collection[str]) -> Folder:
    """The folder with the file of every entry."""
    publishers: dict[str, Place] = {}
    sources: dict[str, Place] = {}
    for path in sorted(root.rglob("*")):
        file = path.relative_to(root)
        place = Place(file, file.parent.as_posix())
        if path.name == PUBLISHERS:
            publishers |= {one.id: place for one, _ in read_publishers(path, place.region)[0]}
        elif path.name == SOURCES:
            sources |= {one.id: place for one, _ in read_sources(path, place.region, families)[0]}
    return Folder(root, watchlist, publishers, sources)


class Merge:
    """One merging: `draft` holds what would be written, `steps` what is to be told."""

    def __init__(self, own: Folder, other: Folder, families: Collection[str], *, theirs: bool) -> None:
        self._own, self._other, self._families, self._theirs = own, other, families, theirs
        self.draft, self.steps = Draft(own.root), list[Step]()
        self._found: Comparison = compare(own.watchlist, other.watchlist)
        self._bodies = {one.id: one for one in own.watchlist.publishers}
        self._lists = {one.id: one for one in own.watchlist.sources}
        self._taken = {name: one.id for one in own.watchlist.publishers for name in names_of(one)}
        self._same = set(self._found.same_list)  # lists here whose reports are on theirs, too
        self._names: dict[What, dict[str, str]] = {
            "publisher": dict(self._found.publishers), "source": dict(self._found.sources)
        }  # fmt: skip
        self._mix()

    def _mix(self) -> None:
        found = self._found.differences
        for one in found:
            if one.state in ("other body", "unclear"):
                self.steps.append(Step("left out", one.what, str(one.there), why=one.why))
        new = [one for one in found if one.state == "only there"]
        for one in new:
            self._names[one.what][str(one.there)] = str(one.there)
        for one in new:
            self._add(one)
        for one in found:
            if one.state == "differs":
                self._bring_together(one)
        self._pairs()

    # what only they have

    def _add(self, one: Difference) -> None:
        key = str(one.there)
        if one.what == "publisher":
            body = next(body for body in self._other.watchlist.publishers if body.id == key)
            region = self._other.publishers[key].region
            self.draft.append_publishers(region, [self._row(body, region)])
            self.steps.append(Step("added", "publisher", key, there=body.name))
            self._taken |= dict.fromkeys(names_of(body), key)
        else:
            page = next(page for page in self._other.watchlist.sources if page.id == key)
            self.draft.append_source(self._other.sources[key].region, self._block(page))
            self.steps.append(Step("added", "source", key, there=page.url, why=self._warning(page)))

    def _row(self, body: Publisher, region: str) -> dict[str, str]:
        row = {name: safe(_cell(getattr(body, name))) for name in COLUMNS}
        covered = {page.id for page in self._other.watchlist.sources if page.id not in self._found.sources}
        pages = [self._names["source"].get(one) for one in body.sources if one not in covered]
        row["sources"] = ";".join(one for one in pages if one in self._same)
        row["region"] = "" if body.region == region else body.region
        for role in ("parent", "successor"):
            row[role] = self._names["publisher"].get(row[role], "")
        return row

    def _block(self, page: Source) -> str:
        """Their own text with its comments, with our ids; where it cannot be cut out, a new one."""
        ids = [self._names["publisher"][one] for one in page.publishers if one in self._names["publisher"]]
        family = page.family if page.family in self._families else UNSUPPORTED
        try:
            whole = _text(self._other.root / self._other.sources[page.id].file)
            text = text_of(whole, next(one for one in blocks(whole) if one.id == page.id))
            written = tomllib.loads(text)["source"][0]
            if set(ids) != set(written.get("publishers", ())):
                text = with_value(text, page.id, "publishers", ids)
            if family != page.family:
                text = with_value(text, page.id, "family", family)
        except CannotEditError:
            values = {name: getattr(page, name) for name in Block.model_fields}
            values |= {"publishers": ids, "family": family}
            return block_of({name: value for name, value in values.items() if value is not None})
        return text

    def _warning(self, page: Source) -> str:
        why = [f"through their proxy {page.proxy}"] if page.proxy else []
        if page.family not in (*self._families, UNSUPPORTED):
            why.append(f"this version has no family {page.family!r}: kept as {UNSUPPORTED!r}")
        return "; ".join(why)

    # what both have

    def _bring_together(self, one: Difference) -> None:
        key = str(one.here)
        address = [field for field in one.fields if field.name in ADDRESS]
        if address and one.what == "source":
            self._readdress(one, key, address)
        for field in one.fields:
            if field.name == "sources" or (field.name in ADDRESS and one.what == "source"):
                continue  # whose reports are where is told where it is added
            if field.name in LISTS:
                self._union(one, key, field)
            elif field.name in FILLED and not field.here:
                self._write(one, key, field, "added")
            elif self._theirs and field.there not in (None, ""):
                self._write(one, key, field, "taken")
            else:
                self._tell("kept", one, key, field)

    def _readdress(self, one: Difference, key: str, address: list[Field]) -> None:
        """The address, the family and its options belong together: all are taken from there, or none."""
        why = self._unwritable(key, address) if self._theirs else ""
        for field in address:
            if why or not self._theirs:
                self._tell("kept", one, key, field, why)
            else:
                self._write(one, key, field, "taken")
        if self._theirs and not why:
            self._same.add(key)

    def _unwritable(self, key: str, address: list[Field]) -> str:
        """Why an address cannot be taken from there; empty if it can."""
        text = self.draft.text(self._own.sources[key].file)
        try:
            for field in address:
                if field.name == "family" and field.there not in self._families:
                    return f"this version has no family {field.there!r}"
                text = with_value(text, key, field.name, _toml(field.there))
        except CannotEditError as error:
            return f"to be changed by hand: {error}"
        return ""

    def _union(self, one: Difference, key: str, field: Field) -> None:
        here, there = _many(field.here), _many(field.there)
        if one.what == "source" and key not in self._same:
            self._tell("kept", one, key, field, "their list is at another address")
            return
        more = [name for name in there if name not in here]
        if field.name == "aliases":
            clashing = [name for name in more if self._taken.get(normalise(name), key) != key]
            for name in clashing:
                why = f"{self._taken[normalise(name)]!r} is called so"
                self.steps.append(Step("left out", one.what, key, field.name, None, name, why))
            more = [name for name in more if name not in clashing and normalise(name) not in self._taken]
            self._taken |= {normalise(name): key for name in more}
        if more:
            own = getattr((self._bodies if one.what == "publisher" else self._lists)[key], field.name)
            self._write(
                one, key, replace(field, there=(*own, *more)), "added", replace(field, there=tuple(more))
            )

    def _write(
        self, one: Difference, key: str, field: Field, action: Action, told: Field | None = None
    ) -> None:
        value = field.there
        if why := self._unfit(one.what, key, field):
            self._tell("kept", one, key, field, why)
            return
        try:
            if one.what == "publisher":
                self.draft.set_cell(self._own.publishers[key].file, key, field.name, safe(_cell(value)))
            else:
                self.draft.set_value(self._own.sources[key].file, key, field.name, _toml(value))
        except CannotEditError as error:
            self._tell("kept", one, key, field, f"to be changed by hand: {error}")
            return
        self._tell(action, one, key, told or field)

    def _unfit(self, what: What, key: str, field: Field) -> str:
        """Why a value of theirs cannot stand here; empty if it can."""
        known = {*self._bodies, *self._names["publisher"].values()}
        if field.name in ("parent", "successor") and field.there not in known:
            return f"nobody here is {field.there!r}"
        if field.name == "region":
            folder = (self._own.publishers if what == "publisher" else self._own.sources)[key].region
            if not f"{field.there}/".startswith(f"{folder}/"):
                return f"the file lies in {folder}"
        return ""

    def _tell(self, action: Action, one: Difference, key: str, field: Field, why: str = "") -> None:
        self.steps.append(Step(action, one.what, key, field.name, field.here, field.there, why))

    # whose reports are on which list

    def _pairs(self) -> None:
        """A body here that is on one of their lists names it in its row."""
        more: dict[str, set[str]] = {}
        for body, page in self._their_pairs():
            if page in self._same and page not in self._bodies[body].sources:
                more.setdefault(body, set()).add(page)
        for body, pages in more.items():
            self._add_pages(body, sorted(pages))
        self._new_lists()

    def _their_pairs(self) -> Iterator[tuple[str, str]]:
        for body in self._other.watchlist.publishers:
            for page in body.sources:
                if body.id in self._found.publishers and page in self._found.sources:
                    yield self._found.publishers[body.id], self._found.sources[page]

    def _add_pages(self, body: str, pages: list[str]) -> None:
        file, region = self._own.publishers[body].file, self._own.publishers[body].region
        own = next(one for one, _ in read_publishers(self._own.root / file, region)[0] if one.id == body)
        cell = ";".join((*own.sources, *pages))
        self.draft.set_cell(file, body, "sources", cell)
        here = self._bodies[body].sources
        self.steps.append(Step("added", "publisher", body, "sources", here, tuple(pages)))

    def _new_lists(self) -> None:
        """Bodies here whose reports are on a list that is new: its block names them."""
        for page in self._other.watchlist.sources:
            for one in page.publishers if page.id not in self._found.sources else ():
                here = self._found.publishers.get(one)
                if here is not None and page.id in self._names["source"]:
                    own = self._bodies[here].sources
                    self.steps.append(Step("added", "publisher", here, "sources", own, (page.id,)))


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else str(value)


def _toml(value: Plain) -> Value:
    return "" if value is None else value


def _many(value: Plain) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")
