"""The same thing has the same word in alerts, in `explain` and in `status`, in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from monitor.model import EventKind, IncidentKind
from monitor.told import Lang
from monitor.words import templates
from reportwatch.sentences import words


@pytest.mark.parametrize("lang", get_args(Lang))
def test_statuses(lang: Lang) -> None:
    assert templates(lang)["statuses"] == words(lang)["status"]


def test_kinds_of_blindness_and_of_incidents() -> None:
    alerts, codes = templates("zh"), words("zh")["codes"]
    assert {kind: codes[kind] for kind in alerts["blind_kinds"]} == alerts["blind_kinds"]
    for kind in get_args(IncidentKind):
        assert codes[kind] == alerts["names"][kind]


def test_kinds_of_events() -> None:
    alerts, codes = templates("zh")["names"], words("zh")["codes"]
    for kind in set(get_args(EventKind)) & set(alerts) & set(codes):
        assert codes[kind] == alerts[kind]
