"""What a person asks of the outbox by hand: a test message, and another try for what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.deliveries import requeue as queue_again
from monitor.outbox import send_test
from reportwatch import exits, telling
from reportwatch.steps import Step, database_of

if TYPE_CHECKING:
    from monitor.routing import Channel
    from reportwatch.options import Options

ALL = "all"


def send_tests(options: Options, name: str) -> Step:
    """Sends a test message to each address of a channel; 69 if one is not accepted. No delivery is touched."""
    addresses = _named(options, name)
    lines, failed = [], 0
    with database_of(options) as database:
        for channel in addresses:
            sent = send_test(database, channel, options.now())
            failed += sent.error is not None
            said = sent.error or (
                "accepted, but the answer does not say that it was delivered"
                if sent.unverified
                else "accepted"
            )
            lines.append(f"channel {channel.id}: test message: {said}")
    return Step("notify", exits.UNREACHABLE if failed else exits.OK, tuple(lines), {"failed": failed})


def requeue(options: Options, name: str) -> Step:
    """Makes what is dead or waits after a failure due at once; `all`, or a channel's name."""
    if name != ALL:
        _named(options, name)
    with database_of(options) as database:
        counts = queue_again(database, None if name == ALL else name, options.now())
    lines = [f"channel {channel}: {count} messages are queued again" for channel, count in counts.items()]
    return Step("notify", exits.OK, tuple(lines) or ("nothing to queue again",), {"requeued": counts})


def _named(options: Options, name: str) -> tuple[Channel, ...]:
    """The channel of that name, once for each of its addresses. Raises CommandError where there is none."""
    channels = telling.channels_of(options).channels
    found = tuple(channel for channel in channels if name in (channel.id, channel.name))
    if not found:
        known = ", ".join(dict.fromkeys(channel.name for channel in channels)) or "none"
        raise exits.CommandError(
            exits.USAGE, f"no channel is called {name!r}; {options.channels} has: {known}"
        )
    return found
