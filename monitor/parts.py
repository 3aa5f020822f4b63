"""A digest as one service takes it: in one message, or in a few numbered ones. Pure."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.mail_text import Mark
from monitor.messages import (
    ACCUSED,
    IDS_AT_ALL,
    IDS_SHOWN,
    MOST_LINES,
    NAMES_SHOWN,
    Message,
    lines_of,
    message_of,
    planned,
    subject_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.lines import Line
    from monitor.messages import Plan
    from monitor.providers import Provider
    from monitor.routing import Channel
    from monitor.wording import Lang, Told

MOST_PARTS = 3
NUMBER_BYTES = 8  # of " (1/3)"
MARK_SIGNS = 24
SHORTEST_LINE = 40  # signs that stay of a line that is too long for the service


def in_parts(
    events: Sequence[Told], lang: Lang, now: str, service: Provider, size: int | None, most: int, *, mail: bool = False, counted: bool = True
) -> tuple[Message, ...]:  # fmt: skip
    """The messages for these events, at most `most`, with the most important lines in them.

    `size` is what one may hold, in bytes as the service counts them; None: as much as there is. The rest goes along as
    a table in a `mail`; else it is `counted`, with the command that shows it; or it waits for another time.
    """
    ranked = lines_of(events, lang)
    covered = {line.told.id for line in ranked}
    silent = tuple(told.id for told in events if told.id not in covered)
    if not ranked:
        return (Message("", "", "", silent, 0, ()),) if silent else ()
    with_ids = IDS_AT_ALL if size is None else IDS_SHOWN
    most_lines = min(len(ranked), MOST_LINES)

    def tried(count: int, ids: int, names: int, *, whatever: bool = False) -> tuple[Plan, list[list[Line]]]:
        plan = planned(ranked, lang, now, count, mail=mail, counted=counted or mail, ids=ids, names=names)
        return plan, _packed(plan, _measure(plan, size, service.length), most, whatever=whatever)

    accused = sum(line.rank <= ACCUSED for line in ranked)
    ids, names = _room_below(tried, accused, with_ids) if size is not None else (with_ids, accused)
    for count in range(most_lines, 0, -1):
        plan, parts = tried(count, ids, names, whatever=count == 1)
        if parts:
            break
    found = [message_of(plan, lines, last=lines is parts[-1]) for lines in parts]
    found[-1] = replace(found[-1], told=(*found[-1].told, *silent))
    many = len(found) > 1
    return tuple(
        replace(
            message, subject=_titled(message.subject, f" ({number}/{len(found)})" if many else "", service)
        )
        for number, message in enumerate(found, 1)
    )


def _room_below(
    tried: Callable[[int, int, int], tuple[Plan, list[list[Line]]]], total: int, most_ids: int
) -> tuple[int, int]:
    """How many ids and names fit below the lines, if there is but one: everybody has a name before a second has a line."""
    for ids in (most_ids, 0):
        for names in range(min(total, NAMES_SHOWN), -1, -1):
            plan, parts = tried(1, ids, names)
            if parts and (not names or parts[0][0].text == plan.lines[0].text):  # no line is cut for names
                return ids, names
    return 0, 0


def _measure(
    plan: Plan, size: int | None, length: Callable[[str, str], int]
) -> Callable[[Sequence[Line], bool], bool]:
    """Whether a part of these lines fits; the last part has the notes below it."""
    limit = None if size is None else size - NUMBER_BYTES
    subject = subject_of(plan)

    def fits(lines: Sequence[Line], last: bool) -> bool:
        return limit is None or length(subject, text_of(plan, lines, last=last)) <= limit

    return fits


def _packed(
    plan: Plan, fits: Callable[[Sequence[Line], bool], bool], most: int, *, whatever: bool
) -> list[list[Line]]:
    """The lines in parts, each as full as it gets; nothing where they do not fit. `whatever`: at least one goes out."""
    rest = [_cut(line, fits) for line in plan.lines]
    parts: list[list[Line]] = []
    while rest:
        count = next((n for n in range(len(rest), 0, -1) if fits(rest[:n], n == len(rest))), 0)
        if len(parts) == most or not count:
            return [rest[:1]] if whatever else []
        parts.append(rest[:count])
        rest = rest[count:]
    return parts


def _cut(line: Line, fits: Callable[[Sequence[Line], bool], bool]) -> Line:
    """A line that is too long even alone, as long as may be; its address and its id stay."""
    last = True
    while len(line.text) > SHORTEST_LINE and not fits([line], last):
        text = line.text.removesuffix("…")
        line = replace(line, text=text[: max(SHORTEST_LINE - 1, len(text) * 9 // 10)] + "…")
    return line


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
