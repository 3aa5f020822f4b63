"""The named points at which a command is killed: after what it may have stored, and before what it has not.

A case starts from a stage of the second visit (crash_world.py), is killed, repeated, and goes on with the rest; what
then is known must be what it would be without the kill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.reportwatch.crash_world import NOW, At

if TYPE_CHECKING:
    from collections.abc import Iterator

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A kill. `before` are commands that make the case, `rest` those that follow the repetition; `short` ones are in `make test`.

    `result` is the state folder that is looked at, beside the one that the command works on.
    """

    name: str
    stage: str
    words: Words
    at: At
    before: tuple[Words, ...] = ()
    rest: tuple[Words, ...] = ()
    now: str = NOW
    short: bool = False
    result: str = "state"


def cases() -> tuple[Case, ...]:
    """All of them."""
    return (
        *_runs(),
        *_crawls(),
        *_parses(),
        *_judging(),
        *_telling(),
        *_people(),
        *_rereading(),
        *_upgrading(),
        *_copying(),
    )


def _runs() -> Iterator[Case]:
    points = {
        "run: before the heartbeat of its start": At("reportwatch", "reportwatch.heartbeat", "heartbeat"),
        "run: after the heartbeat of its start": At("reportwatch", "reportwatch.heartbeat", "heartbeat", "after"),
        "run: before it has a row": At("reportwatch", "store.runs", "start_run"),
        "run: after it has a row": At("reportwatch", "store.runs", "start_run", "after"),
        "run: in the midst of the watchlist": At("reportwatch", "store.watched", "_save_sources"),
        "run: between crawl and parse": At("reportwatch", "reportwatch.steps", "parse"),
        "run: between parse and check": At("reportwatch", "reportwatch.steps", "check"),
        "run: between check and notify": At("reportwatch", "reportwatch.steps", "notify"),
        "run: before its end is written": At("reportwatch", "store.runs", "finish_run"),
        "run: between its row and its file": At("reportwatch", "store.runs", "finish_run", "after"),
        "run: before the heartbeat of its end": At("reportwatch", "reportwatch.heartbeat", "heartbeat", "before", 2),
    }  # fmt: skip
    for name, at in points.items():
        yield Case(name, "before", ("run",), at)


def _crawls() -> Iterator[Case]:
    rest = (("parse",), ("check",), ("notify",))
    points = {
        "the visit has begun": ("crawler.ledger", "start_crawl", "after", 1),
        "before a list page is kept": ("crawler.ledger", "Ledger.keep_list", "before", 2),
        "in the midst of a file": ("os", "fsync", "before", 2),
        "before a file gets its name": ("os", "replace", "before", 2),
        "fetched, not stored": ("crawler.ledger", "keep_document", "before", 1),
        "between the file and its row": ("store.crawls", "_link_id", "before", 1),
        "between two documents": ("crawler.ledger", "keep_document", "after", 2),
        "in the midst of a visit's transaction": ("crawler.ledger", "see_links", "after", 1),
        "before a visit's outcome": ("crawler.ledger", "finish_crawl", "before", 2),
        "after a visit": ("crawler.ledger", "Ledger.end", "after", 1),
        "before the validators": ("crawler.ledger", "Ledger.close", "before", 1),
        "after all visits": ("crawler.ledger", "Ledger.close", "after", 1),
    }
    for name, (module, what, when, call) in points.items():
        yield Case(
            f"crawl: {name}",
            "before",
            ("crawl",),
            At("crawler", module, what, when, call),
            rest=rest,
        )
        alone = At("crawler", module, what, when, call, group=False)
        yield Case(f"run: only its crawler: {name}", "before", ("run",), alone)


