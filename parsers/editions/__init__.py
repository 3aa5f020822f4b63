"""The official forms as data: rows, columns, label variants and rules, one TOML file an edition."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

if TYPE_CHECKING:
    from collections.abc import Iterator

EDITIONS: tuple[Literal["2021", "2019"], ...] = ("2021", "2019")
REQUESTS, DISPUTES, DISCLOSURE = "requests", "disputes", "disclosure"
Word = Annotated[str, Field(min_length=1)]


class EditionError(Exception):
    """Raised by `editions` and `rules` when a file in parsers/editions/ is wrong; names the file and every mistake."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Axis(_Strict):
    """A row or column of the form: the part of the key it gives, its label, and other wordings seen for it."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    label: Word
    unit: str | None = None
    group: str | None = None
    also: tuple[Word, ...] = ()
    signed: bool = False
    decimal: bool = False


class Table(_Strict):
    """A table of the form, every row crossing every column. `heading` is the line above it, where there is one."""

    heading: str = ""
    columns: Annotated[tuple[Axis, ...], Field(min_length=1)]
    rows: Annotated[tuple[Axis, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Table:
        for axis in (self.columns, self.rows):
            keys = [entry.key for entry in axis]
            if len(set(keys)) != len(keys):
                message = f"{self.heading or keys[0]}: a key appears twice among {', '.join(keys)}"
                raise ValueError(message)
        return self


class Edition(_Strict):
    """One edition of the form. `marks` are headings that no other edition prints."""

    name: Literal["2021", "2019"]
    since: int
    marks: Annotated[tuple[Word, ...], Field(min_length=1)]
    disclosure: Annotated[tuple[Table, ...], Field(min_length=1)]
    requests: Table
    disputes: Table

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every table with the first part of its keys, in the order of the form."""
        for block in self.disclosure:
            yield DISCLOSURE, block
        yield REQUESTS, self.requests
        yield DISPUTES, self.disputes

    def keys(self) -> tuple[str, ...]:
        """Every figure key of the edition, in the order of the form."""
        return tuple(
            f"{name}.{row.key}.{column.key}"
            for name, table in self.tables()
            for row in table.rows
            for column in table.columns
        )


class Rule(_Strict):
    """A check as data: `test` names the function in parsers/rules.py that performs it.

    `basis` is of what kind its ground is, and `citation` says it to a reader: the article, the notice, the form's words.
    `each` is "column" or "row": the rule is judged once for each of them. `left` and `right` are rows (each =
    "column") or columns (each = "row"); `instead` lists rows that stand for others in a mixed form. `version` rises
    with every change of what the rule means: a person's decision on a finding holds for one version.
    """

    name: Word
    name_zh: Word
    test: Literal[
        "sums", "split", "counts", "blanks", "all_zero", "sections", "short_section", "mention", "titles", "years",
        "statements",
    ]  # fmt: skip
    level: Literal["error", "warning", "info"]
    basis: Literal["form", "law", "notice", "custom"]
    citation: Word
    citation_zh: Word
    message: Word
    message_zh: Word
    table: str = ""
    each: Literal["column", "row", ""] = ""
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    instead: dict[str, tuple[str, ...]] = {}
    section: str = ""
    limit: int = 0
    words: tuple[Word, ...] = ()
    version: Annotated[int, Field(ge=1)] = 1


class RuleBook(_Strict):
    """All rules of rules.toml. `reading`: what reading itself finds, with its name in Chinese."""

    rule: tuple[Rule, ...]
    reading: dict[Word, Word]


def _load(name: str) -> dict[str, object]:
    try:
        return tomllib.loads(files("parsers.editions").joinpath(name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"parsers/editions/{name} is no TOML: {error}"
        raise EditionError(message) from error


@cache
def editions() -> dict[str, Edition]:
    """Every edition by name, newest first."""
    found: dict[str, Edition] = {}
    for name in EDITIONS:
        try:
            found[name] = Edition.model_validate(_load(f"{name}.toml"))
        except ValidationError as error:
            message = f"parsers/editions/{name}.toml: {error}"
            raise EditionError(message) from error
    return found


class LegacyFigure(_Strict):
    """A figure that reports before the form may tell: its whole key, what it is, and its unit."""

    key: Annotated[str, Field(pattern=r"^legacy\.[a-z_.]+$")]
    label: Word
    unit: Word


class Legacy(_Strict):
    """What is known of reports before the form. `until`: the last report year. `marks`: words of the old tables."""

    name: Literal["legacy"]
    until: int
    marks: Annotated[tuple[Word, ...], Field(min_length=1)]
    received: LegacyFigure


@cache
def legacy_form() -> Legacy:
    """The reports before the form."""
    try:
        return Legacy.model_validate(_load("legacy.toml"))
    except ValidationError as error:
        message = f"parsers/editions/legacy.toml: {error}"
        raise EditionError(message) from error


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, checked against the rows and columns that it names."""
    for rule in _book().rule:
        _check_names(rule)
    return _book().rule


@cache
def _book() -> RuleBook:
    try:
        return RuleBook.model_validate(_load("rules.toml"))
    except ValidationError as error:
        message = f"parsers/editions/rules.toml: {error}"
        raise EditionError(message) from error


@cache
def names_in_chinese() -> dict[str, str]:
    """What the rules inside one document, and the findings of reading itself, are called in Chinese."""
    return {**_book().reading, **{rule.name: rule.name_zh for rule in rules()}}


def citation(name: str) -> tuple[str, str] | None:
    """On what a rule rests, in English and Chinese; None for a finding that comes from reading itself."""
    return next(((rule.citation, rule.citation_zh) for rule in rules() if rule.name == name), None)


def _check_names(rule: Rule) -> None:
    tables = [
        table for edition in editions().values() for name, table in edition.tables() if name == rule.table
    ]
    known = {
        axis.key for table in tables for axis in (table.rows if rule.each == "column" else table.columns)
    }
    named = {*rule.left, *rule.right, *rule.instead, *(key for keys in rule.instead.values() for key in keys)}
    if rule.each and named - known:
        message = f"parsers/editions/rules.toml: rule {rule.name!r} names {sorted(named - known)}, which no edition has"
        raise EditionError(message)


@cache
def key_order(edition: str) -> dict[str, int]:
    """Position of every key for reports of `edition`; keys that only other editions have follow their neighbour."""
    order = list(editions()[edition].keys())
    for other in editions().values():
        previous = -1
        for key in other.keys():  # noqa: SIM118 - an Edition is no dict
            if key in order:
                previous = order.index(key)
            else:
                previous += 1
                order.insert(previous, key)
    return {key: place for place, key in enumerate(order)}
