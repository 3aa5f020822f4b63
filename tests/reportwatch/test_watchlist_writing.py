"""Writing into files that people keep: what they wrote stays as they wrote it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from reportwatch.exits import CommandError
from reportwatch.publishers_text import with_cell, with_rows
from reportwatch.sources_text import CannotEditError, block_of, blocks, text_of, with_block, with_value
from reportwatch.watchlist_writing import Draft, append_publishers, append_source
from store.watchlist import WatchlistErrors, load_watchlist

HEADER = "id,name,kind,region,parent,aliases,from_year,to_year,successor,due,due_source,sources,note"
FAMILIES = ("static_list",)
TOML = """# Our city. 周口

[[source]]  # the main list
id = "one"
url = "http://a.gov.cn/nb/"
family = "static_list"
publishers = [
  "p1",  # a comment inside
  "p2",
] # after
note = '''two
[[source]]
lines'''

# What stands above the second.
[[source]]
id = "two"
url = "http://b.gov.cn/nb/"  # moved in 2024
family = "static_list"
[source.options]
max_pages = 3
"""
FLAT = TOML.replace("\n[[source]]\nlines", " lines")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_row_is_added_and_every_byte_before_it_stays(mark: str, ending: str) -> None:
    quoted = f'p1,"周口市""某""局",department,,,,,,,,,,"a, b{ending}second line"'
    text = mark + ending.join((HEADER, quoted, ",,,,,,,,,,,,", ""))
    after = with_rows(text, [{"id": "p2", "name": "郑州市财政局", "kind": "department", "note": "x,y"}])
    assert after == text + 'p2,郑州市财政局,department,,,,,,,,,,"x,y"' + ending


def test_a_file_that_does_not_end_its_last_line_gets_an_end() -> None:
    assert with_rows("id,name,kind\na,b,department", [{"id": "c", "name": "d", "kind": "department"}]) == (
        "id,name,kind\na,b,department\nc,d,department\n"
    )


def test_a_new_file_opens_well_in_a_spreadsheet() -> None:
    text = with_rows("", [{"id": "a", "name": "b", "kind": "department"}])
    assert text.startswith("\ufeffid,name,kind,region")
    assert text.endswith("\r\n")


def test_a_column_that_the_file_lacks_is_added_to_every_row() -> None:
    text = 'id,name,kind\na,"b, c",department\n\n'
    after = with_rows(text, [{"id": "d", "name": "e", "kind": "department", "note": "n", "due": ""}])
    assert after == 'id,name,kind,note\na,"b, c",department,\n\nd,e,department,n\n'


def test_one_cell_changes_and_the_quotes_of_the_others_stay() -> None:
    text = '\ufeffid,name,kind,note\r\n"a",b,"department",\r\nc,d,department,\r\n'
    assert with_cell(text, "a", "note", 'x "y"') == (
        '\ufeffid,name,kind,note\r\n"a",b,"department","x ""y"""\r\nc,d,department,\r\n'
    )


def test_a_column_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        with_rows(HEADER + "\n", [{"id": "a", "colour": "red"}])


def test_a_block_is_added_and_every_byte_before_it_stays() -> None:
    block = block_of(
        {"id": "three", "url": "http://c/", "family": "static_list", "hosts": (), "probed": False}
    )
    after = with_block(FLAT, block)
    assert after == FLAT + '\n[[source]]\nid = "three"\nurl = "http://c/"\nfamily = "static_list"\n'
    assert [one["id"] for one in tomllib.loads(after)["source"]] == ["one", "two", "three"]


def test_a_file_with_other_ends_of_lines_keeps_them() -> None:
    assert with_block("# a\r\n", '[[source]]\nid = "x"\n') == '# a\r\n\r\n[[source]]\r\nid = "x"\r\n'


def test_a_block_has_the_comments_right_above_it() -> None:
    first, second = blocks(FLAT)
    assert text_of(FLAT, first).startswith("[[source]]  # the main list")
    assert text_of(FLAT, second).startswith("# What stands above the second.\n[[source]]")
    assert text_of(FLAT, second).endswith("max_pages = 3\n")


