"""Reads a calendar file as a whole: every mistake at once, each with its file, its line and what to do.

The program's own file holds `[[national]]`, `[[none]]` and `[[local]]` rules and the days of `[alerts]`; a user's own,
`calendar.toml` in the watchlist's folder, `[[local]]` rules and `[alerts]`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from monitor.calendar import GRACE_WORKING_DAYS, REMIND_DAYS_BEFORE, Calendar, DueRule
from store.mistakes import Mistake, Mistakes
from store.model import Level, PublisherKind  # noqa: TC001 - pydantic reads the types at run time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

OWN_FILE = "calendar.toml"
KEY = re.compile(r"\s*[\"']?([A-Za-z_]+)[\"']?\s*=")
HEAD = re.compile(r"\s*\[")
Text = Annotated[str, Field(min_length=1)]
Year = Annotated[int, Field(ge=1990, le=2100)]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kinds: Annotated[tuple[PublisherKind, ...], Field(min_length=1)]
    levels: tuple[Level, ...] = ()
    from_year: Year = 1990
    to_year: Year = 2100

    @model_validator(mode="after")
    def _in_order(self) -> _Block:
        if self.from_year > self.to_year:
            raise ValueError(f"from_year {self.from_year} is after to_year {self.to_year}")
        return self


class _Dated(_Block):
    due: str
    source: Text
    source_zh: str = ""

    @field_validator("due")
    @classmethod
    def _day(cls, due: str) -> str:
        if not _is_day(due):
            raise ValueError(
                f'"{due}" is no month and day of the year after the report year; write such as "02-20"'
            )
        return due


class National(_Dated):
    """A date for the whole country, in the law's words or by inference from them."""

    basis: Literal["law", "inference"]

    def rule(self) -> DueRule:
        """The same as the calendar keeps it."""
        return _rule(self, self.due, self.basis, self.source, self.source_zh)


class Local(_Dated):
    """A date that a cited local rule sets for a region and what lies in it."""

    region: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_/.-]*[a-z0-9_.-]$")]
    note: str = ""

    def rule(self) -> DueRule:
        """The same as the calendar keeps it."""
        return _rule(self, self.due, "local", self.source, self.source_zh, self.region)


class Nothing(_Block):
    """Bodies that owe nothing, and why."""

    because: Text
    because_zh: Text

    def rule(self) -> DueRule:
        """The same as the calendar keeps it."""
        return _rule(self, None, "none", self.because, self.because_zh)


class Alerts(BaseModel):
    """How many working days after a due date an absence is told, and how many days before it a reminder."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    grace_working_days: Annotated[int, Field(ge=0, le=60)] = GRACE_WORKING_DAYS
    remind_days_before: Annotated[int, Field(ge=0, le=60)] = REMIND_DAYS_BEFORE


BLOCKS: dict[str, type[National | Local | Nothing]] = {"national": National, "local": Local, "none": Nothing}


@dataclass(frozen=True, slots=True)
class CalendarError(Mistake):
    """One mistake in a calendar file."""


class CalendarErrors(Mistakes):
    """Raised with every mistake of a calendar file."""


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """What a user's own file sets: local rules, and those numbers of days that it names."""

    local: tuple[DueRule, ...] = ()
    days: Mapping[str, int] = field(default_factory=dict)


def read_calendar(path: Path) -> Calendar:
    """The program's own calendar. Raises CalendarErrors, and OSError where there is no file."""
    rules, days = _Reader(path, tuple(BLOCKS)).read()
    national = (*rules["national"], *rules["none"])
    return Calendar(national=national).with_local(rules["local"]).with_days(days)


def read_own_calendar(watchlist: Path) -> OwnCalendar:
    """A user's own rules, in the watchlist's folder; nothing where there is no file. Raises CalendarErrors."""
    path = watchlist / OWN_FILE
    if not path.exists() and not path.is_symlink():
        return OwnCalendar()
    if not path.is_file():  # its rules would silently count no more, and what rests on them be taken back
        message = (
            "no file: a folder, or a link that leads nowhere; mend it, or remove it if no rule is wanted"
        )
        raise CalendarErrors([CalendarError(str(path), 1, message)])
    rules, days = _Reader(path, ("local",)).read()
    return OwnCalendar(tuple(rules["local"]), days)


def _rule(
    block: _Block, due: str | None, basis: str, source: str, source_zh: str, region: str = ""
) -> DueRule:
    return DueRule(
        kinds=block.kinds,
        due=due,
        basis=basis,  # type: ignore[arg-type]  # the callers name literals
        source=source,
        source_zh=source_zh or source,
        region=region,
        levels=block.levels,
        from_year=block.from_year,
        to_year=block.to_year,
    )


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d\d-\d\d", text) and date.fromisoformat(f"2000-{text}"))
    except ValueError:
        return False


