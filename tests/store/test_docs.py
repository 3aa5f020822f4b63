from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from store.describe import page, undescribed
from store.views import NAMES, WIDE

if TYPE_CHECKING:
    from sqlite_utils import Database

DOCS = Path(__file__).parents[2] / "docs"


def test_every_table_view_and_column_is_described_and_nothing_else(db: Database) -> None:
    assert list(undescribed(db)) == []


def test_the_page_on_the_database_is_up_to_date(db: Database) -> None:
    assert (DOCS / "database.md").read_text(encoding="utf-8") == page(db), (
        "run: python -m store.describe > docs/database.md"
    )


def test_the_page_names_every_table_and_view(db: Database) -> None:
    text = (DOCS / "database.md").read_text(encoding="utf-8")
    names = {name for name in db.table_names() if not name.startswith("_")} | set(NAMES) | set(WIDE)
    assert names == set(re.findall(r"^### (\w+)$", text, re.MULTILINE))


def test_every_query_on_the_page_runs(db: Database) -> None:
    text = (DOCS / "database.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert len(queries) >= 4
    for query in queries:
        db.execute(query)


def test_every_reason_of_a_status_is_explained() -> None:
    view = (Path(__file__).parents[2] / "store/views/report_status.sql").read_text(encoding="utf-8")
    reasons = set(re.findall(r"(?:THEN|ELSE) '([a-z_]{6,})'", view)) - {
        "withdrawn",
        "missing",
        "awaited",
        "unknown",
    }
    text = (DOCS / "statuses.md").read_text(encoding="utf-8")
    assert len(reasons) > 12
    assert {reason for reason in reasons if f"`{reason}`" not in text} == set()
