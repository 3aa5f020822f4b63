"""`reportwatch calendar`: what falls due in the year ahead, for whom, by which rule, and when alerts begin."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.calendar import calendar as program_calendar
from monitor.calendar_file import OWN_FILE, read_own_calendar
from monitor.moments import shanghai_day
from monitor.year_ahead import overruled, unused, year_ahead
from reportwatch import printing, scope
from reportwatch.exactjson import dumps
from reportwatch.exits import CANNOT_CREATE, CommandError
from reportwatch.options import Lang, Options, takes
from reportwatch.steps import watchlist_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.calendar import DueRule
    from monitor.year_ahead import DueGroup, NothingOwed, YearAhead

NAMED = 3
NAMED_IN_EVENT = 50
KINDS = {
    "government": "人民政府", "department": "政府部门", "vertical": "垂直管理部门", "authorised": "授权组织",
    "management_committee": "管理委员会", "township": "乡镇政府", "subdistrict": "街道办事处", "institution": "公共企事业单位",
}  # fmt: skip
BASES = {"law": "法律", "inference": "推断", "local": "地方规定", "custom": "本地设定"}
HEADS = {
    "en": ("due", "report year", "reports", "kind", "region", "reminder from", "absence told from", "rule"),
    "zh": ("到期日", "报告年度", "数量", "类别", "地区", "提醒起始日", "缺失告警起始日", "依据"),
}
WORDS = {
    "en": {
        "ahead": "the year ahead: {reports} reports fall due on {days} days",
        "year": "report year {year}: {reports} reports fall due on {days} days",
        "rule": "{basis}: {source}",
        "statutory": " (the law's own date: {date})",
        "nothing": "owes nothing for {year}: {count} of kind {kind} ({names}): {why}",
        "more": "{names} and {count} more",
        "comma": ", ",
        "event": "Annual reports for {year} fall due: {count} of kind {kind} in {region}",
        "written": "{file}: {count} events",
        "too_late": "the date in `due` is later than the law's and does not count: {names}",
        "unused": f"{OWN_FILE}: a rule speaks about nobody on the watchlist: {{region}}, {{kinds}}, {{due}}; "
                  "is the region written as its folder is?",
    },
    "zh": {
        "ahead": "今后一年：{days} 个到期日，{reports} 份报告到期",
        "year": "{year} 报告年度：{days} 个到期日，{reports} 份报告到期",
        "rule": "{basis}：{source}",
        "statutory": "（法定期限：{date}）",
        "nothing": "{year} 年度没有公布义务：{kind} {count} 个（{names}）：{why}",
        "more": "{names}等",
        "comma": "、",
        "event": "{year} 年度报告到期：{region} {kind} {count} 份",
        "written": "{file}：{count} 个日程",
        "too_late": "`due` 所设期限晚于法定期限，不予采用：{names}",
        "unused": f"{OWN_FILE}：有一条规则不适用于监测清单中的任何机构：{{region}}，{{kinds}}，{{due}}；地区是否与文件夹名称一致？",
    },
}  # fmt: skip


@click.command(short_help="What falls due in the year ahead, and by which rule. 期限日历")
@click.argument("words", nargs=-1, metavar="[SCOPE]...")
@click.option(
    "--year", type=click.IntRange(1990, 2100), help="Everything owed for this report year, past dates too."
)
@click.option("--ics", type=click.Path(path_type=Path), metavar="FILE",
              help="Write an iCalendar file for a calendar program; - for stdout.")  # fmt: skip
@takes("watchlist", "now", "json", "lang")
def calendar(options: Options, words: tuple[str, ...], year: int | None, ics: Path | None) -> None:
    """Show the year ahead by date: what falls due, for how many of which kind and region, and by which rule.

    按日期列出今后一年的期限：哪些机构、多少份报告到期，依据是什么，何时起提醒和告警。

    SCOPE: publishers (id or name), regions. It also names who owes nothing, and why.
    """
    watchlist = watchlist_of(options)
    own = read_own_calendar(options.watchlist)
    wanted = scope.resolve(words, watchlist)
    if year is None and len(wanted.years) == 1:
        (year,) = wanted.years
    rules = program_calendar().with_local(own.local).with_days(own.days)
    bodies = [body for body in watchlist.publishers if wanted.holds(body.id)]
    names = {body.id: body.name for body in watchlist.publishers}
    found = year_ahead(bodies, rules, options.now(), year, names=names)
    idle = unused(own.local, watchlist.publishers)
    too_late = overruled(bodies, rules, year or shanghai_day(options.now()).year)
    if ics is not None:
        _as_ics(found, ics, options, names)
    elif options.as_json:
        _as_json(found, idle, too_late)
    else:
        _as_text(found, idle, too_late, year, options.lang)


def _as_json(found: YearAhead, idle: Sequence[DueRule], too_late: Sequence[str]) -> None:
    for group in found.due:
        click.echo(dumps({"what": "due", "count": len(group.publishers), **asdict(group)}))
    for nothing in found.nothing:
        click.echo(dumps({"what": "nothing owed", "count": len(nothing.publishers), **asdict(nothing)}))
    for rule in idle:
        click.echo(dumps({"what": "rule for nobody", **asdict(rule)}))
    for name in too_late:
        click.echo(dumps({"what": "date that does not count", "publisher": name}))


def _as_ics(found: YearAhead, file: Path, options: Options, names: Mapping[str, str]) -> None:
    """Writes the file; the number of its events is told unless it goes to stdout."""
    from reportwatch.calendar_ics import as_ics  # noqa: PLC0415 - its library is needed here only

    words = WORDS[options.lang]

    def title(group: DueGroup) -> str:
        kind = _kind(group.kind, options.lang)
        return words["event"].format(
            year=group.report_year, kind=kind, region=group.region, count=len(group.publishers)
        )

    def text(group: DueGroup) -> str:
        shown = words["comma"].join(names[one] for one in group.publishers[:NAMED_IN_EVENT])
        if len(group.publishers) > NAMED_IN_EVENT:
            shown = words["more"].format(names=shown, count=len(group.publishers) - NAMED_IN_EVENT)
        return f"{_rule(group, options.lang)}\n{shown}"

    body = as_ics(found.due, title, text, options.now())
    if str(file) == "-":
        click.echo(body, nl=False)
        return
    if not file.parent.is_dir():
        raise CommandError(
            CANNOT_CREATE, f"{file}: there is no folder {file.parent}; make it, or name another file"
        )
    file.write_bytes(body)
    options.say(words["written"].format(file=file, count=len(found.due)))


def _as_text(
    found: YearAhead, idle: Sequence[DueRule], too_late: Sequence[str], year: int | None, lang: Lang
) -> None:
    words = WORDS[lang]
    reports, days = sum(len(group.publishers) for group in found.due), len({group.due for group in found.due})
    title = words["ahead" if year is None else "year"].format(year=year, reports=reports, days=days)
    printing.table(title, HEADS[lang], [_row(group, lang) for group in found.due])
    for nothing in found.nothing:
        click.echo(_nothing(nothing, lang))
    for rule in idle:
        kinds = words["comma"].join(_kind(kind, lang) for kind in rule.kinds)
        click.echo(words["unused"].format(region=rule.region, kinds=kinds, due=rule.due), err=True)
    if too_late:
        click.echo(words["too_late"].format(names=words["comma"].join(too_late)), err=True)


def _rule(group: DueGroup, lang: Lang) -> str:
    words = WORDS[lang]
    basis, source = (BASES[group.basis], group.source_zh) if lang == "zh" else (group.basis, group.source)
    rule = words["rule"].format(basis=basis, source=source)
    if group.statutory:
        rule += words["statutory"].format(date=group.statutory)
    return rule


def _row(group: DueGroup, lang: Lang) -> tuple[object, ...]:
    return (
        group.due, group.report_year, len(group.publishers), _kind(group.kind, lang), group.region, group.reminder,
        group.alerts, _rule(group, lang),
    )  # fmt: skip


def _nothing(nothing: NothingOwed, lang: Lang) -> str:
    words, count = WORDS[lang], len(nothing.publishers)
    names = words["comma"].join(nothing.publishers[:NAMED])
    if count > NAMED:
        names = words["more"].format(names=names, count=count - NAMED)
    why = nothing.why_zh if lang == "zh" else nothing.why
    return words["nothing"].format(
        year=nothing.report_year, count=count, kind=_kind(nothing.kind, lang), names=names, why=why
    )


def _kind(kind: str, lang: Lang) -> str:
    return KINDS.get(kind, kind) if lang == "zh" else kind
