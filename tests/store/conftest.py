from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pytest reads the annotations of fixtures

import pytest
from sqlite_utils import Database  # noqa: TC002 - as above

from tests.store.world import World


@pytest.fixture
def empty(db: Database, tmp_path: Path) -> World:
    """Nothing is watched yet."""
    return World(db, tmp_path)


@pytest.fixture
def world(empty: World) -> World:
    """One department with one list, watched since January 2024, that owes its report for 2024."""
    empty.watch()
    empty.owe()
    return empty