def test_a_value_changes_and_the_comments_stay() -> None:
    after = with_value(FLAT, "two", "url", "http://c.gov.cn/")
    assert 'url = "http://c.gov.cn/"  # moved in 2024\n' in after
    after = with_value(after, "one", "publishers", ("p1", "p3"))
    assert '# a comment inside\npublishers = ["p1", "p3"]  # after\n' in after
    assert tomllib.loads(after)["source"][0]["publishers"] == ["p1", "p3"]


def test_a_value_that_the_block_lacks_is_added_to_its_own_keys() -> None:
    after = with_value(FLAT, "two", "note", 'see "there"')
    assert tomllib.loads(after)["source"][1]["note"] == 'see "there"'
    assert tomllib.loads(after)["source"][1]["options"] == {"max_pages": 3}


def test_what_is_written_as_a_table_is_left_to_a_person() -> None:
    with pytest.raises(CannotEditError, match="table"):
        with_value(FLAT, "two", "options", {"max_pages": 4})


def test_a_text_that_holds_a_false_header_is_left_to_a_person() -> None:
    with pytest.raises(CannotEditError):
        with_value(TOML, "one", "note", "x")


def made(root: Path) -> Path:
    folder = root / "henan"
    folder.mkdir(parents=True)
    (folder / "publishers.csv").write_text(f"{HEADER}\np1,周口市财政局,department,,,,,,,,,,\n", "utf-8")
    (folder / "sources.toml").write_text(
        '[[source]]\nid = "one"\nurl = "http://a.gov.cn/"\nfamily = "static_list"\n', "utf-8"
    )
    return root


def test_a_draft_that_would_not_hold_writes_nothing(tmp_path: Path) -> None:
    root = made(tmp_path / "w")
    before = {path: path.read_bytes() for path in root.rglob("*.*")}
    draft = Draft(root)
    draft.append_publishers(
        "henan", [{"id": "p2", "name": "周口市教育局", "kind": "department", "sources": "two"}]
    )
    with pytest.raises(WatchlistErrors, match=r"publishers\.csv:3: unknown source 'two'"):
        draft.save(FAMILIES)
    assert {path: path.read_bytes() for path in root.rglob("*.*")} == before


def test_files_that_need_each_other_are_written_in_an_order_that_holds(tmp_path: Path) -> None:
    root = made(tmp_path / "w")
    draft = Draft(root)
    draft.append_publishers(
        "henan", [{"id": "p2", "name": "周口市教育局", "kind": "department", "sources": "two"}]
    )
    draft.append_source("henan", block_of({"id": "two", "url": "http://b.gov.cn/", "family": "static_list"}))
    assert draft.save(FAMILIES) == (Path("henan/sources.toml"), Path("henan/publishers.csv"))
    assert [publisher.sources for publisher in load_watchlist(root, FAMILIES).publishers] == [(), ("two",)]
    assert not list(root.rglob(".*"))


def test_a_file_that_somebody_saved_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    root = made(tmp_path / "w")
    draft = Draft(root)
    draft.append_publishers("henan", [{"id": "p2", "name": "周口市教育局", "kind": "department"}])
    append_publishers(
        root / "henan/publishers.csv", [{"id": "p3", "name": "周口市水利局", "kind": "department"}]
    )
    with pytest.raises(CommandError, match="meanwhile"):
        draft.save(FAMILIES)


def test_single_additions_make_a_watchlist_that_loads(tmp_path: Path) -> None:
    append_source(
        tmp_path / "a/b/sources.toml",
        block_of(
            {"id": "s", "url": "http://a.gov.cn/", "family": "static_list", "options": {"children": "x/*"}}
        ),
    )
    append_publishers(
        tmp_path / "a/b/publishers.csv",
        [{"id": "p", "name": "某县人民政府", "kind": "government", "sources": "s"}],
    )
    watchlist = load_watchlist(tmp_path, FAMILIES)
    assert watchlist.sources[0].options == {"children": "x/*"}
    assert watchlist.publishers[0].region == "a/b"
