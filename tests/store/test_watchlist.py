from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.watchlist import WatchlistErrors, load_watchlist

if TYPE_CHECKING:
    from pathlib import Path

    from store.model import Watchlist

FAMILIES = ("static", "trs")
HEADER = "id,name,kind,region,parent,aliases,from_year,to_year,successor,due,due_source,sources,note\n"
SOURCE = """
[[source]]
id = "zk-nb"
url = "https://www.zhoukou.gov.cn/nb/"
family = "static"
hosts = ["www.zhoukou.gov.cn"]
publishers = ["zk"]
"""


def write(root: Path, publishers: str | bytes = "", sources: str = "", region: str = "henan/zhoukou") -> None:
    folder = root / region
    folder.mkdir(parents=True, exist_ok=True)
    if publishers:
        body = publishers if isinstance(publishers, bytes) else (HEADER + publishers).encode()
        (folder / "publishers.csv").write_bytes(body)
    if sources:
        (folder / "sources.toml").write_text(sources, encoding="utf-8")


def mistakes(root: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(WatchlistErrors) as caught:
        load_watchlist(root, FAMILIES)
    return [(error.file, error.line, error.message) for error in caught.value.errors]


def only(root: Path) -> tuple[str, int, str]:
    (mistake,) = mistakes(root)
    return mistake


def load(root: Path) -> Watchlist:
    return load_watchlist(root, FAMILIES)


def test_a_whole_watchlist_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        "zk,周口市人民政府,government,,,周口市政府；周口,2019,,,02-20,《办法》第3条 https://a.gov.cn,,\n"
        "zk-cz,周口市财政局,department,henan/zhoukou/city,zk,,,2024,zk,,,zk-nb,moved\n",
        SOURCE,
    )
    watchlist = load(tmp_path)
    government, bureau = watchlist.publishers
    (source,) = watchlist.sources
    assert (government.region, government.aliases, government.due) == (
        "henan/zhoukou",
        ("周口市政府", "周口"),
        "02-20",
    )
    assert (bureau.region, bureau.to_year, bureau.successor) == ("henan/zhoukou/city", 2024, "zk")
    assert government.sources == bureau.sources == ("zk-nb",)
    assert source.publishers == ("zk", "zk-cz")


def test_regions_nest_and_refer_to_each_other(tmp_path: Path) -> None:
    write(tmp_path, "zk,周口市人民政府,government,,,,,,,,,,\n", region="henan")
    write(tmp_path, sources=SOURCE, region="henan/zhoukou/city")
    assert load(tmp_path).sources[0].region == "henan/zhoukou/city"


def test_a_publisher_without_a_source_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, "zk,周口市人民政府,government,,,,,,,,,,\n")
    assert load(tmp_path).publishers[0].sources == ()


def test_a_family_that_comes_later_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, "zk,周口市人民政府,government,,,,,,,,,,\n", SOURCE.replace("static", "unsupported"))
    assert load(tmp_path).sources[0].family == "unsupported"


def test_the_host_of_the_url_is_the_default(tmp_path: Path) -> None:
    write(
        tmp_path,
        sources=SOURCE.replace('hosts = ["www.zhoukou.gov.cn"]', "").replace('publishers = ["zk"]', ""),
    )
    assert load(tmp_path).sources[0].hosts == ("www.zhoukou.gov.cn",)


def test_a_bom_and_windows_lines_are_no_mistake(tmp_path: Path) -> None:
    rows = (HEADER + "zk,周口市人民政府,government,,,,,,,,,,\n,,,,,,,,,,,,\n").replace("\n", "\r\n")
    write(tmp_path, b"\xef\xbb\xbf" + rows.encode())
    assert load(tmp_path).publishers[0].id == "zk"


def test_a_line_break_within_quotes_does_not_shift_the_lines(tmp_path: Path) -> None:
    write(tmp_path, 'zk,周口市人民政府,government,,,,,,,,,,"two\nlines"\nx,某局,bureau,,,,,,,,,,\n')
    file, line, message = only(tmp_path)
    assert (file, line) == ("henan/zhoukou/publishers.csv", 4)
    assert "unknown kind 'bureau'" in message


