"""The command on real channels: what a person sees when a channel is wrong, down, mended; and the heartbeat of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from reportwatch.heartbeat import HeartbeatError, heartbeat
from tests.monitor.faulty import closed_port, ids_in, web_server
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

    from tests.monitor.faulty import Web

NOW = "2026-01-10T01:00:00Z"
CHANNELS = '[[channel]]\nid = "desk"\nurl_env = "DESK"\n\n[[channel]]\nid = "other"\nurl_env = "OTHER"\n'


@dataclass
class Pulse:
    """A service that watches from outside: the paths it was posted to, and what they carried."""

    port: int = 0
    status: int = 200
    beats: list[tuple[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/ping/CANARY-uuid?a=b"


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    kept = Pulse()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept.beats.append((self.path, body.decode()))
            self.send_response(kept.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the tests print what they need."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as server:
        yield server


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "world"
    folder.mkdir()
    with made_world(folder) as made:
        yield made


def run(world: World, now: str) -> Result:
    """The whole job, however it ends."""
    world.portal.turn_to(now)
    world.write()
    return world.command("run", now=now)


def watched(world: World, web: Web, monkeypatch: pytest.MonkeyPatch, *, other: str = "up") -> Result:
    """A run over one list, with two channels: `desk` is there; `other` is up, down or unset."""
    (world.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")
    monkeypatch.setenv("DESK", f"json://127.0.0.1:{web.port}/desk-CANARY")
    port = web.port if other == "up" else closed_port()
    if other != "unset":
        monkeypatch.setenv("OTHER", f"json://127.0.0.1:{port}/other-CANARY")
    world.watch("周口市财政局")
    return run(world, NOW)


def test_an_unset_variable_stops_no_other_channel_and_ends_with_78(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = watched(world, web, monkeypatch, other="unset")
    assert done.exit_code == 78, done.output
    assert "channel other: broken" in done.output
    assert "channels.toml:7: url_env: the environment variable OTHER is not set" in done.output
    (text,) = web.accepted
    assert "SUMMARY" in text
    assert "The channel other is broken" in text


def test_a_channel_that_is_down_waits_and_the_run_is_done(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = watched(world, web, monkeypatch, other="down")
    assert "channel other: failed, 1 waiting, no connection" in done.output
    monkeypatch.setenv("OTHER", f"json://127.0.0.1:{web.port}/other-CANARY")
    done = world.command("notify", now="2026-01-10T01:00:10Z")
    assert "channel other: idle, 1 waiting" in done.output
    done = world.command("notify", "--requeue", now="2026-01-10T01:00:20Z")
    assert "channel other: 1 messages are queued again" in done.output
    assert "channel other: sent, 1 events in 1 messages" in done.output
    assert done.exit_code == 0
    first, second = web.accepted
    assert ids_in(first) == ids_in(second)
    assert "CANARY" not in done.output


def test_when_nobody_can_be_told_the_run_says_so_first(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    (world.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")
    for name in ("DESK", "OTHER"):
        monkeypatch.setenv(name, f"json://127.0.0.1:{closed_port()}/CANARY")
    world.watch("周口市财政局")
    assert run(world, NOW).exit_code == 69
    done = world.command("notify", "--requeue", "desk", now="2026-01-10T01:01:00Z")
    assert done.exit_code == 69
    assert done.output.splitlines()[1].startswith("NOBODY COULD BE TOLD")
    assert not web.accepted


def test_a_test_message_is_sent_and_judged(world: World, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    watched(world, web, monkeypatch, other="down")
    done = world.command("notify", "--test", "desk", now=NOW)
    assert (done.exit_code, done.output) == (0, "channel desk: test message: accepted\n")
    assert "This is a test." in web.accepted[-1]
    done = world.command("notify", "--test", "other", now=NOW)
    assert done.exit_code == 69
    assert "channel other: test message: no connection" in done.output
    done = world.command("notify", "--test", "nobody", now=NOW)
    assert done.exit_code == 2
    assert "channels.toml has: desk, other" in done.output


def test_a_channels_file_that_was_asked_for_must_be_there(world: World) -> None:
    world.watch("周口市财政局")
    world.visit(NOW)
    words = ["check", "--channels", str(world.folder / "no-such.toml")]
    done = world.command(*words, now=NOW)
    assert done.exit_code == 78
    assert "there is no such file, and it was asked for" in done.output


def test_check_and_preview_name_a_region_that_nobody_has(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(world, web, monkeypatch)
    (world.folder / "channels.toml").write_text(
        CHANNELS.replace('"DESK"', '"DESK"\nregions = ["hunan"]'), encoding="utf-8"
    )
    for command in ("check", "preview-alerts"):
        done = world.command(command, "--channels", str(world.folder / "channels.toml"), now=NOW)
        assert done.exit_code == 78, done.output
        assert "channels.toml:4: regions: no region on the watchlist is called 'hunan'" in done.output


def test_preview_says_what_nobody_would_hear(world: World, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    watched(world, web, monkeypatch)
    narrow = CHANNELS.replace("\n\n", '\nkinds = ["missing"]\n\n') + 'kinds = ["missing"]\n'
    (world.folder / "channels.toml").write_text(narrow, encoding="utf-8")
    done = world.command("preview-alerts", "--channels", str(world.folder / "channels.toml"), now=NOW)
    assert done.exit_code == 0, done.output
    assert "nobody would hear: corrected: no channel hears of it" in done.output
    assert "missing" not in [
        line.split(":")[1].strip() for line in done.output.splitlines() if line.startswith("nobody")
    ]


def test_a_run_beats_at_its_start_and_after_the_messages(
    world: World, web: Web, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTWATCH_HEARTBEAT_URL", pulse.address)
    done = watched(world, web, monkeypatch)
    (start, nothing), (end, said) = pulse.beats
    assert (start, nothing) == ("/ping/CANARY-uuid/start?a=b", "")
    assert end == f"/ping/CANARY-uuid/{done.exit_code}?a=b"
    assert "channel desk: sent, 1 events in 1 messages" in said
    assert "CANARY" not in said + done.output


def test_a_heartbeat_that_fails_changes_nothing(
    world: World, web: Web, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = watched(world, web, monkeypatch)
    pulse.status = 503
    monkeypatch.setenv("REPORTWATCH_HEARTBEAT_URL", pulse.address)
    done = run(world, "2026-01-11T01:00:00Z")
    assert done.exit_code == plain.exit_code
    assert done.output.count("the heartbeat was not sent: HTTP 503") == 2
    assert len(pulse.beats) == 6  # three tries each
    assert "CANARY" not in done.output


def test_a_run_that_stops_beats_with_its_code(
    world: World, web: Web, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(world, web, monkeypatch)
    monkeypatch.setenv("REPORTWATCH_HEARTBEAT_URL", pulse.address)
    done = run(world, "2020-01-01T00:00:00Z")
    assert done.exit_code == 78
    assert [path.split("?")[0].rpartition("/")[2] for path, _ in pulse.beats] == ["start", "78"]
    assert "set the machine's clock right" in pulse.beats[1][1]


def test_the_summary_of_a_heartbeat_is_short(pulse: Pulse) -> None:
    assert heartbeat("0", "长" * 20_000, {"REPORTWATCH_HEARTBEAT_URL": pulse.address})
    assert len(pulse.beats[0][1].encode()) <= 10_000


def test_the_address_may_be_in_a_file_of_its_owner(tmp_path: Path, pulse: Pulse) -> None:
    file = tmp_path / "pulse"
    file.write_text(pulse.address, encoding="utf-8")
    file.chmod(0o600)
    assert heartbeat("start", "", {"REPORTWATCH_HEARTBEAT_FILE": str(file)})
    file.chmod(0o644)
    with pytest.raises(HeartbeatError, match="chmod 600"):
        heartbeat("start", "", {"REPORTWATCH_HEARTBEAT_FILE": str(file)})
    assert not heartbeat("start", "", {})


@pytest.mark.parametrize(
    "address", ["file:///CANARY", "CANARY", "http://127.0.0.1:1/CANARY", "http://[CANARY"]
)
def test_a_wrong_address_is_not_quoted(address: str) -> None:
    with pytest.raises(HeartbeatError) as caught:
        heartbeat("start", "", {"REPORTWATCH_HEARTBEAT_URL": address})
    assert "CANARY" not in str(caught.value)


def test_status_counts_what_reached_nobody(world: World, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    watched(world, web, monkeypatch, other="down")
    done = world.command("status", now=NOW)
    assert "messages not delivered: 0 given up, 1 to be tried again (other)" in done.output
    done = world.command("status", "--lang", "zh", now=NOW)
    assert "未送达的通知：已放弃 0，待重试 1（other）" in done.output
