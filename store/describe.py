"""Writes docs/database.md from descriptions.toml and the database itself: `python -m store.describe > docs/database.md`."""

from __future__ import annotations

import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from store.database import open_database
from store.figure_keys import figure_keys
from store.views import WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

_FILE = Path(__file__).with_name("descriptions.toml")
_HEAD = """# The database

`state/reports.db` is one SQLite file. Read it with anything: `reportwatch serve`, `sqlite3`, pandas, a spreadsheet
with an ODBC driver. Nothing but reportwatch writes to it. Times are UTC (`2025-02-01T04:00:00Z`), days are ISO days
in Shanghai, booleans are 0 and 1, an empty value is NULL: NULL is not zero. Start with the views.

The bytes of all documents and list pages are beside it, in `state/raw/<first two digits>/<sha256>`. Figures hold
INTEGER or REAL for queries; `text` keeps what is printed, with every digit. Views are made anew by the program where
they differ from its own; a view that you add under a name of your own stays.

This page is made from `store/descriptions.toml`: `python -m store.describe > docs/database.md`.

## Questions to start with

Who is late or missing this year:

```sql
SELECT publisher_name, status, due, page_date, days_late, why FROM report_status
WHERE year = 2025 AND status IN ('missing', 'late') ORDER BY region, publisher_name;
```

Requests received, year by year:

```sql
SELECT publisher_name, year, received_total, carried_in_total, concluded_total, carried_out_total
FROM requests ORDER BY publisher_name, year;
```

Sums that are printed wrong:

```sql
SELECT r.publisher, r.year, f.rule, f.left_value, f.right_value, f.message FROM findings f
JOIN latest_readings r ON r.reading = f.reading WHERE f.kind = 'printed_error';
```

Who writes about 平台建设 (a space between any two Chinese characters, in double quotes):

```sql
SELECT publisher, year, title, text FROM passages
WHERE id IN (SELECT rowid FROM _words WHERE words MATCH '"平 台 建 设"') ORDER BY year, publisher;
```

What we cannot see:

```sql
SELECT source, url, state, blind_kind, last_good FROM source_status WHERE state <> 'good';
```
"""


def descriptions() -> tuple[dict[str, str], dict[str, str], dict[str, dict[str, str]]]:
    """Common columns by name; tables and views by name; the columns that a table or view describes itself."""
    described = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    tables = described["tables"]
    return (
        described["common"],
        {name: table["description"] for name, table in tables.items()},
        {name: table.get("columns", {}) for name, table in tables.items()},
    )


def undescribed(db: Database) -> Iterator[str]:
    """Every table, view and column that has no description, and every description of what does not exist."""
    common, tables, columns = descriptions()
    present = _present(db)
    yield from (f"no description: {name}" for name in present if name not in tables)
    yield from (f"does not exist: {name}" for name in tables if name not in present)
    for name in present.keys() & tables.keys():
        known = {**common, **_labels(name), **columns[name]}
        yield from (f"no description: {name}.{column}" for column in present[name] if column not in known)
        yield from (
            f"does not exist: {name}.{column}" for column in columns[name] if column not in present[name]
        )


def page(db: Database) -> str:
    """docs/database.md."""
    _, tables, _ = descriptions()
    present = _present(db)
    views = [name for name in tables if name in db.view_names()]
    parts = [_HEAD, "## Views\n", *(_part(name, present[name]) for name in views)]
    parts += ["## Tables\n", *(_part(name, present[name]) for name in tables if name not in views)]
    return "\n".join(parts)


def _part(name: str, present: list[str]) -> str:
    common, tables, columns = descriptions()
    labels = _labels(name)
    known = {**common, **labels, **columns[name]}
    lines = [f"### {name}\n", f"{tables[name]}.\n", "| column | |", "|---|---|"]
    lines += [
        f"| `{column}` | {known[column].replace('|', '/')} |" for column in present if column not in labels
    ]
    if labels:
        lines.append(_figures(name, [column for column in present if column in labels]))
    return "\n".join([*lines, ""])


def _figures(name: str, columns: list[str]) -> str:
    """One line for many figures: the columns of a wide view follow from the figures' keys."""
    labels = _labels(name)
    if name == "requests":
        rows = dict.fromkeys(key.key.split(".")[1] for key in figure_keys() if key.section == "三")
        ends = dict.fromkeys(key.key.split(".")[2] for key in figure_keys() if key.section == "三")
        first, second = (", ".join(f"`{one}`" for one in group) for group in (rows, ends))
        return f"| *row*`_`*column* | each row ({first}) with each column ({second}), in 件 |"
    return "\n".join(f"| `{column}` | {labels[column]} |" for column in columns)


def _labels(view: str) -> dict[str, str]:
    if view not in WIDE:
        return {}
    section = WIDE[view][0] + "."
    return {
        key.key.removeprefix(section).replace(".", "_"): f"{key.row_label} · {key.column_label} ({key.unit})"
        for key in figure_keys()
        if key.key.startswith(section)
    }


def _present(db: Database) -> dict[str, list[str]]:
    names = [*db.table_names(), *db.view_names()]
    return {name: [column.name for column in db[name].columns] for name in names if not name.startswith("_")}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(page(open_database(Path(folder) / "reports.db")))