def test_every_mistake_is_told_at_once_with_its_file_and_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        "ZK,,gov,hebei,nobody,,20x1,,,2-31,,nowhere,\n"
        "a,甲局,department,,,,2024,2019,,02-30,rule,,\n"
        "b,乙局,department,,,,,,,,rule without due,,\n"
        "b,丙局,department,,b,,,,,02-20,,,\n",
        SOURCE.replace("static", "bogus").replace("https://", "ftp://") + 'colour = "red"\n',
    )
    assert {(file[13:], line) for file, line, _ in mistakes(tmp_path)} == {
        ("/publishers.csv", 2), ("/publishers.csv", 3), ("/publishers.csv", 4), ("/publishers.csv", 5),
        ("/sources.toml", 4), ("/sources.toml", 5), ("/sources.toml", 8),
    }  # fmt: skip
    text = "\n".join(message for _, _, message in mistakes(tmp_path))
    for words in (
        "bad id 'ZK'", "the name is empty", "unknown kind 'gov'", "'hebei' is not within", "bad from_year '20x1'",
        "bad due '2-31'", "due needs due_source", "from_year 2024 is after to_year 2019", "bad due '02-30'",
        "due_source without due", "unknown key 'colour'", "unknown family 'bogus'", "begins with http://",
    ):  # fmt: skip
        assert words in text


def test_the_text_of_the_error_lists_file_line_and_mistake(tmp_path: Path) -> None:
    write(tmp_path, "a,甲局,bureau,,,,,,,,,,\n")
    with pytest.raises(
        WatchlistErrors, match=r"has 1 mistake:\nhenan/zhoukou/publishers\.csv:2: unknown kind"
    ) as caught:
        load(tmp_path)
    assert caught.value.exit_code == 78


REFERENCES = [
    ("a,甲局,department,,nobody,,,,,,,,\n", "unknown parent 'nobody'"),
    ("a,甲局,department,,,,,,nobody,,,,\n", "unknown successor 'nobody'"),
    ("a,甲局,department,,a,,,,,,,,\n", "'a' is its own parent"),
    ("a,甲局,department,,,,,,,,,nowhere,\n", "unknown source 'nowhere'"),
]


@pytest.mark.parametrize(("row", "message"), REFERENCES)
def test_a_reference_to_nothing_is_a_mistake(tmp_path: Path, row: str, message: str) -> None:
    write(tmp_path, row)
    file, line, said = only(tmp_path)
    assert (file, line) == ("henan/zhoukou/publishers.csv", 2)
    assert message in said


def test_an_unknown_publisher_of_a_source_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, sources=SOURCE)
    assert only(tmp_path)[2].startswith("unknown publisher 'zk'")


def test_a_circle_of_parents_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "a,甲局,department,,b,,,,,,,,\nb,乙局,department,,a,,,,,,,,\n")
    assert {message for _, _, message in mistakes(tmp_path)} == {
        "a circle of parents: a → b → a",
        "a circle of parents: b → a → b",
    }


def test_two_publishers_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "a,甲局,department,,,,,,,,,,\nb,乙局,department,,,⽢局;甲 局,,,,,,,\n")
    _, line, message = only(tmp_path)
    assert line == 3
    assert "'b' and 'a' (henan/zhoukou/publishers.csv:2) are both called '甲局'" in message


def test_two_publishers_of_one_name_that_followed_each_other_are_none(tmp_path: Path) -> None:
    write(tmp_path, "a,甲局,department,,,,,2018,b,,,,\nb,甲局,department,,,,2019,,,,,,\n")
    assert len(load(tmp_path).publishers) == 2


def test_an_id_used_twice_names_both_places(tmp_path: Path) -> None:
    write(tmp_path, "a,甲局,department,,,,,,,,,,\n")
    write(tmp_path, "a,乙局,department,,,,,,,,,,\n", region="shanghai")
    file, line, message = only(tmp_path)
    assert (file, line) == ("shanghai/publishers.csv", 2)
    assert "henan/zhoukou/publishers.csv:2" in message


def test_the_same_list_twice_is_a_mistake(tmp_path: Path) -> None:
    block = SOURCE.replace('publishers = ["zk"]', "")
    write(tmp_path, sources=block + block.replace("zk-nb", "other"))
    _, line, message = only(tmp_path)
    assert line == 9
    assert "the same list as the source at henan/zhoukou/sources.toml:2" in message


