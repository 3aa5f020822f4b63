"""Chance that is the same for the same seed, on every machine."""

from __future__ import annotations

from random import Random


def chance_of(seed: str) -> Random:
    """A generator of its own for each purpose, so that one more draw here changes nothing there."""
    return Random(seed)  # noqa: S311 - documents are made up here, not secrets
