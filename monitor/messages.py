"""A digest: what one channel is told in one message, as plain text and as HTML that a phone shows well. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from monitor.cleaning import clean
from monitor.moments import shanghai_minute
from monitor.wording import Lang, Told, address, sentence, templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

GROUPS = (
    "monitor", "storm", "channel", "corrected", "missing", "withdrawn", "late", "invalid", "blind", "doubtful",
    "due_soon", "revised", "appeared", "resolved", "still", "summary", "alive",
)  # fmt: skip
COLOURS = {
    "monitor": "#b91c1c", "storm": "#b91c1c", "channel": "#b91c1c", "corrected": "#7c3aed", "missing": "#b91c1c",
    "withdrawn": "#b91c1c", "doubtful": "#a16207", "late": "#c2410c", "invalid": "#c2410c", "blind": "#4b5563", "revised": "#1d4ed8", "appeared": "#15803d",
    "resolved": "#15803d", "still": "#a16207", "summary": "#4b5563", "alive": "#15803d", "due_soon": "#1d4ed8",
}  # fmt: skip
OWN = GROUPS.index("channel")  # what is about ourselves comes first, whatever the region
MAX_LINES = 100
SHORTEST_LINE = 40  # signs that stay of a line that is too long for the channel
ENDS = frozenset({"resolved", "corrected", "appeared"})  # what ends an incident …
COURSE = frozenset({"opened", "worsened", "reminder"})  # … and what need not be said then
PUBLISHED = frozenset(
    {"in time", "in time by its date", "timing unproved", "there before"}
)  # what a correction says it is there by
# Where the claim was never told and no publication is behind it, taking it back would be news of nothing.
MOOT = frozenset({"may be there", "not owed", "not due", "not watched then", "misread", "elsewhere"})


@dataclass(frozen=True, slots=True)
class Line:
    """One event in a message."""

    region: str
    group: str
    who: str
    text: str
    url: str
    short_id: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `told` are the events it covers, `said` those of them that it has a line for; `left` are those that
    did not fit and wait for the next one.

    With no `lines` there is nothing to say: everything in it is over and was never told.
    """

    subject: str
    text: str
    html: str
    told: tuple[int, ...]
    lines: int
    left: tuple[int, ...]
    said: tuple[int, ...] = ()


def utf8_length(subject: str, text: str) -> int:
    """Bytes of subject and text in UTF-8."""
    return len(f"{subject}\r\n{text}".encode())


def compose(
    events: Sequence[Told],
    lang: Lang,
    now: str,
    max_bytes: int | None = None,
    length: Callable[[str, str], int] = utf8_length,
) -> Message:
    """The digest of these events: counts first, then by region and kind.

    `max_bytes` is for subject and plain text, as `length` counts them. A line that is too long even alone is cut; its
    address and its short id stay.
    """
    worded = [(told, _line(told, lang)) for told in fold(events)]
    worded.sort(
        key=lambda pair: (
            GROUPS.index(pair[1].group) > OWN,
            pair[1].region,
            GROUPS.index(pair[1].group),
            pair[0].id,
        )
    )
    too_long = _measure(lang, now, len(worded), max_bytes, length)
    fitting = _fitting([line for _, line in worded], too_long)
    lines = _cut([line for _, line in worded[:fitting]], too_long)
    left = {told.id for told, _ in worded[fitting:]}
    return Message(
        subject=_subject(lines, lang),
        text=_text(lines, lang, now, len(left)),
        html=_html(lines, lang, now, len(left)),
        told=tuple(told.id for told in events if told.id not in left),
        lines=len(lines),
        left=tuple(sorted(left)),
        said=tuple(told.id for told, _ in worded[:fitting]),
    )


def fold(events: Sequence[Told]) -> list[Told]:
    """Drops what another event in the same message makes pointless: the claim it takes back, an older reminder.

    What began and ended before this channel could be told is one line that says so (`meanwhile`).
    """
    ends = {told.incident: told.id for told in events if told.incident and told.kind in ENDS}
    starts = {told.incident for told in events if told.kind == "opened"}
    untold = {told.incident for told in events if told.kind == "opened" and told.untried}
    reminders = {told.incident: told.id for told in events if told.kind == "reminder"}  # the latest stays
    corrections = [told for told in events if told.kind == "corrected" and told.publisher]

    def is_pointless(told: Told) -> bool:
        if told.kind == "appeared":
            return any(_says_it_too(correction, told) for correction in corrections)
        if told.kind == "reminder" and (told.incident in starts or reminders[told.incident] != told.id):
            return True
        if told.kind == "corrected" and told.incident in untold and told.detail.get("reason") in MOOT:
            return True
        if told.kind not in COURSE or told.incident is None:
            return False
        return told.over or told.id < ends.get(told.incident, 0)

    return [
        replace(told, meanwhile=told.incident in untold and told.kind in ("resolved", "appeared"))
        for told in events
        if not is_pointless(told)
    ]


