"""From the database: which readings count, what is kept between two checks, and what each row becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.across.book import FILE, AcrossRulesError, Book, book
from monitor.across.judging import judge_across, prepare_across
from parsers import parse
from parsers.model import Figure, Origin, Parsed, Section
from store.readings import save_readings
from tests.monitor.across.test_alike import words
from tests.monitor.world import title
from tests.parsers.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from tests.monitor.world import World

FIRST, SECOND = "2026-01-20T01:00:00Z", "2026-01-21T01:00:00Z"
OUT, INTO = "requests.carried_out.total", "requests.carried_in.total"


def across(db: Database) -> list[dict[str, object]]:
    return list(db.query("SELECT * FROM findings WHERE reading IS NULL ORDER BY id"))


@pytest.fixture
def broken(world: World) -> World:
    """One body of whose requests two were lost between the years."""
    world.watch("tax", from_year=2020)
    crawl = world.good(FIRST, ("tax", 2024), ("tax", 2025))
    world.read(FIRST, "tax", 2024, b"a", {OUT: 5}, crawl=crawl)
    world.read(FIRST, "tax", 2025, b"b", {INTO: 3}, crawl=crawl)
    return world


def test_a_check_writes_a_finding_of_the_report(broken: World) -> None:
    broken.check(FIRST)
    (row,) = across(broken.db)
    report = broken.db.execute("SELECT year FROM reports WHERE id = ?", (row["report"],)).fetchone()
    assert (report[0], row["rule"], row["level"], row["left_value"], row["right_value"]) == (2025, "carried over", "warning", 5, 3)  # fmt: skip


def test_a_second_check_keeps_the_row(broken: World) -> None:
    broken.check(FIRST)
    before = across(broken.db)
    broken.check(SECOND)
    assert across(broken.db) == before


def test_a_finding_goes_when_the_figures_agree_and_comes_back_as_it_was(broken: World) -> None:
    broken.check(FIRST)
    (before,) = across(broken.db)
    broken.read(FIRST, "tax", 2025, b"b", {INTO: 5})
    broken.check(FIRST)
    assert not across(broken.db)
    broken.read(FIRST, "tax", 2025, b"b", {INTO: 3})
    broken.check(FIRST)
    (after,) = across(broken.db)
    assert after["fingerprint"] == before["fingerprint"]


def test_an_unsure_figure_is_not_judged(broken: World) -> None:
    broken.db.execute("UPDATE figures SET state = 'unsure', value = NULL WHERE value = 3")
    broken.check(FIRST)
    assert not across(broken.db)


def test_a_corrected_figure_counts_as_corrected(broken: World) -> None:
    broken.db.execute(
        "INSERT INTO reviews (fingerprint, decision, publisher, note, by, at) VALUES ('x', 'corrected', 'tax', '', 'me', ?)",
        (FIRST,),
    )
    broken.db.execute(
        "INSERT INTO corrected_figures (reading, key, state, value, review)"
        " SELECT f.reading, f.key, 'number', 5, 1 FROM figures f WHERE f.value = 3"
    )
    judge_across(broken.db)
    assert not across(broken.db)


@pytest.mark.parametrize(("ended", "told"), [("2025-06-30", 0), ("2026", 0), ("2024", 0), ("2027-03-01", 1)])
def test_a_body_that_ended_on_a_day_is_not_compared_over_its_last_years(broken: World, ended: str, told: int) -> None:  # fmt: skip
    broken.watch("tax", from_year=2020, ended=ended, ending="abolished")
    broken.check(FIRST)
    assert len(across(broken.db)) == told


def test_a_body_into_which_another_went_that_year_is_not_compared(broken: World) -> None:
    broken.watch("land", from_year=2020, ended="2025-03-15", ending="merged", successor="tax")
    broken.check(FIRST)
    assert not across(broken.db)


def test_a_report_that_nobody_watches_any_more_is_not_judged(broken: World) -> None:
    broken.check(FIRST)
    broken.db.execute("UPDATE publishers SET watched = 0")
    broken.check(SECOND)
    assert not across(broken.db)


def texts(world: World, reader: str = "stream") -> None:
    """Two bodies with the same long text, at once."""
    world.watch("tax", "land", from_year=2020)
    crawl = world.good(FIRST, ("tax", 2025), ("land", 2025))
    for name in ("tax", "land"):
        document = world.read(FIRST, name, 2025, name.encode(), crawl=crawl)
        origin = Origin(kind="html", table=1, row=1, column=1)
        figure = Figure("requests.received.total", 22, "22", "件", "number", origin)
        parsed = Parsed(
            f"周口市{name}局", 2025, title(f"周口市{name}局", 2025), "2021", (figure,),
            (Section("1", "一、总体情况", f"{name}：{words(500)}"),), (), reader,
        )  # fmt: skip
        save_readings(world.db, document, "1", (parsed,), FIRST)


def test_the_same_text_of_two_bodies_is_told(world: World) -> None:
    texts(world)
    world.check(FIRST)
    assert [row["rule"] for row in across(world.db)] == ["like another body"] * 2


def test_the_words_of_a_scan_are_never_compared(world: World) -> None:
    texts(world, "rapidocr")
    world.check(FIRST)
    assert not across(world.db)
    assert {row["text"] for row in world.db.query("SELECT text FROM report_texts")} == {None}


def test_texts_that_did_not_change_are_not_compared_again(world: World) -> None:
    texts(world)
    world.check(FIRST)
    assert prepare_across(world.db) == 0
    world.db.execute("UPDATE likenesses SET ratio = 0.6")  # what is kept is what is used
    world.check(SECOND)
    assert {row["level"] for row in across(world.db)} == {"info"}


def test_a_measure_that_changed_is_applied_to_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    texts(world)
    world.check(FIRST)
    world.db.execute("UPDATE likenesses SET ratio = 0.6")
    other = replace_measure()
    for name in ("memory", "measure", "candidates"):
        monkeypatch.setattr(f"monitor.across.{name}.book", lambda: other)
    assert prepare_across(world.db) == 1
    assert [row["ratio"] for row in world.db.query("SELECT ratio FROM likenesses")] != [0.6]


def replace_measure() -> Book:
    measure = book().measure
    return book().model_copy(update={"measure": measure.model_copy(update={"version": measure.version + 1})})


def test_a_real_report_put_out_again_for_the_next_year_is_seen_through(world: World) -> None:
    """周口 2022 hands on 4 requests; the same text with another year says that 2 were taken over."""
    world.watch("city", from_year=2020, kind="government")
    crawl = world.good(FIRST, ("city", 2022), ("city", 2023))
    body = (SAMPLES / "text-zhoukou-2022" / "body.txt").read_text(encoding="utf-8")
    for year in (2022, 2023):
        document = world.read(FIRST, "city", year, str(year).encode(), crawl=crawl)
        (parsed,) = parse(body.replace("2022", str(year)).encode(), "text/plain")
        assert parsed.year == year
        save_readings(world.db, document, "1", (replace(parsed, publisher="周口市city局"),), FIRST)
    world.check(FIRST)
    found = {row["rule"]: row for row in across(world.db)}
    assert {rule: row["level"] for rule, row in found.items()} == {
        "carried over": "warning", "like last year": "warning", "stock": "info",
    }  # fmt: skip
    assert (found["carried over"]["left_value"], found["carried over"]["right_value"]) == (4, 2)
    assert "nothing but numbers differs" in str(found["like last year"]["message"])


def test_what_is_wrong_in_the_rules_is_named_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rules.toml"
    text = FILE.read_text(encoding="utf-8")
    for wrong in (text.replace('"restated"', '"restatd"', 1), text.replace("requests.carried_in", "requests.carried"), text + "x"):  # fmt: skip
        file.write_text(wrong, encoding="utf-8")
        monkeypatch.setattr("monitor.across.book.FILE", file)
        book.cache_clear()
        with pytest.raises(AcrossRulesError, match=r"monitor/across/rules\.toml"):
            book()
    book.cache_clear()
