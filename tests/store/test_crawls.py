from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from store.crawls import (
    finish_crawl,
    interrupt_crawls,
    keep_document,
    known_links,
    last_crawl,
    last_good,
    note_capture,
    note_list_page,
    see_links,
    start_crawl,
)
from store.model import Link
from store.remembered import HostState, Validator, get_host, get_validator, put_host, put_validator
from tests.store.world import PAGE, TITLE, URL, at

if TYPE_CHECKING:
    from typing import Any

    from sqlite_utils import Database

    from store.archive import Archive
    from tests.store.world import World


def captures(db: Database) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in db.execute("SELECT kind, document, status, seen_at FROM captures ORDER BY id")
    ]


def test_a_link_keeps_its_first_day_and_its_earliest_date(world: World) -> None:
    world.old_reports = False
    world.visit("2025-01-20", (PAGE, "old title 2024", "2025-01-30"))
    world.visit("2025-02-03", (PAGE, TITLE, "2025-02-01"))
    (link,) = known_links(world.db, "list")
    assert (link.title, link.published) == (TITLE, "2025-01-30")
    assert (link.first_seen, link.last_seen) == (at("2025-01-20"), at("2025-02-03"))


def test_a_date_that_appears_later_is_kept(world: World) -> None:
    world.visit("2025-01-20", (PAGE, TITLE, None))
    world.visit("2025-02-03", (PAGE, TITLE, "2025-01-19"))
    world.visit("2025-02-04", (PAGE, TITLE, None))
    assert known_links(world.db, "list")[0].published == "2025-01-19"


def test_each_version_of_a_page_is_a_document_and_each_sight_a_capture(
    world: World, archive: Archive
) -> None:
    world.visit("2025-01-20", TITLE)
    first = world.keep("2025-01-20", b"A")
    second = world.keep("2025-01-21", b"B")
    again = world.keep("2025-01-22", b"A")
    assert first == again != second
    assert [row[0:2] for row in captures(world.db)] == [
        ("document", first),
        ("document", second),
        ("document", first),
    ]
    newest = list(world.db.query("SELECT id, last_seen FROM latest_documents"))
    assert newest == [{"id": first, "last_seen": at("2025-01-22")}]
    assert (
        archive.get(world.db.execute("SELECT sha256 FROM documents WHERE id = ?", (second,)).fetchone()[0])
        == b"B"
    )


def test_the_same_bytes_are_not_a_new_version(world: World, archive: Archive) -> None:
    def keep(day: str, title: str | None) -> tuple[int, bool]:
        return keep_document(
            world.db,
            archive,
            url=PAGE,
            body=b"A",
            media_type="text/html",
            now=at(day),
            source="list",
            title=title,
        )

    document, is_new = keep("2025-01-20", None)
    assert is_new
    assert keep("2025-01-21", TITLE) == (document, False)
    assert world.db.execute("SELECT title FROM documents").fetchall() == [(TITLE,)]


def test_an_attachment_knows_its_page_and_its_link(world: World, archive: Archive) -> None:
    world.visit("2025-01-20", TITLE)
    page = world.keep("2025-01-20")
    attachment, _ = keep_document(
        world.db, archive, url=f"{URL}1.pdf", body=b"%PDF", media_type="application/pdf", now=at("2025-01-20"),
        source="list", link_url=PAGE, parent=page,
    )  # fmt: skip
    row = world.db.execute("SELECT parent, link FROM documents WHERE id = ?", (attachment,)).fetchone()
    assert row == (page, known_links(world.db, "list")[0].id)
    assert known_links(world.db, "list")[0].documents == 2


def test_an_unchanged_page_moves_its_last_day_and_a_gone_one_does_not(world: World) -> None:
    world.old_reports = False
    world.visit("2025-01-20", TITLE)
    document = world.keep("2025-01-20")
    world.unchanged("2025-01-25")
    world.gone("2025-01-30")
    assert captures(world.db)[1:] == [
        ("unchanged", document, 304, at("2025-01-25")),
        ("gone", document, 404, at("2025-01-30")),
    ]
    (link,) = known_links(world.db, "list")
    assert (link.captured_at, link.tried_at) == (at("2025-01-25"), at("2025-01-30"))
    assert world.db.execute("SELECT last_seen FROM documents").fetchall() == [(at("2025-01-25"),)]


def test_a_page_that_was_never_had_can_fail_too(world: World) -> None:
    world.old_reports = False
    world.visit("2025-01-20", TITLE)
    note_capture(world.db, "failed", PAGE, at("2025-01-20"), note="timeout")
    (link,) = known_links(world.db, "list")
    assert (link.documents, link.captured_at, link.tried_at) == (0, None, at("2025-01-20"))


def test_a_list_page_is_kept_as_evidence_and_is_no_document(world: World, archive: Archive) -> None:
    crawl = world.visit("2025-01-20")
    sha256 = archive.put(b"<ul>")
    note_list_page(world.db, crawl, URL, sha256, 200, {"etag": "é"}, at("2025-01-20"))
    assert archive.get(sha256) == b"<ul>"
    assert captures(world.db) == [("list", None, 200, at("2025-01-20"))]
    assert not list(world.db.query("SELECT id FROM documents"))


