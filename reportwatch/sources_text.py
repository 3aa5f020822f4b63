"""sources.toml as text: blocks are added and values changed, and every comment stays. Pure.

No TOML writer keeps comments and order; so values are found in the text, and what was written is read again.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Value: TypeAlias = "str | int | float | bool | Sequence[str] | Mapping[str, str | int | bool]"
_HEAD = re.compile(r"^\s*\[\[\s*source\s*\]\]")
_TABLE = re.compile(r"^\s*\[")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|(#[^\n]*)', re.DOTALL
)


class CannotEditError(ValueError):
    """Raised where the text is written in a way that is not changed without a person."""


@dataclass(frozen=True, slots=True)
class BlockText:
    """One [[source]] with the comments right above it; the lines count from 0, `end` is the line after its last."""

    id: str
    start: int
    head: int
    end: int


def blocks(text: str) -> tuple[BlockText, ...]:
    """Where each block stands. CannotEditError where the lines do not tell (a text that holds a false header)."""
    lines = _lines(text)
    heads = [number for number, line in enumerate(lines) if _HEAD.match(line.removeprefix("\ufeff"))]
    ids = [str(block.get("id")) for block in tomllib.loads(text.removeprefix("\ufeff")).get("source", [])]
    if len(heads) != len(ids):
        raise CannotEditError("its blocks are not where their [[source]] lines are")
    starts = [_above(lines, head) for head in heads]
    return tuple(
        BlockText(*found) for found in zip(ids, starts, heads, [*starts, len(lines)][1:], strict=True)
    )


def text_of(text: str, block: BlockText) -> str:
    """The block's own text, its comments included."""
    return "".join(_lines(text)[block.start : block.end]).strip("\r\n") + "\n"


def with_block(text: str, block: str) -> str:
    """The text with a block at its end, one empty line before it; the file's ends of lines are kept."""
    ending = "\r\n" if "\r\n" in text else "\n"
    added = ending.join(line.rstrip("\r") for line in block.strip().split("\n")) + ending
    before = text.rstrip()
    return before + ending * 2 + added if before.strip("\ufeff") else text + added


def with_value(text: str, source: str, key: str, value: Value) -> str:
    """The text with one value of one block changed, or added where the block does not have it. Comments stay."""
    block = next((block for block in blocks(text) if block.id == source), None)
    if block is None:
        raise CannotEditError(f"there is no source {source!r}")
    lines = _lines(text)
    ending = "\r\n" if lines[block.head].endswith("\r\n") else "\n"
    span = _span(lines, block, key)
    old = "".join(lines[span[0] : span[1]]) if span else ""
    notes = [comment for comment in _comments(old) if comment]
    after = f"  {notes.pop()}" if notes and old.rstrip().endswith(notes[-1]) else ""
    new = [note + ending for note in notes] + [f"{key} = {toml(value)}{after}{ending}"]
    first = _span(lines, block, "id") or (block.head, block.head + 1)
    at, past = span or (first[1], first[1])
    if not lines[at - 1].endswith("\n"):
        lines[at - 1] += ending
    return _proved("".join((*lines[:at], *new, *lines[past:])), source, key, value)


def block_of(values: Mapping[str, Value]) -> str:
    """The text of a new block, a key a line; what is None, empty or false is left out."""
    lines = [f"{key} = {toml(value)}" for key, value in values.items() if value or value == 0]
    return "\n".join(("[[source]]", *(line for line in lines if not line.endswith(" = false")))) + "\n"


def toml(value: Value) -> str:
    """A value in TOML's spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(name)} = {toml(one)}" for name, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return "[" + ", ".join(toml(one) for one in value) + "]"


def _lines(text: str) -> list[str]:
    """The lines with their ends. TOML knows no other end of a line than this one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml(name)


def _above(lines: Sequence[str], head: int) -> int:
    """The first of the comment lines that stand right above a block: they speak of it."""
    start = head
    while start and lines[start - 1].lstrip("\ufeff").lstrip().startswith("#"):
        start -= 1
    return start


def _span(lines: Sequence[str], block: BlockText, key: str) -> tuple[int, int] | None:
    """The lines of `key = …` in the block; None where it is not written there."""
    written = re.compile(rf"""^\s*["']?{re.escape(key)}["']?\s*=""")
    other = re.compile(rf"""^\s*["']?{re.escape(key)}["']?\s*\.|^\s*\[+\s*source\s*\.\s*{re.escape(key)}\b""")
    own = next((n for n in range(block.head + 1, block.end) if _TABLE.match(lines[n])), block.end)
    if any(other.match(line) for line in lines[block.head + 1 : block.end]):
        raise CannotEditError(f"{key!r} is written as a table of its own")
    start = next((n for n in range(block.head + 1, own) if written.match(lines[n])), None)
    if start is None:
        return None
    for end in range(start + 1, block.end + 1):
        try:
            if list(tomllib.loads("".join(lines[start:end]))) == [key]:
                return start, end
        except tomllib.TOMLDecodeError:
            continue  # the value goes on in the next line
    raise CannotEditError(f"where the value of {key!r} ends is not clear")


def _comments(text: str) -> Iterator[str]:
    for found in _STRING.finditer(text):
        if found[1]:
            yield found[1].rstrip()


def _proved(text: str, source: str, key: str, value: Value) -> str:
    """The text, after reading it again: a wrong edit must never reach the file."""
    try:
        found = tomllib.loads(text.removeprefix("\ufeff"))["source"]
    except tomllib.TOMLDecodeError as error:
        raise CannotEditError(f"{key!r} cannot be changed in place: {error}") from error
    wanted = list(value) if isinstance(value, tuple) else value
    if next(block for block in found if block.get("id") == source).get(key) != wanted:
        raise CannotEditError(f"{key!r} cannot be changed in place")
    return text
