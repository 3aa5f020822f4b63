"""A child process that checks and notifies, and kills itself at a named point: `killed.py DATABASE PORT NOW POINT`.

The product has no failpoints: here, named functions are wrapped so that the process dies before or after one of them,
at the so-many-th call, as by `kill -9`.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.channels import Channel
from monitor.check import check
from monitor.outbox import notify
from store.database import open_database

if TYPE_CHECKING:
    from collections.abc import Callable

# name: (module, function, die before or after it, at which call)
POINTS: dict[str, tuple[str, str, str, int]] = {
    "before the due dates": ("monitor.check", "write_due_dates", "before", 1),
    "after the facts were read": ("monitor.check", "read_ledger", "after", 1),
    "between two incidents": ("monitor.ledger", "_open", "after", 1),
    "between two events": ("monitor.ledger", "write_event", "after", 1),
    "between event and delivery": ("monitor.ledger", "_deliver", "before", 2),
    "before the commit": ("monitor.check", "write_changes", "after", 1),
    "before the lease": ("monitor.outbox", "claim", "before", 1),
    "after the lease": ("monitor.outbox", "claim", "after", 1),
    "after the message has its row": ("monitor.outbox", "start_message", "after", 1),
    "before the message has its row": ("monitor.outbox", "start_message", "before", 2),
    "between the addresses' heirs and the sending": ("monitor.outbox", "hand_on", "after", 1),
    "before sending": ("monitor.outbox", "send", "before", 1),
    "after sending, before recording": ("monitor.outbox", "send", "after", 1),
    "between recording and the next channel": ("monitor.outbox", "record_sent", "after", 1),
    "after sending on the second channel": ("monitor.outbox", "send", "after", 2),
}


def channels(port: int) -> tuple[Channel, ...]:
    """Two webhooks on one loopback server, told apart by their paths."""
    return tuple(
        Channel.model_validate({"id": name, "url_env": "X", "url": f"json://127.0.0.1:{port}/{name}"})
        for name in ("one", "two")
    )


def arm(point: str) -> None:
    """Makes the process die at that point."""
    module_name, name, when, call = POINTS[point]
    module = import_module(module_name)
    original: Callable[..., Any] = getattr(module, name)
    calls = 0

    def deadly(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever it wraps
        nonlocal calls
        calls += 1
        if when == "before" and calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **more)
        if when == "after" and calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, deadly)


if __name__ == "__main__":
    path, port, now, point = sys.argv[1:]
    arm(point)
    database = open_database(Path(path))
    check(database, now, channels(int(port)))
    notify(database, channels(int(port)), now)
