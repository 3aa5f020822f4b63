"""The trail of a status to its end: who was told what when, and text of strangers that can do nothing on a terminal."""

from __future__ import annotations

import json
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from reportwatch.cli import main
from store.database import open_database
from tests.store.world import World

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    "周口市财政局\x1b[2J\x1b]0;owned\x072024年\u202e政府信息\u2066公开\u200b工作\r\n年度\u2028报告 https://evil.example/"
    + "长" * 10_000
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state folder with a report whose title is hostile, an incident, and events that were told, or not."""
    with closing(open_database(tmp_path / "state" / "reports.db")) as db:
        world = World(db, tmp_path / "state")
        world.watch()
        world.owe()
        world.visit("2025-02-10")
        world.visit("2025-03-01", HOSTILE)
        db.execute("UPDATE links SET report = (SELECT id FROM reports), title = ?", [HOSTILE])
        db.execute("INSERT INTO as_of VALUES (1, '2025-03-02T02:00:00Z')")
        db.execute(
            "INSERT INTO incidents (id, key, kind, publisher, year, severity, opened_at, resolved_at, told, fingerprint)"
            " VALUES (1, 'missing', 'missing', 'zk-cz', 2024, 'warning', '2025-02-10T02:00:00Z', '2025-03-01T02:00:00Z', 1, 'f')"
        )
        for number, (kind, suppressed) in enumerate(
            (("opened", None), ("reminder", None), ("resolved", None), ("revised", "cosmetic")), 1
        ):
            db.execute(
                "INSERT INTO events (id, key, short_id, kind, incident, publisher, year, severity, at, suppressed)"
                " VALUES (?, ?, 'AB2D', ?, 1, 'zk-cz', 2024, 'warning', '2025-02-10T02:00:00Z', ?)", [number, f"k{number}", kind, suppressed],
            )  # fmt: skip
        for event, channel, state, sent in (
            (1, "desk", "sent", "2025-02-10T03:00:00Z"), (1, "wecom", "dead", None), (2, "desk", "failed", None), (3, "desk", "pending", None),
        ):  # fmt: skip
            db.execute(
                "INSERT INTO deliveries (event, channel, state, attempts, next_at, sent_at, last_error) VALUES (?, ?, ?, 2, '2025-03-03T01:00:00Z', ?, 'refused')",
                [event, channel, state, sent],
            )
    region = tmp_path / "watchlist" / "henan" / "zhoukou"
    region.mkdir(parents=True)
    (region / "publishers.csv").write_text(
        "id,name,kind,region,sources\nzk-cz,周口市财政局,department,henan/zhoukou,\n", encoding="utf-8"
    )
    return tmp_path


def explain(folder: Path, *words: str) -> str:
    places = ["--state", str(folder / "state"), "--watchlist", str(folder / "watchlist")]
    done = CliRunner().invoke(main, ["explain", "zk-cz", "2024", *places, *words])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("en", ("desk: told at 2025-02-10 11:00", "wecom: never told, after 2 attempts (refused)", "desk: not told yet, after 2 attempts (refused); again from 2025-03-03 09:00 on", "desk: waits, to be told from 2025-03-03 09:00 on", "missing revised: told to nobody (cosmetic)")),
        ("zh", ("desk：已于 2025-02-10 11:00 通知", "wecom：未能送达，已试 2 次（refused）", "desk：待通知，2025-03-03 09:00 起发送", "未通知任何人（cosmetic）")),
    ],
)  # fmt: skip
def test_the_trail_says_who_was_told_what_and_when(folder: Path, lang: str, lines: tuple[str, ...]) -> None:
    told = explain(folder, "--lang", lang)
    assert all(one in told for one in lines), told


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_hostile_title_moves_no_cursor_and_hides_nothing(folder: Path, lang: str) -> None:
    told = explain(folder, "--lang", lang)
    assert "周口市财政局 [2J" in told  # it is there, and does nothing
    assert "https://www.zhoukou.gov.cn/nb/" in told  # our own addresses can still be opened
    assert not {
        sign for sign in told if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} and sign != "\n"
    }
    assert max(map(len, told.splitlines())) < 2100


def test_the_trail_for_programs_is_as_harmless(folder: Path) -> None:
    trail = json.loads(explain(folder, "--json"))
    text = json.dumps(trail, ensure_ascii=False)
    assert not [sign for sign in text if unicodedata.category(sign) in {"Cc", "Cf"}]
    assert [step["name"] for step in trail["steps"]][-1] == "told"