def _parses() -> Iterator[Case]:
    rest = (("check",), ("notify",))
    points = {
        "nothing is read yet": ("reportwatch.steps", "read_each", "before", 1),
        "read, not stored": ("store.readings", "save_readings", "before", 1),
        "in the midst of a reading": ("store.readings", "_save_parts", "before", 2),
        "before its text is searchable": ("store.readings", "index_passages", "before", 1),
        "between two documents": ("store.readings", "save_readings", "after", 1),
        "before titles are matched": ("store.matched", "rematch", "before", 1),
        "in the midst of matching": ("store.matched", "_save_links", "after", 1),
        "before decisions are applied": ("store.matched", "apply_reviews", "before", 1),
    }
    for name, (module, what, when, call) in points.items():
        at = At("reportwatch", module, what, when, call)
        yield Case(
            f"parse: {name}", "crawled", ("parse",), at, rest=rest, short=name == "in the midst of matching"
        )


def _judging() -> Iterator[Case]:
    points = {
        "before it compares texts": ("monitor.across.judging", "prepare_across", "before", 1),
        "after it compared texts": ("monitor.across.judging", "prepare_across", "after", 1),
        "before the due dates": ("monitor.duedates", "write_due_dates", "before", 1),
        "after the due dates": ("monitor.duedates", "write_due_dates", "after", 1),
        "after the facts were read": ("monitor.facts", "read_ledger", "after", 1),
        "between two events": ("monitor.ledger", "write_event", "after", 2),
        "between an event and its deliveries": ("monitor.ledger", "_deliver", "before", 1),
        "before the commit": ("monitor.ledger", "write_changes", "after", 1),
        "after the commit": ("monitor.check", "check", "after", 1),
    }
    for name, (module, what, when, call) in points.items():
        at = At("reportwatch", module, what, when, call)
        yield Case(
            f"check: {name}",
            "parsed",
            ("check",),
            at,
            rest=(("notify",),),
            short=name == "between an event and its deliveries",
        )


def _telling() -> Iterator[Case]:
    points = {
        "before the lease": ("monitor.deliveries", "claim", "before", 1),
        "after the lease": ("monitor.deliveries", "claim", "after", 1),
        "before the message has its row": ("monitor.deliveries", "start_message", "before", 1),
        "after the message has its row": ("monitor.deliveries", "start_message", "after", 1),
        "sent to a webhook, not recorded": ("monitor.sender", "send", "after", 1),
        "between recording and the next channel": ("monitor.deliveries", "record_sent", "after", 1),
        "before the mail is sent": ("monitor.sender", "send", "before", 3),
        "mailed, not recorded": ("monitor.sender", "send", "after", 3),
        "after all was sent": ("monitor.outbox", "notify", "after", 1),
    }
    for name, (module, what, when, call) in points.items():
        at = At("reportwatch", module, what, when, call)
        yield Case(f"notify: {name}", "checked", ("notify",), at, short=name == "mailed, not recorded")


def _people() -> Iterator[Case]:
    said = ("--by", "某人", "--note", "电话核实")
    incident, finding = ("p3", "2025", "invalid"), ("9f384a407604b1db",)
    for verb, words in {
        "ack": (*incident, *said),
        "snooze": (*incident, *said, "--until", "2026-03-01"),
    }.items():
        for when in ("before", "after"):
            at = At("reportwatch", "monitor.acknowledging", "acknowledge", when)
            yield Case(
                f"{verb}: {when} it is noted",
                "told",
                (verb, *words),
                at,
                rest=(("check",),),
                short=(verb, when) == ("ack", "after"),
            )
    correct = (
        "review",
        "correct",
        "p3",
        "2025",
        "requests.concluded.natural_person",
        "148",
        *said,
        "--source",
        "原件",
        "--watchlist",
        "{watchlist}",
    )
    for name, words in {"accept": ("review", "accept", *finding, *said), "correct": correct}.items():
        points = {
            "before it is kept": ("store.reviews", "save_decisions", "before"),
            "between the decision and what follows of it": ("store.reviews", "apply_reviews", "before"),
            "in the midst of what follows": ("store.reviews", "_judge_again", "after"),
            "after it": ("store.reviews", "save_decisions", "after"),
        }
        for place, (module, what, when) in points.items():
            if (name, what) != ("accept", "_judge_again"):  # it corrects no figure
                at = At("reportwatch", module, what, when)
                yield Case(
                    f"review {name}: {place}",
                    "told",
                    words,
                    at,
                    rest=(("check",), ("notify",)),
                    short=(name, what) == ("correct", "apply_reviews"),
                )


