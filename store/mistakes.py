"""Mistakes in the files that people write: each with its file and line, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the file, the line (from 1), and what to do about it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Mistakes(Exception):  # noqa: N818 - many errors in one
    """Raised with every mistake of a file; `exit_code` is 78, wrong configuration."""

    exit_code = 78

    def __init__(self, errors: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)