class _Reader:
    """Reads the blocks one by one and keeps the mistakes until the end."""

    def __init__(self, path: Path, sections: tuple[str, ...]) -> None:
        self.path, self.sections = path, sections
        self.lines: list[str] = []
        self.errors: list[CalendarError] = []

    def read(self) -> tuple[dict[str, list[DueRule]], dict[str, int]]:
        """The rules of each section, and the numbers of days that the file names."""
        document = self._document()
        for key in set(document) - {*self.sections, "alerts"}:
            heads = ", ".join([*(f"[[{name}]]" for name in self.sections), "[alerts]"])
            self._wrong(self._line_of(key, 0, key), f"unknown: {key}; the file holds {heads}")
        rules = {name: self._rules(name, document.get(name, [])) for name in self.sections}
        alerts = self._validated("alerts", 0, Alerts, document.get("alerts", {}))
        self._refuse_contradictions(rules["local"])
        if self.errors or alerts is None:
            raise CalendarErrors(sorted(self.errors, key=lambda error: error.line))
        found = {name: [rule for _, rule in numbered] for name, numbered in rules.items()}
        return found, alerts.model_dump(exclude_unset=True)

    def _document(self) -> dict[str, object]:
        try:
            text = self.path.read_text(encoding="utf-8-sig")
            self.lines = text.splitlines()
            return tomllib.loads(text)
        except UnicodeDecodeError:
            message = "not UTF-8: save the file as UTF-8"
            raise CalendarErrors([CalendarError(str(self.path), 1, message)]) from None
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            number = int(line[1]) if line else max(len(self.lines), 1)
            raise CalendarErrors([CalendarError(str(self.path), number, f"not TOML: {error}")]) from None

    def _rules(self, name: str, blocks: object) -> list[tuple[int, DueRule]]:
        if not isinstance(blocks, list):
            self._wrong(
                self._line_of(name, 0, name), f"write [[{name}]], in double brackets, before each rule"
            )
            return []
        found = [
            (number, self._validated(name, number, BLOCKS[name], block))
            for number, block in enumerate(blocks)
        ]
        return [
            (number, block.rule()) for number, block in found if isinstance(block, National | Local | Nothing)
        ]

    def _validated(self, name: str, number: int, kind: type[BaseModel], block: object) -> BaseModel | None:
        try:
            return kind.model_validate(block)
        except ValidationError as error:
            for wrong in error.errors(include_input=False, include_url=False, include_context=False):
                key = str(wrong["loc"][0]) if wrong["loc"] else ""
                self._wrong(self._line_of(name, number, key), _sentence(key, wrong["msg"], kind))
            return None

    def _refuse_contradictions(self, rules: Sequence[tuple[int, DueRule]]) -> None:
        """Two local rules of the same region that set different dates for the same bodies."""
        for place, (number, rule) in enumerate(rules):
            for other_number, other in rules[:place]:
                if rule.due != other.due and _same_bodies(rule, other):
                    first = self._line_of("local", other_number, "")
                    message = f"sets another date for the same bodies and years as line {first}: keep one"
                    self._wrong(self._line_of("local", number, "due"), f"due: {message}")

    def _line_of(self, name: str, number: int, key: str) -> int:
        """The line of a key in the block of that name and number; else that of its head."""
        pattern = re.compile(rf"\s*\[+\s*{re.escape(name)}\s*\]")
        heads = [line for line, text in enumerate(self.lines) if pattern.match(text)]
        if number >= len(heads):
            keys = [
                line
                for line, text in enumerate(self.lines)
                if (found := KEY.match(text)) and found[1] == name
            ]
            return keys[0] + 1 if keys else 1
        for line in range(heads[number] + 1, len(self.lines)):
            if HEAD.match(self.lines[line]) and not KEY.match(self.lines[line]):
                break
            if (found := KEY.match(self.lines[line])) and found[1] == key:
                return line + 1
        return heads[number] + 1

    def _wrong(self, line: int, message: str) -> None:
        self.errors.append(CalendarError(str(self.path), line, message))


def _same_bodies(one: DueRule, other: DueRule) -> bool:
    years = one.from_year <= other.to_year and other.from_year <= one.to_year
    levels = not one.levels or not other.levels or set(one.levels) & set(other.levels)
    return bool(one.region == other.region and years and levels and set(one.kinds) & set(other.kinds))


def _sentence(key: str, message: str, kind: type[BaseModel]) -> str:
    if message.startswith("Extra inputs"):
        return f"unknown key {key}; the keys are {', '.join(kind.model_fields)}"
    if message == "Field required":
        hint = "; cite the rule that sets the date, with where to read it" if key == "source" else ""
        return f"{key} is missing{hint}"
    if "valid tuple" in message:
        return f'{key}: write a list, such as {key} = ["department"]'
    text = message.removeprefix("Value error, ")
    return f"{key}: {text[0].lower()}{text[1:]}" if key else text
