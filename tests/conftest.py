"""Fixtures that every package's tests share."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pytest reads the annotations of fixtures
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from store.archive import Archive
from store.database import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

# A busy machine is no failure; the suite's own time limit catches what hangs.
settings.register_profile("reportwatch", deadline=None)
settings.load_profile("reportwatch")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database in a folder of its own."""
    database = open_database(tmp_path / "reports.db")
    yield database
    database.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty evidence archive."""
    return Archive(tmp_path / "raw")