def _says_it_too(correction: Told, appeared: Told) -> bool:
    """It takes this very event back, or says that what we called missing is there."""
    if correction.key.rpartition("|")[0] == f"corrected|{appeared.key}":
        return True
    same = (correction.publisher, correction.year) == (appeared.publisher, appeared.year)
    about_missing = (
        correction.detail.get("kind") == "missing" and correction.detail.get("reason") in PUBLISHED
    )
    return same and about_missing and correction.at >= appeared.at


def _line(told: Told, lang: Lang) -> Line:
    region = told.detail.get("region") or next(iter(told.detail.get("regions", ())), "")
    who = clean(told.detail.get("who") or told.detail.get("host") or "")
    return Line(clean(region), told.group, who, sentence(told, lang), address(told), told.short_id)


def _measure(
    lang: Lang, now: str, total: int, max_bytes: int | None, length: Callable[[str, str], int]
) -> Callable[[list[Line]], bool]:
    """Whether a message of these first lines, of so many in all, would be too long."""

    def too_long(lines: list[Line]) -> bool:
        if max_bytes is None:
            return False
        return length(_subject(lines, lang), _text(lines, lang, now, total - len(lines))) > max_bytes

    return too_long


def _fitting(lines: list[Line], too_long: Callable[[list[Line]], bool]) -> int:
    """How many lines fit: always at least one, or nothing would ever be told."""
    count = min(len(lines), MAX_LINES)
    while count > 1 and too_long(lines[:count]):
        count -= 1
    return count


def _cut(lines: list[Line], too_long: Callable[[list[Line]], bool]) -> list[Line]:
    """A single line, as long as may be."""
    while len(lines) == 1 and len(lines[0].text) > SHORTEST_LINE and too_long(lines):
        text = lines[0].text.removesuffix("…")
        lines = [replace(lines[0], text=text[: max(SHORTEST_LINE - 1, len(text) * 9 // 10)] + "…")]
    return lines


def _subject(lines: Sequence[Line], lang: Lang) -> str:
    return f"[reportwatch] {_counts(lines, lang)}"


def _counts(lines: Iterable[Line], lang: Lang) -> str:
    counted = Counter(line.group for line in lines)
    if len(counted) > 1:
        del counted["summary"]  # it is no news beside others
    words = templates(lang)
    names = words["names"]
    texts = [
        words["words"]["count"].format(count=counted[group], name=names[group])
        for group in GROUPS
        if counted[group]
    ]
    return words["words"]["comma"].join(texts)


def _text(lines: Sequence[Line], lang: Lang, now: str, left: int) -> str:
    words = templates(lang)
    parts = [words["words"]["heading"].format(at=shanghai_minute(now)), _counts(lines, lang), ""]
    several = len({line.region for line in lines if line.region}) > 1
    region = None
    for line in lines:
        if several and line.region and line.region != region:
            region = line.region
            parts += [f"== {region} ==", ""]
        parts += [f"{_label(line, lang)} {line.text} #{line.short_id}", *([line.url] if line.url else []), ""]
    if left:
        parts += [words["words"]["more"].format(count=left), ""]
    return "\n".join([*parts, words["words"]["footer"]])


def _label(line: Line, lang: Lang) -> str:
    name = templates(lang)["names"][line.group]
    return f"【{name}】" if lang == "zh" else f"{name.upper()}:"


def _html(lines: Sequence[Line], lang: Lang, now: str, left: int) -> str:
    words = templates(lang)["words"]
    several = len({line.region for line in lines if line.region}) > 1
    cards, region = [], None
    for line in lines:
        if several and line.region and line.region != region:
            region = line.region
            cards.append(f'<p style="margin:18px 4px 6px;font-size:14px;color:#6b7280">{escape(region)}</p>')
        cards.append(_card(line, lang))
    if left:
        cards.append(f'<p style="margin:12px 4px">{escape(words["more"].format(count=left))}</p>')
    counts = _counts(lines, lang)
    return _skeleton().substitute(
        lang="zh-CN" if lang == "zh" else "en",
        title=escape(counts),
        heading=escape(words["heading"].format(at=shanghai_minute(now))),
        counts=escape(counts),
        lines="\n".join(cards),
        footer=escape(words["footer"]),
    )


def _card(line: Line, lang: Lang) -> str:
    colour = COLOURS[line.group]
    name = escape(templates(lang)["names"][line.group])
    url = escape(line.url, quote=True)
    link = (
        f'<br><a href="{url}" style="color:#1d4ed8;font-size:14px;word-break:break-all">{url}</a>'
        if url
        else ""
    )
    who, text = escape(line.who), escape(line.text)
    text = text.replace(who, f"<b>{who}</b>", 1) if who else text
    return (
        f'<div style="background:#fff;border-left:4px solid {colour};border-radius:4px;margin:0 0 10px;padding:10px 12px">'
        f'<span style="color:#6b7280;font-size:13px;float:right">#{escape(line.short_id)}</span> '
        f'<span style="color:{colour};font-size:13px;font-weight:600">{name}</span><br>'
        f"{text}{link}</div>"
    )


@cache
def _skeleton() -> Template:
    return Template(Path(__file__).with_name("templates").joinpath("mail.html").read_text(encoding="utf-8"))
