"""What leaves a worker process must arrive as it was."""

from __future__ import annotations

import pickle

import pytest

from parsers.model import MoreEffort, Pictures, Unreadable


@pytest.mark.parametrize(
    "refusal",
    [Unreadable("broken", "It is torn."), Pictures("Its tables are pictures."), MoreEffort("second")],
)
def test_a_refusal_survives_the_way_out_of_a_worker(refusal: Exception) -> None:
    again = pickle.loads(pickle.dumps(refusal))
    assert type(again) is type(refusal)
    assert str(again) == str(refusal)
    assert vars(again) == vars(refusal)
