"""The dictionary of figures: what every key means, as parsers/editions/*.toml say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache

from sqlite_utils import Database

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS, Table, editions, legacy_form

_SECTIONS = {DISCLOSURE: "二", REQUESTS: "三", DISPUTES: "四"}  # where the form has each table
Transaction = Callable[[Database], AbstractContextManager[Database]]


@dataclass(frozen=True, slots=True)
class FigureKey:
    """One place of the form: `position_*` is its number, from 1, on the form of that edition; None = not on it."""

    key: str
    section: str
    block: str
    row_label: str
    column_label: str
    unit: str
    position_2021: int | None
    position_2019: int | None


@cache
def figure_keys() -> tuple[FigureKey, ...]:
    """Every key once, in the order of the forms; labels are those of edition 2021 where both have the key.

    Last the figures of reports before the form, which are on neither.
    """
    keys: dict[str, FigureKey] = {}
    for edition in editions().values():
        places = (place for name, table in edition.tables() for place in _places(name, table))
        for position, key in enumerate(places, start=1):
            known = keys.get(key.key, key)
            newer, older = known.position_2021, known.position_2019
            is_newer = edition.name == "2021"
            keys[key.key] = replace(
                known,
                position_2021=position if is_newer else newer,
                position_2019=older if is_newer else position,
            )
    old = legacy_form().received
    return (*keys.values(), FigureKey(old.key, "", "", old.label, old.label, old.unit, None, None))


def seed_figure_keys(db: Database, transaction: Transaction) -> None:
    """Brings the table `figure_keys` up to date. A key keeps its id for ever; none is ever deleted."""
    stored = {row["key"]: row for row in db.query("SELECT * FROM figure_keys")}
    if all(_same(key, stored.get(key.key)) for key in figure_keys()):
        return
    columns = FigureKey.__slots__
    with transaction(db):
        for key in figure_keys():
            db.execute(
                f"INSERT INTO figure_keys ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - names of our own type
                f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns[1:])}",
                [getattr(key, name) for name in columns],
            )


def _places(name: str, table: Table) -> Iterator[FigureKey]:
    for row in table.rows:
        for column in table.columns:
            yield FigureKey(
                f"{name}.{row.key}.{column.key}", _SECTIONS[name], table.heading or ("" if name == "disputes" else row.group) or "",
                f"{row.group}/{row.label}" if name == "disputes" and row.group else row.label,
                column.label, column.unit or row.unit or "", None, None,
            )  # fmt: skip


def _same(key: FigureKey, row: dict[str, object] | None) -> bool:
    return row is not None and all(row[name] == getattr(key, name) for name in FigureKey.__slots__)
