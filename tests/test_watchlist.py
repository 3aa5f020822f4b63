"""The watchlist that comes with the program: it loads, and it claims nothing that nobody has seen."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import crawler
from crawler.detection import look_at_saved
from crawler.looked import Ask
from store.watchlist import load_watchlist

if TYPE_CHECKING:
    from store.model import Source

LISTS = Path(__file__).resolve().parent / "samples" / "lists"
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


# What `reportwatch add` is shown for each entry. Where no page was ever saved, one that was built to the published
# description of the site system stands for it, and says so.
SAVED = {"pingtan-reports": "trs-search-pingtan", "zhoukou-reports": "sitesources-years"}


@pytest.mark.parametrize("source", WATCHLIST.sources, ids=lambda source: source.id)
def test_add_places_the_saved_page_of_an_entry_in_the_family_that_the_entry_names(source: Source) -> None:
    folder = LISTS / SAVED[source.id]
    body = next(file for file in sorted(folder.iterdir()) if file.stem == "list").read_bytes()
    looked = look_at_saved(Ask(source.id, source.url), body)
    assert (looked.family, looked.candidates[0].sure) == (source.family, True)
    made = tomllib.loads((folder / "meta.toml").read_text("utf-8"))["made"]
    assert ("built" in made) == ("was ever saved" in source.note)


def test_pages_of_ruzhou_would_be_placed_and_no_address_of_it_is_invented() -> None:
    body = (LISTS / "channels-years" / "list.html").read_bytes()
    assert (
        look_at_saved(Ask("ruzhou", "http://www.example.gov.cn/channels/37546.html"), body).family
        == "channels"
    )
    assert not [source.id for source in WATCHLIST.sources if source.region == "henan/ruzhou"]


def test_a_list_that_nobody_has_seen_can_make_nobody_missing() -> None:
    unseen = [source for source in WATCHLIST.sources if "was ever saved" in source.note]
    assert unseen
    assert not [source.id for source in unseen if source.publishers]


def test_what_the_law_does_not_date_has_no_date_here() -> None:
    assert not [p.id for p in WATCHLIST.publishers if p.due]
