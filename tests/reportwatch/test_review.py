"""What people decide: on real documents, through the real command, from the list to what other commands then say."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from reportwatch.cli import main
from reportwatch.exits import CommandError
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from reportwatch.reviewing import Question, among
from tests.reportwatch.world import HEAD

SCAN = (
    Path(__file__).parents[1] / "samples" / "made-s10-seal" / "body.pdf"
)  # 17 figures that OCR is not sure of
CITY, FINANCE, EDUCATION = "周口市人民政府", "示范市财政局", "示范市教育局"
NOW, LATER = "2026-02-10T02:00:00Z", "2026-02-11T02:00:00Z"
UNSURE = "requests.received.research"
WRONG = "requests.concluded.natural_person"


@dataclass(frozen=True, slots=True)
class Desk:
    """A state folder, and somebody who reviews it."""

    folder: Path

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def run(self, *words: str, watchlist: bool = False, env: dict[str, str] | None = None) -> Result:
        more = ["--watchlist", str(self.folder / "watchlist")] if watchlist else []
        return CliRunner().invoke(main, [*words, "--state", str(self.state), *more], env=env or {})

    def done(self, *words: str, watchlist: bool = False) -> str:
        result = self.run(*words, watchlist=watchlist)
        assert result.exit_code == 0, result.output
        return result.stdout

    def bring(self, name: str, year: int, file: Path, url: str, now: str = NOW) -> None:
        self.done("import", str(file), "--publisher", name, "--year", str(year), "--url", url,
                  "--by", "T. Est", "--now", now, watchlist=True)  # fmt: skip

    def bring_made(
        self, made: MadeReport, *, end: bytes = b"", swap: tuple[int, int] = (0, 0), now: str = NOW
    ) -> None:
        page = self.folder / f"{made.publisher}{now[:10]}.html"
        body = report_page(made, None) + end
        page.write_bytes(body.replace(b">%d<" % swap[0], b">%d<" % swap[1]) if any(swap) else body)
        self.bring(made.publisher, made.year, page, f"http://www.example.gov.cn/{quote(made.publisher)}", now)

    def decide(self, *words: str, by: str = "Zhang") -> Result:
        watchlist = words[0] == "correct"
        return self.run("review", *words, "--by", by, "--now", NOW, watchlist=watchlist)

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.state / "reports.db")) as database:
            return database.execute(sql, parameters).fetchall()

    def read_again(self, media_type: str) -> None:
        """As if the program had never read its documents of that type: they are read, matched and judged anew."""
        with closing(sqlite3.connect(self.state / "reports.db", isolation_level=None)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute(
                "DELETE FROM readings WHERE document IN (SELECT id FROM documents WHERE media_type LIKE ?)",
                (f"%{media_type}%",),
            )
        self.done("parse")

    def listed(self, *words: str) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for line in self.done("review", "list", "--json", *words, watchlist=True).splitlines()
        ]

    def id_of(self, name: str, rule: str, key: str = "") -> str:
        found = [
            one
            for one in self.listed("--all", "--rule", rule)
            if one["name"] == name and (not key or key in one["keys"])
        ]
        assert len(found) == 1, found
        return str(found[0]["id"])


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    (folder / "watchlist" / "test").mkdir(parents=True)
    rows = (
        ("city", CITY, "government"),
        ("finance", FINANCE, "department"),
        ("education", EDUCATION, "department"),
    )
    lines = [f"{key},{name},{kind},test,,,2021,,,,,," for key, name, kind in rows]
    (folder / "watchlist" / "test" / "publishers.csv").write_text(
        "\n".join([HEAD, *lines]) + "\n", encoding="utf-8"
    )
    desk = Desk(folder)
    desk.bring(CITY, 2022, SCAN, "http://www.example.gov.cn/scan.pdf")
    for name in (FINANCE, EDUCATION):
        desk.bring_made(MadeReport(name, 2025, wrong_sums=True))
    return folder


@pytest.fixture
def desk(read_once: Path, tmp_path: Path) -> Desk:
    """What was read, for each test anew."""
    shutil.copytree(read_once, tmp_path / "copy")
    return Desk(tmp_path / "copy")


def rules_open(desk: Desk, name: str) -> set[object]:
    return {one["rule"] for one in desk.listed(name) if one["what"] == "finding"}


def test_the_list_counts_what_waits_and_can_be_narrowed(desk: Desk) -> None:
    text = desk.done("review", watchlist=True)
    assert "9 findings and 17 figures to look at" in text
    assert re.search(r"#[0-9a-f]{6} .*row total", text)
    assert rules_open(desk, FINANCE) == {"balance", "result total", "row total", "dispute total"}
    assert {one["name"] for one in desk.listed("2022")} == {CITY}
    assert {one["what"] for one in desk.listed("--rule", "figure")} == {"figure"}
    assert {one["rule"] for one in desk.listed("--rule", "unsure")} == {"unsure"}
    assert desk.listed("--level", "error", FINANCE) == desk.listed(FINANCE)
    chinese = desk.done("review", "list", FINANCE, "--lang", "zh", watchlist=True)
    assert "待核对：4项问题、0个数字" in chinese
    assert "各类申请人之和" in chinese
    assert "Nothing waits" in desk.done("review", "list", "--level", "info", CITY, watchlist=True)


def test_show_has_both_sides_every_reader_the_place_and_the_file(desk: Desk) -> None:
    finding = desk.done("review", "show", desk.id_of(FINANCE, "balance"))
    wrong = MadeReport(FINANCE, 2025, wrong_sums=True).figures[WRONG]
    assert f"{WRONG} (（七）总计 · 自然人): {wrong} at table 2, row 27, column 4" in finding
    assert "left side" in finding
    figure = desk.done("review", "show", "#" + desk.id_of(CITY, "figure", UNSURE)[:10], "--lang", "zh")
    assert "未能确认 “5,610�” 位于page 2" in figure
    assert "rapidocr在page 2" in figure
    kept = re.search(r"存于(\S+)", figure)
    assert kept
    assert Path(kept[1]).read_bytes() == SCAN.read_bytes()


def test_evidence_is_cut_from_the_archived_document(desk: Desk) -> None:
    folder = desk.folder / "evidence"
    number = desk.id_of(CITY, "figure", UNSURE)
    assert "index.html" in desk.done("review", "show", number, "--evidence", str(folder))
    (picture,) = folder.glob("*.png")
    with Image.open(picture) as image:
        assert min(image.size) > 60
    assert picture.name in (folder / "index.html").read_text(encoding="utf-8")
    again = desk.run("review", "show", number, "--evidence", str(folder))
    assert (again.exit_code, "not empty" in again.stderr) == (73, True)
    keyless = desk.run(
        "review", "show", desk.id_of(CITY, "sections"), "--evidence", str(desk.folder / "other")
    )
    assert (keyless.exit_code, "names no figure" in keyless.stderr) == (65, True)


def test_an_id_is_known_by_its_first_digits_unless_they_are_those_of_several(desk: Desk) -> None:
    number = desk.id_of(FINANCE, "row total")
    assert FINANCE in desk.done("review", "show", number[:8].upper())
    for word, message in (
        ("000", "is no id"),
        ("zzzzzz", "is no id"),
        ("fffffffffffffff0", "nothing has the id"),
    ):
        result = desk.run("review", "show", word)
        assert (result.exit_code, message in result.stderr) == (2, True)
    one = Question(
        "abcd000000000000", "finding", "p", "甲局", 2024, waits=True, level="error", rule="balance",
        message="left is not right", message_zh="",
    )  # fmt: skip
    with pytest.raises(CommandError) as several:
        among([one, replace(one, id="abcd111111111111", name="乙局")], "#abcd")
    assert "#abcd000000000000  甲局 2024" in str(several.value)
    assert "#abcd111111111111  乙局 2024" in str(several.value)


def test_an_accepted_finding_is_confirmed_and_waits_no_more(desk: Desk) -> None:
    number = desk.id_of(FINANCE, "row total")
    assert desk.decide("accept", number).exit_code == 0
    assert "row total" not in rules_open(desk, FINANCE)
    assert desk.rows("SELECT confirmed_by FROM open_findings WHERE fingerprint = ?", number) == [("Zhang",)]
    assert "Zhang: found right" in desk.done("review", "show", number)
    assert desk.decide("undo", number, by="Li").exit_code == 0
    assert "row total" in rules_open(desk, FINANCE)
    assert "no decision is in force" in desk.decide("undo", number).stderr


def test_nobody_decides_without_a_name_or_dismisses_without_a_reason(desk: Desk) -> None:
    number = desk.id_of(FINANCE, "row total")
    for words, message in (
        (("accept", number), "--by"), (("dismiss", number, "--by", "Zhang"), "--note"),
        (("dismiss", number, "--by", " ", "--note", "x"), "--by"), (("dismiss", number, "--by", "Z", "--note", " "), "--note"),
    ):  # fmt: skip
        result = desk.run("review", *words)
        assert (result.exit_code, message in result.stderr) == (2, True)
    assert desk.rows("SELECT * FROM reviews") == []
    result = desk.run("review", "accept", number, env={"REPORTWATCH_BY": "Wang"})
    assert result.exit_code == 0
    assert desk.rows("SELECT by FROM reviews") == [("Wang",)]


def test_a_dismissal_survives_reading_again_and_reencoding_and_ends_with_other_numbers(desk: Desk) -> None:
    number = desk.id_of(FINANCE, "row total")
    assert desk.decide("dismiss", number, "--note", "the office explained it").exit_code == 0
    left = {"balance", "result total", "dispute total"}
    desk.read_again("html")
    assert rules_open(desk, FINANCE) == left
    same = MadeReport(FINANCE, 2025, wrong_sums=True)
    desk.bring_made(same, end=b"<!-- visitors: 12345 -->", now=LATER)
    assert desk.rows("SELECT count(*) FROM documents WHERE title LIKE ?", f"{FINANCE}%") == [(2,)]
    assert rules_open(desk, FINANCE) == left
    total = same.figures["requests.concluded.total"]
    desk.bring_made(same, swap=(total, total + 2), now="2026-02-12T02:00:00Z")
    assert "row total" in rules_open(desk, FINANCE)
    again = desk.done("review", "show", desk.id_of(FINANCE, "row total", "requests.concluded.total"))
    assert re.search(
        r"Decided before by the same rule.*\n.*dismissed, because: the office explained it", again
    )
    assert "the office explained it" in desk.done("review", "log", FINANCE, watchlist=True)


def test_a_correction_stands_beside_what_was_read_and_settles_what_was_unsure(desk: Desk) -> None:
    before = desk.rows("SELECT reading, key, value, text, state FROM figures ORDER BY 1, 2")
    result = desk.decide("correct", CITY, "2022", UNSURE, "5,610", "--source", "page 2 of the scan")
    assert result.exit_code == 0, result.output
    shown = desk.rows(
        "SELECT value, state, text, read_value, read_state, corrected_by, corrected_from FROM latest_figures WHERE key = ?"
        " AND publisher = 'city'", UNSURE,
    )  # fmt: skip
    assert shown == [(5610, "corrected", "5,610�", None, "unsure", "Zhang", "page 2 of the scan")]
    assert desk.rows("SELECT received_research FROM requests WHERE publisher = 'city'") == [(5610,)]
    assert desk.rows("SELECT reading, key, value, text, state FROM figures ORDER BY 1, 2") == before
    assert UNSURE not in {key for one in desk.listed(CITY) for key in one["keys"]}
    assert not [one for one in desk.listed("--rule", "unsure", CITY) if UNSURE in one["keys"]]
    assert rules_open(desk, CITY) == {"sections"}
    whole = desk.decide("dismiss", desk.id_of(CITY, "sections"), "--note", "on pages that were not scanned")
    assert whole.exit_code == 0
    desk.read_again("pdf")
    assert rules_open(desk, CITY) == set()
    assert desk.rows("SELECT received_research FROM requests WHERE publisher = 'city'") == [(5610,)]


def test_a_correction_that_breaks_a_sum_is_a_doubt_and_accuses_nobody(desk: Desk) -> None:
    assert desk.decide("correct", CITY, "2022", UNSURE, "5611", "--source", "page 2").exit_code == 0
    (found,) = desk.listed("--rule", "row total", CITY)
    assert (found["kind"], found["level"], found["left"], found["right"]) == (
        "unsure",
        "warning",
        47277,
        47276,
    )
    number = desk.id_of(CITY, "figure", UNSURE)
    assert desk.decide("undo", number).exit_code == 0
    assert rules_open(desk, CITY) == {"sections"}
    assert UNSURE in {key for one in desk.listed(CITY) for key in one["keys"]}


def test_a_figure_that_was_read_wrong_settles_its_sums_until_the_correction_is_undone(desk: Desk) -> None:
    right = MadeReport(FINANCE, 2025).figures[WRONG]
    result = desk.decide(
        "correct", FINANCE, "2025", WRONG, str(right), "--source", "https://www.example.gov.cn/paper.pdf"
    )
    assert result.exit_code == 0, result.output
    assert rules_open(desk, FINANCE) == {"dispute total"}
    assert "corrected to" in desk.done("review", "show", desk.id_of(FINANCE, "balance"))
    assert desk.decide("undo", desk.id_of(FINANCE, "figure", WRONG)).exit_code == 0
    assert rules_open(desk, FINANCE) == {"balance", "result total", "row total", "dispute total"}
    assert desk.rows("SELECT count(*) FROM corrected_figures") == [(0,)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((CITY, "2022", UNSURE, "5610"), "--source"),
        ((CITY, "2022", UNSURE, "about 5610", "--source", "x"), "no plain number"),
        ((CITY, "2022", UNSURE, "3万元", "--source", "x"), "no plain number"),
        ((CITY, "2022", "requests.recieved.research", "3", "--source", "x"), "perhaps requests.received.research"),
        ((CITY, "2022", "requests.received.total", "47276", "--source", "x"), "already"),
        ((CITY, "2021", UNSURE, "3", "--source", "x"), "no figures"),
        (("某局", "2022", UNSURE, "3", "--source", "x"), "no publisher"),
    ],
)  # fmt: skip
def test_a_correction_that_cannot_be_taken_changes_nothing(
    desk: Desk, words: tuple[str, ...], message: str
) -> None:
    result = desk.decide("correct", *words)
    assert (result.exit_code, message in result.stderr) == (2, True), result.output
    assert desk.rows("SELECT * FROM reviews") == []


def test_a_person_may_say_that_a_cell_is_blank(desk: Desk) -> None:
    key = "requests.other_unpaid.business"
    assert desk.decide("correct", CITY, "2022", key, "blank", "--source", "page 3").exit_code == 0
    shown = desk.rows(
        "SELECT value, state, corrected_by FROM latest_figures WHERE key = ? AND publisher = 'city'", key
    )
    assert shown == [(None, "corrected", "Zhang")]


def test_a_figure_is_not_accepted_and_a_look_without_result_ends_its_waiting(desk: Desk) -> None:
    number = desk.id_of(CITY, "figure", UNSURE)
    assert "is a figure, not a finding" in desk.decide("accept", number).stderr
    assert desk.decide("dismiss", number, "--note", "the stamp hides it").exit_code == 0
    assert number not in {one["id"] for one in desk.listed(CITY)}
    state = desk.rows("SELECT state, value FROM latest_figures WHERE key = ? AND publisher = 'city'", UNSURE)
    assert state == [("unsure", None)]


def exported(desk: Desk, *words: str) -> list[dict[str, str]]:
    text = desk.done("review", "export", "-", *words, watchlist=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def filled(desk: Desk, rows: list[dict[str, str]], encoding: str = "utf-8-sig") -> Path:
    path = desk.folder / "filled.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_many_decisions_go_out_to_a_spreadsheet_and_come_back(desk: Desk) -> None:
    rows = exported(desk)
    assert len(rows) == 26
    by_key = {row["keys"]: row for row in rows if row["what"] == "figure"}
    by_key[UNSURE] |= {"decision": "更正", "value": "5610", "source": "第2页"}
    by_rule = {row["rule"]: row for row in rows if row["name"] == FINANCE}
    by_rule["balance"] |= {"decision": "accept", "by": "Li"}
    by_rule["row total"] |= {"decision": "dismiss", "note": "explained"}
    path = filled(desk, rows)
    tried = json.loads(desk.done("review", "import", str(path), "--by", "Zhang", "--dry-run", "--json"))
    assert tried == {"decisions": {"accepted": 1, "dismissed": 1, "corrected": 1}, "saved": False}
    assert desk.rows("SELECT * FROM reviews") == []
    desk.done("review", "import", str(path), "--by", "Zhang")
    kept = desk.rows("SELECT decision, by, note, value, stands_in FROM reviews ORDER BY id")
    assert sorted(kept, key=str) == [
        ("accepted", "Li", "", None, ""), ("corrected", "Zhang", "", 5610, "第2页"),
        ("dismissed", "Zhang", "explained", None, ""),
    ]  # fmt: skip
    desk.done("review", "import", str(path), "--by", "Zhang")
    assert len(desk.rows("SELECT * FROM reviews")) == 3
    assert len(exported(desk)) == 23


def test_every_mistake_of_a_table_is_named_with_its_line_and_nothing_is_taken_in(desk: Desk) -> None:
    rows = exported(desk, FINANCE)
    rows[0] |= {"decision": "accept"}
    rows[1] |= {"decision": "maybe"}
    rows[2] |= {"decision": "dismiss"}
    rows[3] |= {"decision": "correct", "value": "5"}
    path = filled(desk, [*rows, rows[0] | {"note": "again"}, rows[0] | {"id": "1.38874E+15"}])
    result = desk.run("review", "import", str(path), "--by", "Zhang")
    assert result.exit_code == 65
    told = result.stderr
    assert [line for line in (3, 4, 5, 6, 7) if f"filled.csv:{line}: " in told] == [3, 4, 5, 6, 7]
    assert "the same id as line 2" in told
    assert desk.rows("SELECT * FROM reviews") == []
    broken = {
        "not UTF-8": filled(desk, rows, "utf-16").read_bytes(), "unknown: desicion": b"id,desicion\n",
        "missing: decision": b"id\n", "more cells": b"id,decision\n#1,accept,3\n",
    }  # fmt: skip
    for message, body in broken.items():
        path.write_bytes(body)
        result = desk.run("review", "import", str(path), "--by", "Zhang")
        assert (result.exit_code, message in result.stderr) == (65, True), result.output


@pytest.mark.parametrize(("text", "code"), [("5,610 果", 0), ("7,777?", 65), ("果", 65)])
def test_an_answer_of_a_table_is_for_the_document_that_was_looked_at(
    desk: Desk, text: str, code: int
) -> None:
    rows = exported(desk)
    by_key = {row["keys"]: row for row in rows if row["what"] == "figure"}
    by_key[UNSURE] |= {"decision": "correct", "value": "5610", "source": "page 2"}
    path = filled(desk, rows)
    with closing(sqlite3.connect(desk.state / "reports.db")) as database, database:
        database.execute("UPDATE documents SET sha256 = ? WHERE url LIKE '%scan.pdf'", ("ab" * 32,))
        database.execute(
            "UPDATE figures SET text = ? WHERE state = 'unsure' AND key = (SELECT id FROM figure_keys WHERE key = ?)",
            (text, UNSURE),
        )
    result = desk.run("review", "import", str(path), "--by", "Zhang")
    assert (result.exit_code, "the document is another" in result.stderr) == (code, code == 65), result.output
    assert len(desk.rows("SELECT * FROM reviews")) == (0 if code else 1)


def test_a_table_with_semicolons_says_how_to_save_it(desk: Desk) -> None:
    path = desk.folder / "semicolons.csv"
    path.write_text("id;decision\n#fb68;accept\n", encoding="utf-8")
    result = desk.run("review", "import", str(path), "--by", "Zhang")
    assert (result.exit_code, "separated by commas" in result.stderr) == (65, True), result.output


def test_an_export_overwrites_nothing(desk: Desk) -> None:
    file = desk.folder / "mine.csv"
    desk.done("review", "export", str(file), FINANCE, watchlist=True)
    before = file.read_bytes()
    assert before.startswith(b"\xef\xbb\xbfid,")
    assert desk.run("review", "export", str(file), watchlist=True).exit_code == 73
    assert file.read_bytes() == before


def test_without_a_database_there_is_nothing_to_review(tmp_path: Path) -> None:
    result = Desk(tmp_path).run("review", "accept", "abcdef", "--by", "Zhang")
    assert result.exit_code != 0
    assert "there is no database yet" in result.stderr
    assert not (tmp_path / "state").exists()


def test_explain_shows_what_was_decided_and_by_whom(desk: Desk) -> None:
    assert desk.decide("accept", desk.id_of(FINANCE, "balance")).exit_code == 0
    assert desk.decide("dismiss", desk.id_of(FINANCE, "row total"), "--note", "explained").exit_code == 0
    assert desk.decide("correct", FINANCE, "2025", UNSURE, "77", "--source", "the paper").exit_code == 0
    english = desk.done("explain", FINANCE, "2025", watchlist=True)
    assert "Zhang looked: it is right" in english
    assert "Zhang dismissed it: explained" in english
    assert (
        f"Zhang: corrected to 77 (seen in the paper) – #{desk.id_of(FINANCE, 'figure', UNSURE)[:8]} {UNSURE}"
        in english
    )
    chinese = desk.done("explain", FINANCE, "2025", "--lang", "zh", watchlist=True)
    assert "Zhang认为不成立：explained" in chinese
    assert "人工核对" in chinese


def test_status_counts_what_waits_and_what_was_decided(desk: Desk) -> None:
    assert desk.decide("accept", desk.id_of(FINANCE, "balance")).exit_code == 0
    assert desk.decide("dismiss", desk.id_of(FINANCE, "row total"), "--note", "explained").exit_code == 0
    text = desk.done("status", FINANCE, watchlist=True)
    assert "findings (errors and warnings): 2 wait for review, 1 found right, 1 dismissed, 0 settled" in text
    lines = [json.loads(line) for line in desk.done("status", "--json", "2025", watchlist=True).splitlines()]
    (row,) = (line for line in lines if line["publisher"] == "finance")
    assert row["findings"] == {"waiting": 2, "accepted": 1, "dismissed": 1, "settled": 0}


def test_what_people_write_cannot_turn_or_hide_what_a_terminal_shows(desk: Desk) -> None:
    number = desk.id_of(FINANCE, "row total")
    hostile = "no\u202efault\x07\u200b[red]"
    assert desk.decide("dismiss", number, "--note", hostile, by=f"Zhang{hostile}").exit_code == 0
    source = desk.decide("correct", FINANCE, "2025", UNSURE, "77", "--source", hostile)
    assert source.exit_code == 0
    outputs = [
        desk.done("review", "show", number), desk.done("review", "log"), desk.done("review", "list", "--all"),
        desk.done("explain", FINANCE, "2025", watchlist=True),
    ]  # fmt: skip
    for text in outputs:
        assert not {"\u202e", "\x07", "\u200b"} & set(text)
    assert all("fault" in text and "[red]" in text for text in outputs[:2])
    assert desk.rows("SELECT note FROM reviews WHERE decision = 'dismissed'") == [(hostile,)]
