"""Views are text, re-made where the stored text differs: a reader never loses a view that did not change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from sqlite_utils import Database

_FOLDER = Path(__file__).parent / "views"
_MARK = "-- a view of reportwatch"  # a view that people made themselves does not have it, and is left alone
# Each builds on those before it.
NAMES = (
    "latest_documents", "latest_readings", "reviews_in_force", "judged_findings", "open_findings", "latest_figures", "report_status", "coverage", "source_status",
    "open_incidents", "passages",
)  # fmt: skip
WIDE = {
    "disclosure_2021": ("disclosure", "position_2021"),
    "disclosure_2019": ("disclosure", "position_2019"),
    "requests": ("requests", None),
    "disputes": ("disputes", None),
}
_FIGURE = (
    "CASE WHEN x.reading IS NULL THEN (SELECT value FROM figures WHERE reading = r.reading AND key = {key}) ELSE"
    " (SELECT iif(c.key IS NULL, f.value, c.value) FROM figures f LEFT JOIN corrected_figures c"
    " ON c.reading = f.reading AND c.key = f.key WHERE f.reading = r.reading AND f.key = {key}) END"
)
Transaction = Callable[[Database], AbstractContextManager[Database]]


def make_views(db: Database, transaction: Transaction) -> None:
    """Makes every view whose stored text is not the present one, and drops those that are no longer ours."""
    if not any(_differences(db)):
        return
    with transaction(db):
        stale, absent = _differences(db)  # again: another program may have been here first
        for name in stale:
            db.execute(f"DROP VIEW IF EXISTS {name}")
        for text in absent:
            db.execute(text)


def _differences(db: Database) -> tuple[list[str], list[str]]:
    """The views to drop, by name, and the statements to run then."""
    wanted, present = view_texts(db), _present(db)
    stale = [
        name
        for name, text in present.items()
        if wanted.get(name) != text and (name in wanted or _MARK in text)
    ]
    return stale, [text for name, text in wanted.items() if name not in present or name in stale]


def shadow_views(db: Database) -> None:
    """Gives a read-only connection the present views, where those in the file are of another version."""
    present = _present(db)
    for name, text in view_texts(db).items():
        if present.get(name) != text:
            db.execute(text.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))


def view_texts(db: Database) -> dict[str, str]:
    """The statement that makes each view, by name, in an order in which they can be made."""
    texts = {name: _statement(name, _body(name)) for name in NAMES}
    keys = list(
        db.query("SELECT * FROM figure_keys ORDER BY coalesce(position_2021, position_2019 + 0.5), id")
    )
    for name, (section, position) in WIDE.items():
        columns = [
            (str(key["key"]).removeprefix(f"{section}.").replace(".", "_"), int(key["id"]))
            for key in keys
            if str(key["key"]).startswith(f"{section}.") and (position is None or key[position] is not None)
        ]
        texts[name] = _statement(name, _wide(columns))
    return texts


def _statement(name: str, body: str) -> str:
    return f"CREATE VIEW {name} AS {_MARK}\n{body.strip()}"


@cache
def _body(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def _wide(columns: Iterable[tuple[str, int]]) -> str:
    """A row per report, a column per figure: each column is one look-up, so that unused ones cost nothing.

    Only where people corrected a figure of the report is each looked up with what they said.
    """
    figures = ",\n".join(f"  {_FIGURE.format(key=key)} AS {column}" for column, key in columns)
    return (
        "SELECT r.publisher, p.name AS publisher_name, p.region, r.year, r.edition, r.report,\n"  # noqa: S608 - names of our own file
        f"{figures}\nFROM latest_readings r JOIN publishers p ON p.id = r.publisher\n"
        "LEFT JOIN (SELECT DISTINCT reading FROM corrected_figures) x ON x.reading = r.reading"
    )


def _present(db: Database) -> dict[str, str]:
    rows = db.query("SELECT name, sql FROM sqlite_master WHERE type = 'view'")
    return {str(row["name"]): str(row["sql"]) for row in rows}
