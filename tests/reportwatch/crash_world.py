"""A portal, receivers and state folders at each stage of a visit: what a killed command and its repetition work on."""

from __future__ import annotations

import gzip
import json
import os
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from reportwatch import ROOT
from reportwatch.cli import main
from reportwatch.portal.form import MadeReport
from reportwatch.portal.sinks import Mailbox, Webhook
from store.archive import Archive
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIRST, NOW, AFTER = (
    "2026-01-20T02:00:00Z",
    "2026-02-20T02:00:00Z",
    "2026-02-20T02:30:00Z",
)  # a lease is over by then
LONG_AGO = "2025-01-15T00:00:00Z"
CHANNELS = "".join(
    f'[[channel]]\nid = "{name}"\nurl_env = "TO_{name.upper()}"\n\n' for name in ("one", "two", "mail")
)
SHORT_ID = re.compile(r"#([2-9A-HJ-NP-Z]{4})\b")
HOOK = Path(__file__).with_name("crashing")
OLD = ROOT / "tests" / "store" / "first_shape.db.gz"
TAKES = {
    "run": ("state", "watchlist", "channels"), "crawl": ("state", "watchlist"), "parse": ("state", "watchlist"),
    "check": ("state", "channels"), "notify": ("state", "channels"), "backup": ("state", "watchlist", "channels"),
    "restore": ("watchlist", "channels"), "import": ("state", "watchlist"), "doctor": ("state", "watchlist", "channels"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class At:
    """Where a process of the program dies: see crashing/sitecustomize.py."""

    program: str
    module: str
    name: str
    when: str = "before"
    call: int = 1
    signal: int = signal.SIGKILL
    group: bool = True


@dataclass(slots=True)
class Scene:
    """The world of these tests. `stages` are state folders that are copied, never changed."""

    folder: Path
    world: World
    one: Webhook
    two: Webhook
    beats: Webhook
    mail: Mailbox
    stages: dict[str, Path] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "REPORTWATCH_ALLOW": self.world.portal.addresses,
            "REPORTWATCH_HEARTBEAT_URL": f"http://127.0.0.1:{self.beats.port}/",
            "TO_ONE": f"json://127.0.0.1:{self.one.port}/",
            "TO_TWO": f"json://127.0.0.1:{self.two.port}/",
            "TO_MAIL": f"mailto://127.0.0.1:{self.mail.port}/?from=watch@example.org&to=desk@example.org",
            "PYTHONPATH": str(ROOT),
        }

    def copy(self, stage: str, name: str) -> Path:
        """A state folder as it was at that stage."""
        place = self.folder / name / "state"
        shutil.copytree(self.stages[stage], place)
        return place

    def words(self, state: Path, words: Sequence[str], now: str) -> list[str]:
        """A command line for that state folder; {} in a word is the folder that it is in."""
        places = {
            "state": state,
            "watchlist": self.world.folder / "watchlist",
            "channels": self.world.folder / "channels.toml",
        }
        options = [
            part for name in TAKES.get(words[0], ("state",)) for part in (f"--{name}", str(places[name]))
        ]
        return [*(word.format(state.parent, **places) for word in words), *options, "--now", now]

    def do(self, state: Path, *words: str, now: str = NOW, good: Sequence[int] = (0,)) -> str:
        """One command in this process, which must end well; what it said."""
        done = CliRunner().invoke(main, self.words(state, words, now), env=self.env)
        assert done.exit_code in good, (words, done.exit_code, done.output)
        return done.output

    def begin(
        self, state: Path, words: Sequence[str], at: At | None = None, now: str = NOW, **more: str
    ) -> subprocess.Popen[str]:
        """The same command in a process group of its own, which dies at that point."""
        environment = {**self.env, **more}
        if at is not None:
            environment["CRASH_AT"] = json.dumps({**asdict(at), "mark": str(state.parent / "died")})
            environment["PYTHONPATH"] = f"{HOOK}{os.pathsep}{ROOT}"
        return subprocess.Popen(
            [sys.executable, "-m", "reportwatch", *self.words(state, words, now)],
            cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def arrived(self) -> dict[str, Counter[str]]:
        """How many messages each receiver got about each event, since it was last asked."""
        mails = [
            part.get_content()
            for mail in self.mail.messages
            for part in mail.walk()
            if part.get_content_type() == "text/plain"
        ]
        texts = {
            "one": [json.dumps(post) for post in self.one.posts],
            "two": [json.dumps(post) for post in self.two.posts],
            "mail": [str(text) for text in mails],
        }
        for kept in (self.one.posts, self.two.posts, self.mail.messages, self.beats.posts):
            kept.clear()
        return {
            name: Counter(key for text in found for key in set(SHORT_ID.findall(text)))
            for name, found in texts.items()
        }


def left_alive(group: int, seconds: float = 10) -> list[int]:
    """The processes of a group that do not end within that time: a kill reaches one after the other."""
    left = []
    for pid in _alive(group):
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            if not select.select([handle], [], [], seconds)[0]:
                left.append(pid)
            os.close(handle)
    return left


def _alive(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = entry.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        state, _, its_group = text.rpartition(")")[2].split()[:3]
        if int(its_group) == group and state not in "ZX":
            found.append(int(text.split(" ")[0]))
    return found


@contextmanager
def open_scene(folder: Path) -> Iterator[Scene]:
    """A portal with nothing on it, and the receivers."""
    with ExitStack() as stack:
        world = stack.enter_context(made_world(folder / "world"))
        one, two, beats = (stack.enter_context(Webhook()) for _ in range(3))
        yield Scene(folder, world, one, two, beats, stack.enter_context(Mailbox()))


@contextmanager
def made_scene(folder: Path, *, rereading: bool = False) -> Iterator[Scene]:
    """The world with its receivers, and a state folder for each stage of the second visit, and of reading again."""
    with open_scene(folder) as scene:
        _furnish(scene.world)
        state = _stages(scene)
        if rereading:
            _reread_stages(scene, state)
        scene.arrived()
        yield scene


def _furnish(world: World) -> None:
    names = [f"示范{number}局" for number in range(4)]
    columns = [world.watch(name) for name in names]
    for name, column in zip(names, columns, strict=True):
        world.site.publish(column, MadeReport(name, 2024), "2025-01-15", since=LONG_AGO)
    path = world.site.publish(
        columns[1], MadeReport(names[1], 2025), "2026-01-10", since="2026-01-10T00:00:00Z"
    )
    world.site.publish(columns[0], MadeReport(names[0], 2025), "2026-02-05", since="2026-02-05T00:00:00Z")
    world.site.revise(
        path, MadeReport(names[1], 2025, revision=1), "2026-01-10", since="2026-02-01T00:00:00Z"
    )
    world.site.publish(
        columns[3], MadeReport(names[3], 2025, wrong_sums=True), "2026-01-30", since="2026-01-30T00:00:00Z"
    )
    world.write()
    (world.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")


def _stages(scene: Scene) -> Path:
    state = scene.folder / "making" / "state"
    scene.world.portal.turn_to(FIRST)
    scene.do(state, "run", now=FIRST)
    scene.world.portal.turn_to(NOW)
    for stage, words in (
        ("before", ()),
        ("crawled", ("crawl",)),
        ("parsed", ("parse",)),
        ("checked", ("check",)),
        ("told", ("notify",)),
    ):
        if words:
            scene.do(state, *words)
        if stage == "told":
            _age(state)
        _keep(scene, state, stage)
    old = scene.folder / "stages" / "old"
    old.mkdir()
    (old / "reports.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    scene.stages["old"] = old
    return state


def _reread_stages(scene: Scene, state: Path) -> None:
    with closing(sqlite3.connect(state / "reports.db", isolation_level=None)) as db:
        db.execute("UPDATE readings SET reader_version = 'old'")
        db.execute(
            "UPDATE figures SET value = value + 1 WHERE value IS NOT NULL AND reading IN (SELECT id FROM readings LIMIT 3)"
        )
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _keep(scene, state, "misread")
    scene.do(state, "parse", "--again", good=(12,))
    _keep(scene, state, "tried")
    scene.do(state, "parse", "--promote")
    _keep(scene, state, "promoted")


def _age(state: Path) -> None:
    """Logs and a file that nothing names, old enough to go."""
    orphan = Archive(state / "raw").path(Archive(state / "raw").put(b"named by nothing"))
    moment = datetime.fromisoformat(FIRST).timestamp()
    for path in (orphan, *(state / "logs").iterdir()):
        os.utime(path, (moment, moment))


def _keep(scene: Scene, state: Path, stage: str) -> None:
    scene.stages[stage] = scene.folder / "stages" / stage
    shutil.copytree(state, scene.stages[stage])