BLOCKS = [
    ('family = "static"', 'family = "bogus"', 5, "unknown family 'bogus'; there are static, trs"),
    ('family = "static"', 'famly = "static"', 2, "the source 'zk-nb' has no 'family'"),
    ('family = "static"', 'family = "static"\nfamly = 1', 6, "unknown key 'famly'"),
    ("https://www.zhoukou.gov.cn/nb/", "www.zhoukou.gov.cn/nb/", 4, "begins with http:// or https://"),
    ("https://www.", "https://user:pw@www.", 4, "no user or password"),
    ("/nb/", "/nb/#top", 4, "leave out what follows the #"),
    ("/nb/", "/年报/", 4, "must be written as %XX"),
    ("https://www.zhoukou.gov.cn/nb/", "https://www.zhoukou.gov.cn:http/", 4, "bad url"),
    ("https://www.zhoukou.gov.cn/nb/", "file:///etc/passwd", 4, "begins with http:// or https://"),
    ('["www.zhoukou.gov.cn"]', '["zhoukou.gov.cn"]', 6, "the hosts do not name 'www.zhoukou.gov.cn'"),
    ('["www.zhoukou.gov.cn"]', '["https://www.zhoukou.gov.cn/"]', 6, "bad host"),
    ('["zk"]', '["zk", "zk"]', 7, "named twice in publishers: zk"),
    ('["zk"]', '["zk"]\nmin_interval = -1', 8, "min_interval"),
    ('["zk"]', '["zk"]\nrender = "yes"', 8, "render"),
    ('["zk"]', '["zk"]\nothers = [""]', 8, "an empty name in others"),
    ('["zk"]', '["zk"]\nregion = "hebei"', 8, "'hebei' is not within"),
    ('["zk"]', '["zk"]\noptions = { pages = [1] }', 8, "options"),
    ('["zk"]', '["zk"]\nproxy = "http://a:b@proxy:1"', 8, "no user or password"),
    ('["zk"]', '["zk"', 8, "not valid TOML"),
    ("[[source]]", "[source]", 2, "double brackets"),
    ("[[source]]", "[[sources]]", 2, "unknown key 'sources'"),
    ('id = "zk-nb"', 'id = "zk nb"', 3, "bad id"),
]


@pytest.mark.parametrize(("before", "after", "line", "message"), BLOCKS)
def test_a_mistake_in_a_source_names_its_line(
    tmp_path: Path, before: str, after: str, line: int, message: str
) -> None:
    write(tmp_path, "zk,周口市人民政府,government,,,,,,,,,,\n", SOURCE.replace(before, after))
    found = [(at, said) for file, at, said in mistakes(tmp_path) if file.endswith("sources.toml")]
    assert any(at == line and message in said for at, said in found), found


FILES = [
    (HEADER.encode() + "zk,周口".encode("gbk"), 2, "not UTF-8"),
    (b"", 1, "empty; the first line names the columns"),
    (b"id;name;kind\n", 1, "separated by commas"),
    (b"id,name,kind,colour\n", 1, "unknown column 'colour'"),
    (b"id,name,name,kind\n", 1, "the column 'name' is there twice"),
    (b"id,name\n", 1, "the column 'kind' is missing"),
    (b"id,name,kind\na,b\n", 2, "2 cells where the header has 3"),
    (b"id,name,kind\na,b,township,c\n", 2, "4 cells where the header has 3"),
    (b'id,name,kind\na,"b,township\n', 2, "a quote that is not closed"),
]


@pytest.mark.parametrize(("body", "line", "message"), FILES)
def test_a_spreadsheet_saved_wrongly_is_explained(
    tmp_path: Path, body: bytes, line: int, message: str
) -> None:
    write(tmp_path, body or b"\n")
    if not body:
        (tmp_path / "henan/zhoukou/publishers.csv").write_bytes(b"")
    assert any(at == line and message in said for _, at, said in mistakes(tmp_path)), mistakes(tmp_path)


def test_a_file_that_would_not_be_read_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "zk,周口市人民政府,government,,,,,,,,,,\n")
    (tmp_path / "henan" / "source.toml").write_text("")
    (tmp_path / "henan" / ".~lock.publishers.csv").write_text("")
    (tmp_path / "README.md").write_text("explains")
    assert only(tmp_path)[0] == "henan/source.toml"


