"""A digest as one service takes it: in one message, or in a few numbered ones. Pure."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.messages import Message, compose
from monitor.sender import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.providers import Provider
    from monitor.routing import Channel
    from monitor.wording import Lang, Told

MOST_PARTS = 3  # what does not fit into them waits for the next message
NUMBER_BYTES = 8  # of " (1/3)"
MARK_SIGNS = 24


def in_parts(
    events: Sequence[Told], lang: Lang, now: str, service: Provider, size: int | None, most: int
) -> tuple[Message, ...]:
    """The messages for these events, at most `most`; the last one's `left` wait for another time.

    `size` is what one may hold, in bytes as the service counts them; None: as much as there is.
    """
    found: list[Message] = []
    rest = list(events)
    while rest and len(found) < most:
        limit = None if size is None else size - NUMBER_BYTES
        message = compose(rest, lang, now, limit, service.length)
        found.append(message)
        rest = [told for told in rest if told.id in message.left]
    many = len(found) > 1
    return tuple(
        replace(
            message, subject=_titled(message.subject, f" ({number}/{len(found)})" if many else "", service)
        )
        for number, message in enumerate(found, 1)
    )


def _titled(subject: str, number: str, service: Provider) -> str:
    if service.title and len(subject) + len(number) > service.title:
        subject = subject[: service.title - len(number) - 1] + "…"
    return subject + number


def mark_of(channel: Channel, message: Message, events: Sequence[Told]) -> Mark:
    """Names for a mail: always the same for the same news, and one thread for all that is about one incident alone."""
    said = [told for told in events if told.id in message.said]
    name = _name(channel.id, *sorted(told.key for told in said))
    incidents = {(told.incident, told.publisher, told.year) for told in said}
    if len(incidents) != 1 or said[0].incident is None:
        return Mark(name)
    return Mark(name, _name(channel.id, *map(str, incidents.pop())))


def _name(*parts: str) -> str:
    return f"reportwatch.{sha256('|'.join(parts).encode()).hexdigest()[:MARK_SIGNS]}"