def test_the_last_good_visit_is_one_of_the_present_address(world: World) -> None:
    world.visit("2025-01-20")
    world.visit("2025-01-25", blind="captcha")
    good, last = last_good(world.db, "list"), last_crawl(world.db, "list")
    assert good is not None
    assert last is not None
    assert (good.started_at, last.blind_kind) == (at("2025-01-20"), "captcha")
    world.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-02-01")
    assert last_good(world.db, "list") is None


def test_a_visit_whose_program_died_is_blind(world: World) -> None:
    start_crawl(world.db, "list", URL, at("2025-01-20"))
    assert interrupt_crawls(world.db, at("2025-01-21")) == 1
    last = last_crawl(world.db, "list")
    assert last is not None
    assert (last.outcome, last.blind_kind) == ("blind", "interrupted")
    assert interrupt_crawls(world.db, at("2025-01-21")) == 0


def test_a_blind_visit_names_how(world: World) -> None:
    crawl = start_crawl(world.db, "list", URL, at("2025-01-20"))
    with pytest.raises(ValueError, match="names its kind"):
        finish_crawl(world.db, crawl, "blind", None, "", 0, 0, at("2025-01-20"))
    with pytest.raises(ValueError, match="names its kind"):
        finish_crawl(world.db, crawl, "good", "captcha", "", 0, 0, at("2025-01-20"))


def test_the_url_of_a_source_dates_it_only_when_it_changes(world: World) -> None:
    world.save("2025-03-01")
    assert world.db.execute("SELECT url_since FROM sources").fetchall() == [(at("2024-01-01"),)]
    world.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-03-02")
    assert world.db.execute("SELECT url_since FROM sources").fetchall() == [(at("2025-03-02"),)]


@pytest.mark.parametrize(
    ("change", "dated"),
    [
        ({"options": {"container": "ul.other"}}, "2025-03-02"),
        ({"options": {"category": "A0212", "min_entries": 5}}, "2025-03-02"),
        ({"family": "jpage"}, "2025-03-02"),
        ({"render": True}, "2025-03-02"),
        ({"options": {"min_entries": 5, "old_tls": True, "same_list_since": "2025-03-01"}}, "2024-01-01"),
        ({"note": "seen by hand", "min_interval": 9.0, "probed": True}, "2024-01-01"),
    ],
)
def test_a_source_is_dated_anew_when_other_entries_are_taken_for_its_list(
    world: World, change: dict[str, Any], dated: str
) -> None:
    world.save("2025-03-01")
    world.sources["list"] = replace(world.sources["list"], **change)
    world.save("2025-03-02")
    assert world.db.execute("SELECT url_since FROM sources").fetchall() == [(at(dated),)]


def test_what_was_read_beside_the_list_makes_nobody_late(world: World) -> None:
    for day in ("2025-01-25", "2025-02-05", "2025-02-20"):
        world.visit(day)
    assert world.status("2025-02-21") == "missing"
    world.sources["list"] = replace(world.sources["list"], options={"category": "A0212"})
    world.save("2025-02-22")
    assert world.status("2025-02-22") == "unknown"
    world.visit("2025-02-23", TITLE)
    assert world.status("2025-02-23") == "published, timing unproved"


def test_what_left_the_watchlist_stays_unwatched_and_may_return(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    kept = dict(world.publishers)
    world.publishers.clear()
    world.save("2025-02-01")
    assert world.db.execute("SELECT watched FROM publishers").fetchall() == [(0,)]
    world.publishers.update(kept)
    world.save("2025-02-02")
    assert world.status("2025-02-10") == "on time"


def test_links_of_many_sources_do_not_mix(world: World) -> None:
    world.watch("zk", "周口市人民政府", sources=("own",), kind="government")
    crawl = start_crawl(world.db, "own", "https://own.gov.cn/", at("2025-01-20"))
    see_links(world.db, crawl, [Link("own", PAGE, TITLE, None, "report")], at("2025-01-20"))
    assert not known_links(world.db, "list")
    assert len(known_links(world.db, "own")) == 1


def test_validators_and_hosts_are_remembered(db: Database) -> None:
    assert get_validator(db, URL) is None
    assert get_host(db, "a") is None
    validator = Validator(URL, '"e"', None, "ab", at("2025-01-20"), None)
    put_validator(db, Validator(URL, "old", None, None, at("2025-01-19"), None))
    put_validator(db, validator)
    state = HostState("a", 3, at("2025-01-20"), "timeout")
    put_host(db, state)
    assert get_validator(db, URL) == validator
    assert get_host(db, "a") == state


def test_an_earlier_clock_never_moves_the_last_day_back(world: World) -> None:
    world.old_reports = False
    world.visit("2025-02-20", TITLE)
    world.visit("2025-02-05", TITLE)
    (link,) = known_links(world.db, "list")
    assert link.last_seen == "2025-02-20T04:00:00Z"
