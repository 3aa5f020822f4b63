"""What `import` takes: files of a size that a report may have, addresses without a password, tables without doubt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from reportwatch.exits import CommandError
from reportwatch.supplying import LARGEST, Supply, WrongSupplyError, bodies_of, from_csv, said
from store.model import Publisher, Watchlist

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-02-10T02:00:00Z"
WATCHED = Watchlist((Publisher("gov", "示范市人民政府", "government", "demo"),), ())


def supply(file: Path) -> Supply:
    return Supply(file, "gov", 2024, "http://www.example.gov.cn/", "A. Reader", NOW)


def test_a_pipe_is_not_waited_for_and_a_folder_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(CommandError, match="is no file; nothing was imported") as caught:
            bodies_of([supply(path)])
        assert caught.value.code == 65


def test_a_file_larger_than_any_report_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(CommandError, match="larger than 64 MiB"):
        bodies_of([supply(large)])


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://desk:Canary@www.example.gov.cn/", "http://a b.cn/"]
)
def test_an_address_with_a_password_or_of_no_website_is_refused(url: str) -> None:
    with pytest.raises(WrongSupplyError, match="bad url") as caught:
        said(WATCHED, NOW, file=None, publisher="gov", year="2024", url=url, by="me", seen_at=None, note="")
    assert "Canary" not in str(caught.value)


def test_a_table_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "many.csv"
    table.write_text("file,file,absent,publisher,year,url,by\na.pdf,,yes,gov,2024,http://a.cn/,me\n", "utf-8")
    with pytest.raises(CommandError, match="more than one column is called file"):
        from_csv(table, WATCHED, NOW)
