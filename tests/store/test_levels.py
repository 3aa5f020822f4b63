"""The level of a body: what the watchlist says, else its kind and the depth of its region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.levels import level_of
from store.model import Publisher, PublisherKind
from store.watchlist import WatchlistErrors, load_watchlist

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("kind", "region", "level"),
    [
        ("government", "henan", "province"),
        ("department", "henan/zhoukou", "city"),
        ("government", "henan/zhoukou/fugou", "county"),
        ("department", "henan/zhoukou/fugou/town", "township"),
        ("department", "henan/a/b/c/d", "township"),
        ("township", "henan", "township"),
        ("subdistrict", "shanghai/pudong", "township"),
        ("government", "shanghai", "province"),
        ("government", "chongqing/yuzhong", "county"),
        ("government", "beijing/haidian/x", "township"),
        ("department", "national", "national"),
        ("department", "national/customs", "national"),
    ],
)
def test_a_level_follows_from_kind_and_region(kind: PublisherKind, region: str, level: str) -> None:
    assert level_of(Publisher("a", "甲", kind, region)) == level


def test_what_the_watchlist_says_wins() -> None:
    assert (
        level_of(Publisher("ruzhou", "汝州市人民政府", "government", "henan/ruzhou", level="county"))
        == "county"
    )


def test_an_unknown_level_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "henan"
    folder.mkdir()
    (folder / "publishers.csv").write_text(
        "id,name,kind,level\na,甲局,department,village\n", encoding="utf-8"
    )
    with pytest.raises(
        WatchlistErrors, match=r"publishers\.csv:2: unknown level 'village'; it is one of national"
    ):
        load_watchlist(tmp_path, ())
