"""What is asked of a look at a list page, and what it saw: the words that the command and the crawler exchange as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.model import BlindKind

Value: TypeAlias = str | int | bool
State = Literal["good", "unproved", "unsure", "blind"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One list page to look at. `family` None: find it out. `hosts` are allowed beside the host of `url`.

    `fragment` is what followed the # in the address: some platforms name the category of a list so.
    """

    key: str
    url: str
    family: str | None = None
    hosts: tuple[str, ...] = ()
    options: dict[str, Value] = field(default_factory=dict)
    min_interval: float = 3.0
    fragment: str = ""
    render: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family that a page shows a sign of: why, whether no other CMS makes that mark, and the options it needs."""

    family: str
    why: str
    sure: bool
    options: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was read to its end, and what proves it."""

    url: str
    pages: int
    proof: str


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list: `kind` is what its title shows (report, maybe, other)."""

    url: str
    title: str
    published: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look saw.

    `good`: read to its proven end. `unproved`: a family reads it, but not to a proven end, or it does not look like the right
    list. `unsure`: no family, or more than one, may be what reads it. `blind`: the page itself was not to be had.
    `kind` and `reason` say why it is not good; `asks` are hosts that the list leads to and that were not allowed.
    """

    key: str
    url: str
    state: State
    answered: str = ""
    kind: BlindKind | None = None
    reason: str = ""
    family: str | None = None
    options: dict[str, Value] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    columns: tuple[Column, ...] = ()
    pages: int = 0
    rows: tuple[Row, ...] = ()
    asks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()  # SHA-256 of the pages, in the order in which they came


def ask_of(values: Mapping[str, Any]) -> Ask:
    """An ask that travelled as JSON."""
    return Ask(**{**values, "hosts": tuple(values["hosts"])})


def looked_of(values: Mapping[str, Any]) -> Looked:
    """What was seen, after it travelled as JSON."""
    parts = {
        "candidates": tuple(Candidate(**one) for one in values["candidates"]),
        "columns": tuple(Column(**one) for one in values["columns"]),
        "rows": tuple(Row(**one) for one in values["rows"]),
        "asks": tuple(values["asks"]),
        "evidence": tuple(values["evidence"]),
    }
    return Looked(**{**values, **parts})
