"""A shared watchlist and one's own: nothing of one's own is lost, nothing is overwritten in silence."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from crawler import families
from reportwatch.cli import main
from store.watchlist import load_watchlist
from store.watchlist_publishers import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Two:
    """One's own watchlist and another one, each with one region."""

    folder: Path

    def write(self, which: str, rows: list[str], sources: str = "", region: str = "henan") -> Path:
        place = self.folder / which / region
        place.mkdir(parents=True, exist_ok=True)
        made = [dict(part.split("=", 1) for part in row.split("|")) for row in rows]
        with (place / "publishers.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows({"kind": "department", **row} for row in made)
        (place / "sources.toml").write_text(sources, encoding="utf-8")
        return place

    def call(self, command: str, *words: str) -> Result:
        where = ("--watchlist", str(self.folder / "own"))
        return CliRunner().invoke(main, ["watchlist", command, str(self.folder / "other"), *where, *words])

    def told(self, command: str, *words: str) -> list[dict[str, object]]:
        result = self.call(command, "--json", *words)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    def bytes(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (self.folder / "own").rglob("*") if path.is_file()}


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


def source(key: str, url: str, *more: str, family: str = "static") -> str:
    return "\n".join(("[[source]]", f'id = "{key}"', f'url = "{url}"', f'family = "{family}"', *more, ""))


def test_equal_watchlists_do_not_differ(two: Two) -> None:
    for which in ("own", "other"):
        two.write(which, ["id=a|name=周口市财政局|sources=s"], source("s", "http://a.gov.cn/"))
    assert two.told("diff") == []
    assert "no difference" in two.call("diff").output
    before = two.bytes()
    assert "nothing to take; no file is changed" in two.call("merge").output
    assert two.bytes() == before


def test_what_only_one_has_and_what_differs_is_told(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局|from_year=2019", "id=mine|name=周口市审计局"])
    two.write(
        "other",
        ["id=a|name=周口市财政局|from_year=2021", "id=theirs|name=周口市教育局"],
        source("s", "http://a.gov.cn/"),
    )
    told = two.told("diff")
    assert [(one["state"], one["what"], one["here"], one["there"]) for one in told] == [
        ("differs", "publisher", "a", "a"),
        ("only here", "publisher", "mine", None),
        ("only there", "publisher", None, "theirs"),
        ("only there", "source", None, "s"),
    ]
    assert told[0]["fields"] == [{"name": "from_year", "here": 2019, "there": 2021}]


def test_a_body_under_another_id_is_known_by_its_name_and_a_list_by_its_address(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局|sources=s"], source("s", "http://a.gov.cn/nb/"))
    two.write("other", ["id=x|name=周口市财政局|sources=t", "id=y|name=周口市审计局|parent=x|sources=t"],
              source("t", "https://a.gov.cn/nb"))  # fmt: skip
    assert {(one["here"], one["there"]) for one in two.told("diff")} == {("a", "x"), ("s", "t"), (None, "y")}
    two.told("merge")
    merged = load_watchlist(two.folder / "own", families())
    assert [(p.id, p.parent, p.sources) for p in merged.publishers] == [
        ("a", None, ("s",)),
        ("y", "a", ("s",)),
    ]
    assert [page.url for page in merged.sources] == ["http://a.gov.cn/nb/"]


def test_ones_own_values_stay_and_the_conflict_is_told(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局|kind=institution|note=我的"])
    two.write("other", ["id=a|name=周口市财政局|kind=department|note=their note"])
    before = two.bytes()
    told = two.told("merge")
    assert [(one["action"], one["field"], one["here"], one["there"]) for one in told] == [
        ("kept", "kind", "institution", "department"),
        ("kept", "note", "我的", "their note"),
    ]
    assert two.bytes() == before


def test_with_theirs_their_values_are_taken_and_told(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局|kind=institution|sources=s"],
              source("s", "http://a.gov.cn/", "# moved in 2024", "min_interval = 9.0  # slow"))  # fmt: skip
    two.write("other", ["id=a|name=周口市财政局|kind=department|sources=s"],
              source("s", "http://b.gov.cn/", 'options = { max_pages = 3 }'))  # fmt: skip
    assert [(one["action"], one["field"]) for one in two.told("merge", "--theirs")] == [
        ("taken", "kind"), ("taken", "url"), ("taken", "options"), ("added", "hosts"), ("taken", "min_interval"),
    ]  # fmt: skip
    merged = load_watchlist(two.folder / "own", families())
    assert (merged.publishers[0].kind, merged.sources[0].url) == ("department", "http://b.gov.cn/")
    assert merged.sources[0].options == {"max_pages": 3}
    text = (two.folder / "own/henan/sources.toml").read_text("utf-8")
    assert "# moved in 2024" in text
    assert "min_interval = 3.0  # slow" in text
    assert two.told("merge", "--theirs") == []


def test_empty_notes_are_filled_and_names_and_lists_are_united(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局|aliases=周口财政|sources=s"],
              source("s", "http://a.gov.cn/", 'others = ["*税务*"]'))  # fmt: skip
    two.write("other", ["id=a|name=周口市财政局|aliases=周口市财政与金融局|note=seen|sources=s;t"],
              source("s", "http://a.gov.cn/", 'others = ["*气象*"]') + source("t", "http://t.gov.cn/"))  # fmt: skip
    told = two.told("merge")
    assert ("added", "aliases", ["周口市财政与金融局"]) in [
        (o["action"], o["field"], o["there"]) for o in told
    ]
    merged = load_watchlist(two.folder / "own", families())
    body = merged.publishers[0]
    assert (body.aliases, body.note, body.sources) == (("周口财政", "周口市财政与金融局"), "seen", ("s", "t"))
    assert merged.sources[0].others == ("*税务*", "*气象*")
    assert two.told("merge") == []


def test_the_same_id_for_another_body_takes_nothing_and_says_so(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局"])
    two.write(
        "other",
        ["id=a|name=郑州市教育局|sources=s|note=x", "id=b|name=郑州市水利局|parent=a"],
        source("s", "http://a.gov.cn/"),
    )
    told = two.told("merge")
    assert [(one["action"], one["id"]) for one in told] == [("left out", "a"), ("added", "b"), ("added", "s")]
    merged = load_watchlist(two.folder / "own", families())
    assert [(p.id, p.name, p.parent, p.sources) for p in merged.publishers] == [
        ("a", "周口市财政局", None, ()),
        ("b", "郑州市水利局", None, ()),
    ]
    assert merged.sources[0].publishers == ()


def test_the_same_name_in_another_city_is_not_the_same_body(two: Two) -> None:
    two.write("own", ["id=a|name=鼓楼区人民政府|kind=government"], region="henan/kaifeng")
    two.write("other", ["id=b|name=鼓楼区人民政府|kind=government"], region="jiangsu/nanjing")
    assert [one["state"] for one in two.told("diff")] == ["unclear", "only here"]
    assert [one["action"] for one in two.told("merge")] == ["left out"]


def test_bytes_that_people_wrote_stay_as_they_are(two: Two) -> None:
    place = two.write("own", [])
    mine = '\ufeffid,name,kind,aliases,note\r\n"a",周口市财政局,"department",,"two, ""lines""\r\nof note"\r\n,,,,\r\n'.encode()
    (place / "publishers.csv").write_bytes(mine)
    toml = b'# mine \xe5\x91\xa8\xe5\x8f\xa3\r\n[[source]] # list\r\nid = "s"\r\nurl = "http://a.gov.cn/"\r\nfamily = "static"\r\n# the end\r\n'
    (place / "sources.toml").write_bytes(toml)
    two.write("other", ["id=b|name=周口市审计局|sources=t"], "# Theirs.\n" + source("t", "http://t.gov.cn/"))
    assert two.call("merge").exit_code == 0
    assert (place / "publishers.csv").read_bytes().startswith(mine)
    after = (place / "sources.toml").read_bytes()
    assert after.startswith(toml)
    assert b'\r\n\r\n# Theirs.\r\n[[source]]\r\nid = "t"\r\n' in after


def test_a_dry_run_writes_nothing(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局"])
    two.write("other", ["id=b|name=周口市审计局"])
    before = two.bytes()
    assert "would be changed: henan/publishers.csv" in two.call("merge", "--dry-run").output
    assert two.bytes() == before


def test_what_would_not_hold_together_is_not_written(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局|parent=b", "id=b|name=周口市人民政府|kind=government"])
    two.write("other", ["id=b|name=周口市人民政府|kind=government|parent=a", "id=a|name=周口市财政局"])
    before = two.bytes()
    result = two.call("merge")
    assert result.exit_code == 78
    assert "nothing was written" in result.output
    assert "circle" in result.output
    assert two.bytes() == before


def test_a_family_of_a_newer_version_is_kept_as_unsupported(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局"])
    two.write(
        "other", ["id=a|name=周口市财政局|sources=s"], source("s", "http://a.gov.cn/", family="next_year")
    )
    assert "no family 'next_year'" in str(two.told("merge")[0]["why"])
    assert load_watchlist(two.folder / "own", families()).sources[0].family == "unsupported"
    assert [one["action"] for one in two.told("merge", "--theirs")] == ["kept"]


def test_a_proxy_of_theirs_is_told_and_never_put_into_a_source_of_ones_own(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局|sources=s"], source("s", "http://a.gov.cn/"))
    proxy = 'proxy = "http://proxy.example.org:3128"'
    two.write("other", ["id=a|name=周口市财政局|sources=s;t"],
              source("s", "http://a.gov.cn/", proxy) + source("t", "http://t.gov.cn/", proxy))  # fmt: skip
    told = two.told("merge")
    assert [(one["action"], one["id"]) for one in told] == [("added", "t"), ("kept", "s"), ("added", "a")]
    assert "proxy.example.org" in str(told[0]["why"])


def test_a_cell_that_a_spreadsheet_would_execute_is_made_harmless(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局"])
    two.write("other", ["id=b|name=周口市审计局|note==HYPERLINK(1)"])
    two.told("merge")
    assert load_watchlist(two.folder / "own", families()).publishers[1].note == "'=HYPERLINK(1)"
    assert two.told("merge") == []


def test_merging_into_nothing_gives_theirs(two: Two) -> None:
    (two.folder / "own").mkdir()
    two.write("other", ["id=b|name=周口市审计局|sources=s|parent=c", "id=c|name=周口市人民政府|kind=government"],
              source("s", "http://a.gov.cn/", 'publishers = ["c"]'))  # fmt: skip
    assert two.call("merge").exit_code == 0
    assert two.told("diff") == []


def test_mistakes_of_theirs_are_told_with_their_place(two: Two) -> None:
    two.write("own", ["id=a|name=周口市财政局"])
    two.write("other", ["id=B|name=周口市审计局"])
    result = two.call("merge")
    assert result.exit_code == 78
    assert "henan/publishers.csv:2: bad id 'B'" in result.output


def test_a_sub_table_of_ones_own_is_left_to_a_person(two: Two) -> None:
    two.write(
        "own",
        ["id=a|name=周口市财政局"],
        source("s", "http://a.gov.cn/", "[source.options]", "max_pages = 2"),
    )
    two.write(
        "other", ["id=a|name=周口市财政局"], source("s", "http://b.gov.cn/", "options = { max_pages = 3 }")
    )
    before = two.bytes()
    told = two.told("merge", "--theirs")
    assert {one["action"] for one in told} == {"kept"}
    assert two.bytes() == before
    assert tomllib.loads((two.folder / "own/henan/sources.toml").read_text("utf-8"))
