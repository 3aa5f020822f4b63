"""ack, snooze, unack and status --incidents as a person uses them, on a real state folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from reportwatch.cli import main
from store.archive import Archive
from store.database import open_database
from tests.monitor.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

OPENED = "2026-02-05T01:00:00Z"
NOW = "2026-02-06T01:00:00Z"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder in which two departments' reports are missing since 5 February."""
    folder = tmp_path / "state"
    folder.mkdir()
    world = World(open_database(folder / "reports.db"), Archive(folder / "raw"))
    world.watch("finance", "police")
    for at in ("2026-01-10T01:00:00Z", OPENED):
        world.good(at, ("finance", 2024), ("police", 2024))
        world.check(at)
    world.db.close()
    return folder


def call(state: Path, *words: str, now: str | None = NOW) -> Result:
    moment = ("--now", now) if now else ()
    return CliRunner().invoke(main, [*words, "--state", str(state), *moment], env={"REPORTWATCH_BY": None})


BY = ("--by", "A. Reader", "--note", "I wrote to them")


def listed(state: Path) -> list[dict[str, object]]:
    done = call(state, "status", "--incidents", "--json", now=None)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


def test_what_is_open_is_listed_with_id_and_since_when(state: Path) -> None:
    done = call(state, "status", "--incidents", now=None)
    assert done.exit_code == 0, done.output
    assert "2 open incidents" in done.output
    assert "周口市finance局" in done.output
    assert "2026-02-05 09:00" in done.output
    assert "nobody (no channel wants it)" in done.output


def test_taken_on_by_the_id_that_the_list_shows(state: Path) -> None:
    first = listed(state)[0]
    done = call(state, "ack", f"#{first['short_id']}", *BY)
    assert done.exit_code == 0, done.output
    assert done.output.startswith(
        f"ack: #{first['short_id']} (number {first['id']}) missing 周口市finance局 2025"
    )
    answer = listed(state)[0]["answer"]
    assert answer == {"action": "ack", "by": "A. Reader", "note": "I wrote to them", "at": NOW, "until": None}
    assert "A. Reader: I wrote to them" in call(state, "status", "--incidents", now=None).output


def test_put_off_and_given_back_as_json(state: Path) -> None:
    done = call(state, "snooze", "finance", "2025", "missing", "--until", "2026-03-01", *BY, "--json")
    assert json.loads(done.stdout)["until"] == "2026-03-01"
    assert call(state, "unack", "finance", "2025", "--by", "B. Writer").exit_code == 0
    assert listed(state)[0]["answer"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ack", "#ZZZZ", *BY), "status --incidents"),
        (("ack", "finance", "2025", "--by", "A", "--note", "  "), "must not be empty"),
        (("ack", "finance", "2025", "--note", "why"), "--by"),
        (("snooze", "finance", "2025", "--until", "tomorrow", *BY), "write it as 2026-03-08"),
        (("snooze", "finance", "2025", "--until", "2026-02-06", *BY), "a day after today (2026-02-06)"),
        (("snooze", "finance", "2025", "--until", "2031-01-01", *BY), "at most 400 days ahead"),
        (("unack", "finance", "2025", "--by", "A"), "nobody acknowledged or snoozed"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_changes_nothing(
    state: Path, words: tuple[str, ...], says: str
) -> None:
    done = call(state, *words)
    assert done.exit_code == 2
    assert says in done.output
    assert "Traceback" not in done.output
    assert all(one["answer"] is None for one in listed(state))


def test_a_state_folder_without_a_database_is_named(tmp_path: Path) -> None:
    done = call(tmp_path / "nowhere", "ack", "1", *BY)
    assert done.exit_code != 0
    assert "there is no database yet" in done.output


def test_who_may_come_from_the_environment(state: Path) -> None:
    done = CliRunner().invoke(
        main, ["ack", "finance", "2025", "--note", "why", "--state", str(state), "--now", NOW],
        env={"REPORTWATCH_BY": "C. Clerk"},
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert [one["answer"]["by"] for one in listed(state) if one["answer"]] == ["C. Clerk"]  # type: ignore[index]  # JSON


@pytest.mark.parametrize(
    ("lang", "took", "lasts"),
    [
        ("en", "A. Reader took it on: I wrote to them", "open since"),
        ("zh", "A. Reader认领：I wrote to them", "起未解决"),
    ],
)
def test_explain_tells_the_incident_and_who_took_it_on(
    state: Path, tmp_path: Path, lang: str, took: str, lasts: str
) -> None:
    call(state, "ack", "finance", "2025", *BY)
    folder = tmp_path / "watchlist" / "henan"
    folder.mkdir(parents=True)
    (folder / "publishers.csv").write_text(
        "id,name,kind,region,sources\nfinance,周口市finance局,department,henan,list\n", encoding="utf-8"
    )
    (folder / "sources.toml").write_text(
        '[[source]]\nid = "list"\nurl = "http://list.example.gov.cn/nb/"\nfamily = "static"\n'
        'hosts = ["list.example.gov.cn"]\nregion = "henan"\n', encoding="utf-8"
    )  # fmt: skip
    done = call(
        state,
        "explain",
        "finance",
        "2025",
        "--watchlist",
        str(tmp_path / "watchlist"),
        "--lang",
        lang,
        now=None,
    )
    assert done.exit_code == 0, done.output
    assert took in done.output
    assert lasts in done.output