def _rereading() -> Iterator[Case]:
    rest = (("check",), ("notify",))
    for when, call in (("before", 1), ("after", 1), ("after", 4)):
        at = At("reportwatch", "store.rereadings", "save_trial", when, call)
        yield Case(
            f"parse --again: {when} document {call} of a trial",
            "misread",
            ("parse", "--again"),
            at,
            rest=(("parse", "--promote"), *rest),
        )
    at = At("reportwatch", "store.rereadings", "finish")
    yield Case(
        "parse --again: before the trial is finished",
        "misread",
        ("parse", "--again"),
        at,
        rest=(("parse", "--promote"), *rest),
    )
    decisions = {
        "promote": ("tried", "_put", 3),
        "rollback": ("promoted", "_take_back", 3),
        "discard": ("tried", "_close", 1),
    }
    for verb, (stage, what, call) in decisions.items():
        at = At("reportwatch", "store.rereadings", what, "after", call)
        yield Case(
            f"parse --{verb}: in its midst",
            stage,
            ("parse", f"--{verb}"),
            at,
            rest=rest,
            short=verb == "promote",
        )


def _upgrading() -> Iterator[Case]:
    points = {
        "before its copy": ("store.copying", "keep_before", "before"),
        "in the midst of its copy": ("store.copying", "check_whole", "before"),
        "after its copy": ("store.copying", "keep_before", "after"),
        "in its transaction": ("store.fingerprints", "stamp", "before"),
        "before the commit": ("store.migrations", "migrations.apply", "after"),
        "between the shape and the keys": ("store.figure_keys", "seed_figure_keys", "before"),
        "between the keys and the views": ("store.views", "make_views", "before"),
    }
    for name, (module, what, when) in points.items():
        at = At("reportwatch", module, what, when)
        yield Case(f"upgrade: {name}", "old", ("check",), at, short=name == "in its transaction")


def _copying() -> Iterator[Case]:
    prove = (("backup", "{}/copies", "--drill"),)
    points = {
        "before the database": ("store.copying", "copy_database", "before", 1),
        "before the copy is durable": ("store.copying", "sync", "before", 1),
        "after the database": ("store.copying", "copy_database", "after", 1),
        "between two files": ("reportwatch.backing_up", "copy_file", "after", 2),
        "before the settings": ("reportwatch.backing_up", "write_settings", "before", 1),
        "before the manifest": ("reportwatch.backing_up", "write_manifest", "before", 1),
        "before it is noted": ("reportwatch.restoring", "note", "before", 1),
        "before old ones go": ("reportwatch.backing_up", "drop_old", "before", 1),
    }
    for name, (module, what, when, call) in points.items():
        at = At("reportwatch", module, what, when, call)
        yield Case(f"backup: {name}", "told", ("backup", "{}/copies", "--keep", "7/4/12"), at, rest=prove)
    for name, what, call in (
        ("before the database", "_database", 1),
        ("between two files", "copy_file", 3),
        ("before the name", "_give_name", 1),
    ):
        at = At("reportwatch", "reportwatch.restoring", what, "before", call)
        restore = ("restore", "{}/copies", "--to", "{}/new")
        yield Case(f"restore: {name}", "told", restore, at, before=(("backup", "{}/copies"),), result="new")
    for name, what, call in (
        ("before anything goes", "Path.unlink", 1),
        ("between two files", "Path.unlink", 3),
    ):
        yield Case(
            f"prune: {name}",
            "told",
            ("prune",),
            At("reportwatch", "pathlib", what, "before", call),
            now="2027-02-01T02:00:00Z",
        )
