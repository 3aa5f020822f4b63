"""Damaged documents by the thousand: a figure is right or unsure, and nobody's sums are called wrong."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from parsers import parse
from parsers.model import Unreadable
from tests.parsers.samples import SAMPLES, Sample
from tests.parsers.test_html import DAMAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGES = [Sample(SAMPLES / name) for name in ("pingtan-2020", "pingtan-2024", "shanghai-office-2019")]
PDFS = [Sample(SAMPLES / name) for name in ("hongze-2023-pdf", "made-w01-wordlike")]


def damaged_pages(sample: Sample, seeds: Iterable[int]) -> Iterable[bytes]:
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
        yield chance.choice(DAMAGES)(sample.body.decode(), chance).encode()


def flipped(sample: Sample, seeds: Iterable[int]) -> Iterable[bytes]:
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
        body = bytearray(sample.body)
        for _ in range(chance.randint(1, 20)):
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        yield bytes(body)


def holds(sample: Sample, bodies: Iterable[bytes]) -> None:
    """Nothing read out of any of the bodies is wrong and sure."""
    truth = sample.expected["figures"]
    printed = len(sample.expected.get("printed_errors", ()))
    for number, body in enumerate(bodies):
        with suppress(Unreadable):
            for parsed in parse(body, sample.meta["media_type"]):
                wrong = [
                    figure for figure in parsed.figures
                    if figure.state != "unsure" and figure.value != truth.get(figure.key)
                ]  # fmt: skip
                accused = sum(finding.kind == "printed_error" for finding in parsed.findings)
                assert not wrong, (sample.name, number, wrong)
                assert accused <= printed, (sample.name, number, parsed.findings)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sample", PAGES, ids=lambda sample: sample.name)
def test_damaged_pages(sample: Sample) -> None:
    holds(sample, damaged_pages(sample, range(3000)))


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sample", PDFS, ids=lambda sample: sample.name)
def test_flipped_pdfs(sample: Sample) -> None:
    holds(sample, flipped(sample, range(150)))


def test_a_few_flipped_pdfs() -> None:
    for sample in PDFS:
        holds(sample, flipped(sample, range(5)))
