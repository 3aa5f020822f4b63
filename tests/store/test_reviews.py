"""Fingerprints and decisions: what keeps them, what ends them, and that nothing that was read is changed by them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlite_utils import Database, Migrations

from parsers.model import Alternative, Figure, Finding, Origin, Parsed, Section
from parsers.rules import judge_rules
from parsers.rules_base import Report
from parsers.sections import Outline
from store.database import open_database
from store.fingerprints import claim_of, content_of, place_of
from store.matched import rematch
from store.migrations import migrations
from store.readings import save_readings
from store.reviews import Decision, apply_reviews, save_decisions

if TYPE_CHECKING:
    from pathlib import Path

    from parsers.model import Value
    from tests.store.world import World

AT = "2025-02-01T00:00:00Z"
NAME = "周口市财政局"
ROW = [f"requests.granted.{part}" for part in
       ("natural_person", "business", "research", "nonprofit", "legal_services", "other_org", "total")]  # fmt: skip
TOTAL = ROW[-1]
SUM = Finding("row total", "printed_error", "error", "6 is not 7", "“予以公开”行：6与7", tuple(ROW), 6, 7)
WHOLE = Finding("sections", "form", "error", "Section 5 is missing", "缺少第五部分")
ORIGIN = Origin("html", table=2, row=6, column=4)


def figure(key: str, value: Value, text: str | None = None, *others: str) -> Figure:
    state = "unsure" if value is None and text else "blank" if value is None else "number"
    printed = str(value) if text is None else text
    alternatives = tuple(Alternative("words", other, ORIGIN) for other in others)
    return Figure(key, value, printed, None, state, ORIGIN, alternatives)  # type: ignore[arg-type]  # test data


def row_of(*values: int, total: int = 7) -> tuple[Figure, ...]:
    return tuple(figure(key, value) for key, value in zip(ROW, (*values, total), strict=True))


def parsed(
    *findings: Finding, figures: tuple[Figure, ...] = (), text: str = "正文，2024年。", reader: str = "html"
) -> Parsed:
    shown = figures or row_of(1, 1, 1, 1, 1, 1)
    return Parsed(NAME, 2024, None, "2021", shown, (Section("1", "一、总体情况", text),), findings, reader)


def read(
    world: World, *reports: Parsed, version: str = "1", body: bytes = b"<html>", day: str = "2025-01-20"
) -> int:
    if not world.publishers:
        world.watch()
    document = world.keep(day, body)
    save_readings(world.db, document, version, reports, AT)
    rematch(world.db, AT)
    return document


def rows(world: World, sql: str, *parameters: object) -> list[dict[str, Any]]:
    return list(world.db.query(sql, parameters))


def judged(figures: tuple[Figure, ...]) -> Finding:
    """What the rule of rows says of them, as the reader of a page stores it."""
    known = {figure.key: figure for figure in figures}
    report = Report(known, frozenset(known), Outline((), (), 0), None, 2024, "", edition="2021")
    (found,) = (one for one in judge_rules(report) if one.rule == "row total")
    return found


def shown(world: World, key: str) -> tuple[object, object]:
    row = rows(world, "SELECT value, state FROM latest_figures WHERE key = ?", key)[0]
    return row["value"], row["state"]


def fingerprints(world: World) -> list[str]:
    return [
        row["fingerprint"] for row in rows(world, "SELECT fingerprint FROM judged_findings ORDER BY finding")
    ]


def open_rules(world: World) -> list[str]:
    return [row["rule"] for row in rows(world, "SELECT rule FROM open_findings ORDER BY finding")]


def dismiss(world: World, place: int = 0) -> None:
    row = rows(world, "SELECT * FROM judged_findings ORDER BY finding")[place]
    save_decisions(world.db, [Decision(
        row["fingerprint"], "dismissed", row["publisher"], row["year"], "Zhang", AT, "no fault", rule=row["rule"],
        version=row["version"], claim=row["claim"], document=row["sha256"],
    )])  # fmt: skip


def correct(world: World, key: str, value: Value, *, state: str = "number") -> None:
    row = rows(world, "SELECT * FROM latest_figures JOIN documents d ON d.id = document WHERE key = ?", key)[
        0
    ]
    save_decisions(world.db, [Decision(
        place_of("zk-cz", 2024, key), "corrected", "zk-cz", 2024, "Zhang", AT, key=key, state=state, value=value,  # type: ignore[arg-type]  # test data
        read_state=row["read_state"], read_text=row["text"], read_value=row["read_value"], document=row["sha256"],
        stands_in="the paper",
    )])  # fmt: skip


def test_a_claim_is_what_is_printed_and_nothing_else() -> None:
    texts = {figure.key: figure.text for figure in row_of(1, 1, 1, 1, 1, 1)}
    same = [
        replace(SUM, message="other words"), replace(SUM, keys=tuple(reversed(SUM.keys))), replace(SUM, kind="unsure", level="warning"),
        replace(SUM, left=Decimal("6.0"), right=Decimal(7)), replace(SUM, message_zh="“予以公开”一行不等"),
    ]  # fmt: skip
    assert {claim_of(one, texts) for one in same} == {claim_of(SUM, texts)}
    assert claim_of(SUM, texts | {TOTAL: " ７ ", "elsewhere": "9"}) == claim_of(SUM, texts)
    others = [
        replace(SUM, left=5), replace(SUM, rule="balance"), replace(SUM, version=2), replace(SUM, keys=SUM.keys[:-1]),
        replace(SUM, message_zh="“部分公开”行：6与7"),
    ]  # fmt: skip
    assert claim_of(SUM, texts) not in {claim_of(one, texts) for one in others}
    assert claim_of(SUM, texts | {TOTAL: "-7"}) != claim_of(SUM, texts)


def test_content_is_words_and_figures_without_their_setting() -> None:
    assert content_of(["全年收到 ３ 件，\n办结3件。"], {TOTAL: "7"}) == content_of(
        ["全年收到3件, 办结3件"], {TOTAL: "７ "}
    )
    assert content_of(["全年收到3件"], {TOTAL: "7"}) != content_of(["全年收到3件"], {TOTAL: "8"})
    assert content_of(["全年收到3件"], {}) != content_of(["全年收到4件"], {})


def test_the_same_claim_about_two_bodies_has_two_fingerprints(world: World) -> None:
    world.watch()
    world.watch("zk-jy", "周口市教育局")
    for number, name in enumerate((NAME, "周口市教育局")):
        document = world.keep(
            "2025-01-20", f"<html>{number}".encode(), page=f"https://www.zhoukou.gov.cn/nb/{number}.html"
        )
        save_readings(world.db, document, "1", [replace(parsed(SUM), publisher=name)], AT)
    rematch(world.db, AT)
    found = rows(world, "SELECT claim, fingerprint FROM judged_findings")
    assert len({row["claim"] for row in found}) == 1
    assert len({row["fingerprint"] for row in found}) == 2


def test_a_decision_survives_another_reader_and_ends_with_the_number_or_the_rule(world: World) -> None:
    read(world, parsed(SUM))
    dismiss(world)
    assert open_rules(world) == []
    read(world, parsed(replace(SUM, kind="unsure", message="reworded"), reader="words"), version="2")
    assert open_rules(world) == []
    read(world, parsed(SUM), body=b"<html> visitors: 8", day="2025-01-21")
    assert open_rules(world) == []
    read(world, parsed(replace(SUM, version=2)), version="3", body=b"<html> visitors: 8", day="2025-01-21")
    assert open_rules(world) == ["row total"]
    read(
        world,
        parsed(replace(SUM, right=8), figures=row_of(1, 1, 1, 1, 1, 1, total=8)),
        body=b"new",
        day="2025-01-22",
    )
    assert open_rules(world) == ["row total"]
    read(world, parsed(SUM), day="2025-01-23")
    assert open_rules(world) == []


def test_a_finding_about_the_whole_report_is_bound_to_its_content_or_its_bytes(world: World) -> None:
    read(world, parsed(WHOLE))
    dismiss(world)
    read(world, parsed(WHOLE, text="正文, 2024年"), body=b"<html> set otherwise", day="2025-01-21")
    assert open_rules(world) == []
    read(world, parsed(WHOLE, text="正文，2024年。第二段。"), body=b"<html> longer", day="2025-01-22")
    assert open_rules(world) == ["sections"]
    # The bytes that the person saw, by a reader that sees more in them.
    read(world, parsed(WHOLE, text="正文，2024年。页脚。"), version="2", day="2025-01-23")
    assert open_rules(world) == []
    assert fingerprints(world) != [rows(world, "SELECT fingerprint FROM reviews")[0]["fingerprint"]]


def test_decisions_are_never_changed_or_deleted(world: World) -> None:
    read(world, parsed(SUM))
    dismiss(world)
    for statement in ("UPDATE reviews SET note = ''", "DELETE FROM reviews"):
        with pytest.raises(sqlite3.IntegrityError, match="history"):
            world.db.execute(statement)
    assert len(rows(world, "SELECT * FROM reviews")) == 1


def test_applying_twice_changes_nothing(world: World) -> None:
    read(world, parsed(SUM))
    correct(world, TOTAL, 6)
    before = list(world.db.conn.iterdump())
    apply_reviews(world.db)
    rematch(world.db, AT)
    assert list(world.db.conn.iterdump()) == before


def test_a_correction_settles_what_holds_with_it_and_undoing_brings_it_back(world: World) -> None:
    figures = row_of(1, 1, 1, 1, 1, 1)
    read(world, parsed(judged(figures), figures=figures))
    assert open_rules(world) == ["row total"]
    correct(world, TOTAL, 6)
    assert open_rules(world) == []
    assert shown(world, TOTAL) == (6, "corrected")
    assert rows(world, "SELECT read_value AS n FROM latest_figures WHERE key = ?", TOTAL) == [{"n": 7}]
    assert rows(world, "SELECT granted_total AS n FROM requests") == [{"n": 6}]
    world.db.execute(
        "INSERT INTO reviews (fingerprint, decision, publisher, year, note, by, at) SELECT fingerprint, 'undone', publisher,"
        " year, '', 'Li', at FROM reviews"
    )  # fmt: skip
    apply_reviews(world.db)
    assert open_rules(world) == ["row total"]
    assert rows(world, "SELECT granted_total AS n FROM requests") == [{"n": 7}]


def test_a_sum_that_fails_only_with_a_persons_number_is_a_doubt_unless_a_reader_read_it_too(
    world: World,
) -> None:
    figures = (figure(ROW[0], None, "5�", "5", "8"), *row_of(1, 1, 1, 1, 1, 1)[1:])
    unsure = Finding("unsure", "unsure", "warning", "not sure", "未能确认", (ROW[0],))
    read(world, parsed(unsure, figures=figures))
    correct(world, ROW[0], 3)
    (found,) = rows(world, "SELECT * FROM open_findings")
    assert (found["rule"], found["kind"], found["level"], found["left_value"], found["right_value"]) == (
        "row total", "unsure", "warning", 8, 7,
    )  # fmt: skip
    correct(world, ROW[0], 5)
    (found,) = rows(world, "SELECT * FROM open_findings")
    assert (found["kind"], found["level"], found["left_value"]) == ("printed_error", "error", 10)
    correct(world, ROW[0], 2)
    assert open_rules(world) == []


@pytest.mark.parametrize(
    ("text", "body", "stands"),
    [("5�", b"<html>", True), ("6�", b"<html>", True), ("5�", b"other", True), ("6�", b"other", False), ("", b"other", False)],
)  # fmt: skip
def test_a_correction_stands_for_the_same_bytes_or_the_same_reading(
    world: World, text: str, body: bytes, stands: bool
) -> None:
    def unsure(said: str) -> Parsed:
        first = replace(figure(ROW[0], None, said or "?"), text=said)
        return parsed(figures=(first, *row_of(1, 1, 1, 1, 1, 1)[1:]))

    read(world, unsure("" if not text else "5�"))
    correct(world, ROW[0], 2)
    read(world, unsure(text), version="2", body=body, day="2025-01-21")
    assert shown(world, ROW[0]) == ((2, "corrected") if stands else (None, "unsure"))


def test_a_corrected_blank_counts_as_blank(world: World) -> None:
    read(world, parsed(figures=(figure(ROW[0], None, "?�"), *row_of(1, 1, 1, 1, 1, 1, total=5)[1:])))
    correct(world, ROW[0], None, state="blank")
    assert shown(world, ROW[0]) == (None, "corrected")
    assert "row total" not in open_rules(world)


def test_large_and_broken_numbers_are_kept_exactly(world: World) -> None:
    key = "disclosure.fees.amount"
    read(world, parsed(figures=(*row_of(1, 1, 1, 1, 1, 2), figure(key, None, "12…"))))
    correct(world, key, Decimal("123456789012.3456"))
    stored = rows(world, "SELECT value FROM reviews")[0]["value"]
    assert Decimal(str(stored)) == Decimal("123456789012.3456")


def test_findings_of_an_older_version_get_fingerprints_and_open_incidents_learn_them(world: World) -> None:
    read(world, parsed(SUM, WHOLE))
    right = fingerprints(world)
    world.db.execute("UPDATE findings SET claim = '', content = '', fingerprint = 'old' || id")
    old = fingerprints(world)
    world.db.execute(
        "INSERT INTO incidents (key, kind, severity, opened_at, fingerprint, detail) VALUES ('invalid|zk-cz|2024', 'invalid',"
        " 'warning', ?, 'x', ?)", (AT, json.dumps({"fingerprints": old})),
    )  # fmt: skip
    rematch(world.db, AT)
    assert fingerprints(world) == right != old
    detail = json.loads(rows(world, "SELECT detail FROM incidents")[0]["detail"])
    assert detail["fingerprints"] == sorted(right)


def test_a_database_of_the_first_shape_keeps_its_findings_known_by_their_incidents(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    first = Migrations("reportwatch")
    first._migrations = list(migrations._migrations)[:1]  # the way to a database of then
    db = Database(path)
    first.apply(db)
    db.table("publishers").insert({"id": "a", "name": "甲局", "kind": "department", "region": "r"})
    db.table("reports").insert({"id": 1, "publisher": "a", "year": 2024})
    document = {"id": 1, "url": "http://a/", "sha256": "00", "media_type": "text/html", "bytes": 1}
    db.table("documents").insert(document | {"first_seen": AT, "last_seen": AT})
    reading = {
        "id": 1,
        "document": 1,
        "part": 1,
        "reader_version": "1",
        "reader": "html",
        "read_at": AT,
        "report": 1,
    }
    db.table("readings").insert(reading)
    finding = {
        "reading": 1,
        "rule": "balance",
        "kind": "printed_error",
        "level": "error",
        "message": "m",
        "message_zh": "问",
    }
    db.table("findings").insert(finding | {"keys": "[]", "fingerprint": "old"})
    incident = {
        "key": "invalid|a|2024",
        "kind": "invalid",
        "severity": "warning",
        "opened_at": AT,
        "fingerprint": "x",
    }
    db.table("incidents").insert(incident | {"detail": json.dumps({"fingerprints": ["old"]})})
    db.execute("INSERT INTO reviews VALUES ('old', 'accepted', NULL, 'seen', 'Zhang', ?)", (AT,))
    db.conn.commit()
    db.close()
    with closing(open_database(path)) as now:
        (found,) = now.query("SELECT fingerprint FROM open_findings")
        (kept,) = now.query("SELECT detail FROM incidents")
        assert found["fingerprint"] != "old"
        assert json.loads(kept["detail"]) == {"fingerprints": [found["fingerprint"]]}
        assert [row["note"] for row in now.query("SELECT note FROM reviews")] == ["seen"]
        assert now.execute("PRAGMA foreign_key_check").fetchall() == []
