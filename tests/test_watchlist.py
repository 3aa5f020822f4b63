"""The watchlist that comes with the program: it loads, and it claims nothing that nobody has seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import crawler
from store.watchlist import load_watchlist

if TYPE_CHECKING:
    from store.model import Source

WATCHLIST = load_watchlist(Path(__file__).resolve().parent.parent / "watchlist", crawler.families())


def test_it_covers_the_regions_it_promises() -> None:
    regions = {publisher.region for publisher in WATCHLIST.publishers}
    assert regions == {"fujian/pingtan", "henan/ruzhou", "henan/zhoukou", "jiangsu/huaian", "shanghai"}


@pytest.mark.parametrize("source", WATCHLIST.sources, ids=lambda source: source.id)
def test_an_address_that_nobody_probed_says_so_and_says_where_it_is_from(source: Source) -> None:
    assert not source.probed
    assert source.note.startswith("Not probed. ")
    assert len(source.note) > 60


def test_a_publisher_without_a_list_page_says_so() -> None:
    silent = [p.id for p in WATCHLIST.publishers if not p.sources and "No list page is known" not in p.note]
    assert not silent


def test_what_the_law_does_not_date_has_no_date_here() -> None:
    assert not [p.id for p in WATCHLIST.publishers if p.due]
