"""One thing that `doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. `fix` is empty where nothing is wrong."""

    level: Literal["ok", "warning", "error"]
    about: str
    says: str
    fix: str = ""
