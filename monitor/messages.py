"""A digest: what one channel is told in one message, or a few numbered ones, as plain text and as HTML. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.attached import File, table_of
from monitor.cleaning import clean, clean_host
from monitor.folding import fold
from monitor.lines import GROUPS, OWN, Line, line_of
from monitor.mail import html_of
from monitor.moments import shanghai_day, shanghai_minute
from monitor.wording import Lang, Told, templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "MOST_LINES",
    "File",
    "Message",
    "Plan",
    "compose",
    "fold",
    "lines_of",
    "message_of",
    "planned",
    "text_of",
]
MOST_LINES = 20  # of a digest, in however many parts; the rest is in a table, or counted
SUBJECT_KINDS = 4
ACCUSED = GROUPS.index(
    "doubtful"
)  # up to here of the order of importance, somebody is said to have done wrong
NAME_SIGNS = 24  # of a name where it only tells whom a line is about
NAMES_SHOWN = 120  # more do not fit anywhere that limits the length
IDS_SHOWN = 60  # of what is only counted, where the service limits the length …
IDS_AT_ALL = 1000  # … and where it does not
# These always have a line: what is wrong with ourselves, and what we take back. They wait rather than be counted.
NEVER_COUNTED = frozenset({"monitor", "storm", "channel", "corrected"})
# But where very much is taken back at once, all hear of it in the same message: with a line for each, the last would
# wait for weeks, accused.
MANY_TAKEN_BACK = 60


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `told` are the events it covers, `said` those of them that it tells of: with a line, in the attached
    `table`, or as a number of a kind; `left` are those that wait for the next one.

    With no `lines` there is nothing to say: everything in it is over and was never told.
    """

    subject: str
    text: str
    html: str
    told: tuple[int, ...]
    lines: int
    left: tuple[int, ...]
    said: tuple[int, ...] = ()
    table: File | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a digest says: its `lines` in the order of reading, the `rest` that it only counts or attaches, and what is
    `left` for the next. `mail`: the rest is attached as a table, and the subject is that of its thread. Else the first `names` of the rest
    are named, and of the others the ids shown, if they are no more than `ids`."""

    lang: Lang
    now: str
    lines: tuple[Line, ...]
    rest: tuple[Line, ...] = ()
    left: tuple[Line, ...] = ()
    mail: bool = False
    ids: int = IDS_AT_ALL
    names: int = 0

    @property
    def everything(self) -> tuple[Line, ...]:
        """What it tells of."""
        return (*self.lines, *self.rest)

    @property
    def table_name(self) -> str:
        """The name of the attached table."""
        return f"reportwatch-{shanghai_day(self.now)}.csv"


def compose(
    events: Sequence[Told], lang: Lang, now: str, *, most: int = MOST_LINES, mail: bool = False
) -> Message:
    """The digest of these events, in one message as long as it gets: counts first, then by region and kind."""
    plan = planned(lines_of(events, lang), lang, now, most, mail=mail)
    message = message_of(plan, plan.lines, last=True)
    said = set(message.said)
    worded = {line.told.id for line in (*plan.everything, *plan.left)}
    silent = tuple(told.id for told in events if told.id not in worded)
    return replace(message, told=tuple(sorted(said | set(silent))))


def lines_of(events: Iterable[Told], lang: Lang) -> list[Line]:
    """A line for each event that has to be told, the most important first."""
    return sorted(
        (_line(told, lang) for told in fold(list(events))), key=lambda line: (line.rank, line.told.id)
    )


def planned(
    ranked: Sequence[Line], lang: Lang, now: str, count: int, *, mail: bool = False, counted: bool = True, ids: int = IDS_AT_ALL,
    names: int = 0,
) -> Plan:  # fmt: skip
    """A digest with lines for the first `count`. Without `counted`, what has no line waits for the next."""
    over = ranked[count:]
    many = sum(line.group == "corrected" for line in ranked) > MANY_TAKEN_BACK
    wait = NEVER_COUNTED - {"corrected"} if many else NEVER_COUNTED
    rest = tuple(line for line in over if counted and (mail or line.group not in wait))
    told = {line.told.id for line in rest}
    left = tuple(line for line in over if line.told.id not in told)
    chosen = _grouped(ranked[:count])
    return Plan(lang, now, tuple(chosen), rest, left, mail, ids, names)


def _grouped(lines: Sequence[Line]) -> list[Line]:
    """By region and kind: first what is about ourselves, then the regions with the most important lines."""
    first: dict[str, int] = {}
    for line in lines:
        first[line.region] = min(line.rank, first.get(line.region, line.rank))
    return sorted(
        lines, key=lambda line: (line.rank > OWN, first[line.region], line.region, line.rank, line.told.id)
    )


def message_of(plan: Plan, lines: Sequence[Line], *, last: bool) -> Message:
    """One part of a digest: these of its lines; the last one has what stands below them, too."""
    rest = plan.rest if last else ()
    said = tuple(line.told.id for line in (*lines, *rest))
    attached = last and plan.mail and bool(rest)
    return Message(
        subject=subject_of(plan),
        text=text_of(plan, lines, last=last),
        html=_html(plan, lines, last=last),
        told=said,
        lines=len(lines),
        left=tuple(sorted(line.told.id for line in plan.left)),
        said=said,
        table=File(plan.table_name, "text/csv", table_of(plan.everything, plan.lang)) if attached else None,
    )


def subject_of(plan: Plan) -> str:
    """What it is about: of one report or host alone its name; else how many of which kind, the most important first.

    A mail's subject stays the same for all that is told of an incident; what is not its first begins with `Re:`.
    """
    about = {(line.who, line.told.year, line.told.about) for line in plan.everything}
    if len(about) != 1 or not (who := next(iter(about))[0]):
        return f"[reportwatch] {_counts(plan.everything, plan.lang, SUBJECT_KINDS)}"
    line = plan.everything[-1]
    words = templates(plan.lang)
    name = words["names"][line.told.about if plan.mail else line.group]
    template = words["words"]["subject" if line.told.publisher else "subject_host"]
    follows = plan.mail and line.told.incident and all(one.told.kind != "opened" for one in plan.everything)
    subject = template.format(who=who, year=line.told.year, name=name)
    return f"{'Re: ' if follows else ''}[reportwatch] {subject}"


def text_of(plan: Plan, lines: Sequence[Line], *, last: bool) -> str:
    """One part of a digest as plain text."""
    parts = [_heading(plan), _counts(plan.everything, plan.lang), ""]
    region = None
    for line in lines:
        if _several_regions(plan) and line.region and line.region != region:
            region = line.region
            parts += [f"== {region} ==", ""]
        parts += [f"{_label(line, plan.lang)} {line.text} #{line.told.short_id}", *line.urls, ""]  # fmt: skip
    if last:
        parts += [text for note in notes(plan) for text in (note, "")]
    return "\n".join(parts).rstrip("\n")


def notes(plan: Plan) -> list[str]:
    """What stands below the lines: what is not shown, how to take on what is open, how to read all this."""
    words, found = templates(plan.lang)["words"], []
    if plan.rest:
        shown = {
            "count": len(plan.rest),
            "counts": _counts(plan.rest, plan.lang),
            "total": len(plan.everything),
        }
        if plan.mail:
            found.append(words["attached"].format(name=plan.table_name, **shown))
        else:
            found.append(words["rest"].format(id=plan.rest[0].told.short_id, **shown))
            found += _in_short(plan)
    if plan.left:
        found.append(words["more"].format(count=len(plan.left)))
    to_answer = next((line.told.short_id for line in plan.lines if line.told.wants_answer), None)
    if to_answer:
        found.append(words["ack"].format(id=to_answer))
    law = templates(plan.lang)["law"]
    cited = any(law["short"] in line.text for line in plan.everything)
    note = law["note"].format(**law)
    return [*found, *([note[:1].upper() + note[1:]] if cited else []), words["footer"]]


def _in_short(plan: Plan) -> list[str]:
    """Whom the rest is about, kind by kind, as far as there is room; of the others at least the ids, or their number."""
    words, named, others = templates(plan.lang), plan.rest[: plan.names], plan.rest[plan.names :]
    found, ids = [], " ".join(f"#{line.told.short_id}" for line in others)
    if named:
        kinds = [
            words["words"]["kind_named"].format(
                kind=words["names"][group],
                named=words["words"]["comma"].join(
                    _named(line, plan.lang) for line in named if line.group == group
                ),
            )
            for group in dict.fromkeys(line.group for line in named)
        ]
        found.append(words["words"]["named"].format(named=words["words"]["join"].join(kinds)))
    if others and len(others) <= plan.ids:
        name = "unnamed_ids" if named else "ids"
        found.append(words["words"][name].format(count=len(others), ids=ids))
    elif others and named:
        found.append(words["words"]["unnamed"].format(count=len(others)))
    return found


def _named(line: Line, lang: Lang) -> str:
    """Whom a line is about, with its id, in as few signs as tell it from others."""
    who = line.who if len(line.who) <= NAME_SIGNS else f"{line.who[: NAME_SIGNS - 1]}…"
    identity = f"#{line.told.short_id}"
    if not who or not line.told.publisher:
        return f"{who} {identity}".strip()
    return templates(lang)["words"]["one_named"].format(who=who, year=line.told.year, id=identity)


def _line(told: Told, lang: Lang) -> Line:
    region = told.detail.get("region") or next(iter(told.detail.get("regions", ())), "")
    who = clean(told.detail["who"]) if told.detail.get("who") else clean_host(told.detail.get("host") or "")
    return line_of(told, lang, clean(region), who)


def _heading(plan: Plan) -> str:
    return templates(plan.lang)["words"]["heading"].format(at=shanghai_minute(plan.now))


def _several_regions(plan: Plan) -> bool:
    return len({line.region for line in plan.lines if line.region}) > 1


def _counts(lines: Iterable[Line], lang: Lang, most: int = len(GROUPS)) -> str:
    counted = Counter(line.group for line in lines)
    if len(counted) > 1:
        del counted["summary"]  # it is no news beside others
    words = templates(lang)
    texts = [
        words["words"]["count"].format(count=counted[group], name=words["names"][group])
        for group in GROUPS
        if counted[group]
    ]
    in_a_row = words["words"]["comma"].join(texts[:most])
    left = len(texts) - most
    return in_a_row if left <= 0 else words["words"]["several"].format(first=in_a_row, count=left)


def _label(line: Line, lang: Lang) -> str:
    name = templates(lang)["names"][line.group]
    return f"【{name}】" if lang == "zh" else f"{name.upper()}:"


def _html(plan: Plan, lines: Sequence[Line], *, last: bool) -> str:
    return html_of(
        lines,
        plan.lang,
        heading=_heading(plan),
        counts=_counts(plan.everything, plan.lang),
        notes=notes(plan) if last else [],
        regions=_several_regions(plan),
    )
