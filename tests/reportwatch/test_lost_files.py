"""What was there and is gone is no fresh start: the database, the watchlist, the file of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch import telling
from tests.monitor.faulty import web_server
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW, LATER = "2026-01-10T01:00:00Z", "2026-01-11T01:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with made_world(tmp_path) as made:
        made.watch("周口市财政局")
        yield made


def test_a_database_that_is_gone_is_not_begun_anew_beside_its_documents(world: World) -> None:
    world.visit(NOW)
    database = world.folder / "state" / "reports.db"
    kept = database.read_bytes()
    for file in database.parent.glob("reports.db*"):
        file.unlink()
    done = world.command("run", now=LATER)
    assert done.exit_code == 65, done.output
    assert f"{database} is gone, but {database.parent / 'raw'} holds documents" in done.output
    assert not database.exists()
    database.write_bytes(kept)
    world.visit(LATER)


def test_a_watchlist_that_lost_everybody_ends_no_claim(world: World) -> None:
    world.visit(NOW)
    kept, world.publishers = world.publishers, []
    world.write()
    done = world.command("run", now=LATER)
    assert done.exit_code == 78, done.output
    assert "names no publisher any more, and 1 were watched" in done.output
    assert world.rows("SELECT count(*) FROM publishers WHERE watched")[0][0] == 1
    world.publishers = kept
    world.visit(LATER)


def test_a_file_of_channels_that_is_gone_is_no_wish_to_tell_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = world.folder / "channels.toml"
    with web_server() as web:
        channels.write_text('[[channel]]\nid = "desk"\nurl_env = "DESK"\n', encoding="utf-8")
        monkeypatch.setenv("DESK", f"json://127.0.0.1:{web.port}/")
        world.visit(NOW)
        assert len(web.accepted) == 1
        channels.unlink()
        monkeypatch.setattr(telling, "ROOT", world.folder)  # as if the file had stood in the checkout
        done = world.command("check", "--channels", str(channels), now=LATER)
        assert done.exit_code == 78, done.output
        assert f"{channels} is gone, and 1 channels were told before" in done.output
        channels.touch()
        assert world.command("check", "--channels", str(channels), now=LATER).exit_code == 0