def test_a_file_without_a_region_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "zk,周口市人民政府,government,,,,,,,,,,\n", region=".")
    assert "named after its region" in only(tmp_path)[2]


def test_no_folder_and_an_empty_one_are_explained(tmp_path: Path) -> None:
    assert "there is no such folder" in only(tmp_path / "none")[2]
    assert "nothing to watch" in only(tmp_path)[2]


def test_an_entry_with_a_mistake_is_not_also_unknown(tmp_path: Path) -> None:
    write(tmp_path, "zk,周口市人民政府,goverment,,,,,,,,,zk-nb,\n", SOURCE.replace('"static"', "1"))
    assert [line for _, line, _ in mistakes(tmp_path)] == [2, 5]


def test_every_mistake_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        "zk,周口市人民政府,government,,,,,,,,,,\nzk,周口市财政局,bureau,,,,20x9,,,,,nowhere,\n",
        SOURCE,
    )
    told = [(line, message.split(";")[0]) for _, line, message in mistakes(tmp_path)]
    assert any(line == 3 and "unknown kind" in message for line, message in told)
    assert any(line == 3 and "from_year" in message for line, message in told)
    assert any(line == 3 and "already used" in message for line, message in told)
    assert any(line == 3 and "unknown source" in message for line, message in told)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2024-13-15,,,,", "bad ended '2024-13-15'"),
        ("24,,,,", "bad ended '24'"),
        ("2024-03-15,moved,,,", "unknown ending 'moved'; it is one of merged, renamed, abolished"),
        (",merged,,,", "ending 'merged' without a time"),
        ("2024-03-15,,2025,,", "ended 2024-03-15 is before its first report year 2025"),
        (
            "2024-03-15,,,2024,",
            "to_year 2024: that report is due in 2025, when the body had ended (2024-03-15)",
        ),
        ("2024-03-15,,,,b", "its successor 'b' ended in 2023-01-01, before itself (2024-03-15)"),
    ],
)
def test_a_life_that_cannot_be_is_a_mistake_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "henan").mkdir()
    head = "id,name,kind,ended,ending,from_year,to_year,successor\n"
    text = f"{head}b,乙局,department,2023-01-01,abolished,,,\na,甲局,department,{row}\n"
    (tmp_path / "henan" / "publishers.csv").write_text(text, encoding="utf-8")
    with pytest.raises(WatchlistErrors) as raised:
        load_watchlist(tmp_path, ())
    assert [(error.line, said in error.message) for error in raised.value.errors] == [(3, True)]


def test_a_body_that_ended_is_loaded_with_its_end(tmp_path: Path) -> None:
    (tmp_path / "henan").mkdir()
    text = (
        "id,name,kind,ended,ending,successor\na,甲局,department,2024-03-15,merged,b\nb,乙局,department,,,\n"
    )
    (tmp_path / "henan" / "publishers.csv").write_text(text, encoding="utf-8")
    found = load_watchlist(tmp_path, ()).publishers[0]
    assert (found.ended, found.ending, found.successor) == ("2024-03-15", "merged", "b")


def test_a_calendar_lies_in_the_watchlists_own_folder_only(tmp_path: Path) -> None:
    (tmp_path / "henan").mkdir()
    (tmp_path / "henan" / "publishers.csv").write_text("id,name,kind\na,甲局,department\n", encoding="utf-8")
    (tmp_path / "calendar.toml").write_text("", encoding="utf-8")
    assert len(load_watchlist(tmp_path, ()).publishers) == 1
    (tmp_path / "henan" / "calendar.toml").write_text("", encoding="utf-8")
    with pytest.raises(WatchlistErrors, match=r"henan/calendar\.toml:1: this file is not read"):
        load_watchlist(tmp_path, ())


def test_a_name_passes_on_from_a_body_that_ended(tmp_path: Path) -> None:
    (tmp_path / "henan").mkdir()
    text = "id,name,kind,ended,from_year\nold,甲局,department,2024-03-15,\nnew,甲局,department,,{}\n"
    (tmp_path / "henan" / "publishers.csv").write_text(text.format(2024), encoding="utf-8")
    assert len(load_watchlist(tmp_path, ()).publishers) == 2
    (tmp_path / "henan" / "publishers.csv").write_text(text.format(2023), encoding="utf-8")
    with pytest.raises(WatchlistErrors, match="are both called"):
        load_watchlist(tmp_path, ())
