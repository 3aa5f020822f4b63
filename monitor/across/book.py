"""The rules across documents as data: monitor/across/rules.toml, with every threshold and word that they use."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from monitor.across.model import Kind  # noqa: TC001 - pydantic reads it at run time
from parsers.model import Level  # noqa: TC001 - pydantic reads it at run time
from store.figure_keys import figure_keys

FILE = Path(__file__).with_name("rules.toml")
Word = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Test = Literal["carried", "stock", "jump", "unit", "rollup", "copies", "twice", "last_year", "other_body"]


class AcrossRulesError(Exception):
    """Raised by `book` where rules.toml is wrong; names the file and every mistake."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Strict):
    """Words of a report that explain a difference: patterns, and the sentence that a softened finding then says."""

    name: Word
    patterns: Annotated[tuple[Word, ...], Field(min_length=1)]
    why: Word
    why_zh: Word

    @field_validator("patterns")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                message = f"{pattern!r} is no regular expression: {error}"
                raise ValueError(message) from error
        return patterns


class Rule(_Strict):
    """One rule. `test` names its function; `version` is raised when the rule comes to mean something else.

    `soft`: marks that lower the level to info. `keys`: figures with the least difference that counts. `rows` and
    `columns` are rows and columns of the form. `ratio`, `spread`: times. `info`, `warning`: shares of a text;
    `short`: a length in tokens; `many`: how many bodies with one text are no longer one body's matter.
    """

    name: Word
    name_zh: Word
    test: Test
    kind: Kind
    level: Level
    basis: Literal["form", "law", "notice", "custom"]
    source: Word
    version: Annotated[int, Field(ge=1)]
    message: Word
    message_zh: Word
    soft: tuple[str, ...] = ()
    keys: dict[str, Annotated[int, Field(ge=0)]] = {}
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    ratio: Annotated[float, Field(gt=1)] = 5
    spread: Annotated[float, Field(gt=1)] = 3
    info: Share = 0.5
    warning: Share = 0.8
    short: int = 0
    many: int = 0


class Measure(_Strict):
    """How texts are compared. `version` is raised when any of it changes: what was computed is then done anew."""

    version: int
    sections: Annotated[tuple[str, ...], Field(min_length=1)]
    least: Annotated[int, Field(ge=1)]
    keep: Share
    permutations: Annotated[int, Field(ge=2)]
    bands: Annotated[int, Field(ge=1)]
    shingle: Annotated[int, Field(ge=1)]
    worth: Share


class Book(_Strict):
    """The whole file."""

    measure: Measure
    mark: tuple[Mark, ...]
    rule: tuple[Rule, ...]


@cache
def book() -> Book:
    """All rules, checked against the form and the marks that they name. Raises AcrossRulesError."""
    try:
        found = Book.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        message = f"monitor/across/rules.toml: {error}"
        raise AcrossRulesError(message) from error
    keys, marks = {key.key for key in figure_keys()}, {mark.name for mark in found.mark}
    for rule in found.rule:
        if unknown := sorted({*wanted_keys(rule)} - keys) + sorted(set(rule.soft) - marks):
            message = f"monitor/across/rules.toml: rule {rule.name!r} names {unknown}, which nothing has"
            raise AcrossRulesError(message)
    return found


def wanted_keys(rule: Rule) -> tuple[str, ...]:
    """The keys of all figures that a rule looks at."""
    crossed = tuple(f"{row}.{column}" for row in rule.rows for column in rule.columns)
    return (*rule.keys, *crossed)


def rules_of(test: Test) -> tuple[Rule, ...]:
    """The rules that one function judges, in the order of the file."""
    return tuple(rule for rule in book().rule if rule.test == test)
