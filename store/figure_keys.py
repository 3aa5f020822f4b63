"""The dictionary of figures: what every key of the two editions of the official form means."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlite_utils import Database

_FILE = Path(__file__).parent / "figure_keys.csv"
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
    """Every key once, in the order of the forms; labels are those of edition 2021 where both have the key."""
    places: dict[str, dict[str, dict[str, str]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            places.setdefault(row["key"], {})[row["edition"]] = row
    return tuple(_key(key, editions) for key, editions in places.items())


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


def _key(key: str, editions: dict[str, dict[str, str]]) -> FigureKey:
    row = editions.get("2021") or editions["2019"]
    positions = {edition: int(place["position"]) for edition, place in editions.items()}
    return FigureKey(
        key, row["section"], row["group"], row["row_label"], row["column_label"], row["unit"],
        positions.get("2021"), positions.get("2019"),
    )  # fmt: skip


def _same(key: FigureKey, row: dict[str, object] | None) -> bool:
    return row is not None and all(row[name] == getattr(key, name) for name in FigureKey.__slots__)
