"""Damaged documents by the thousand: a figure is right or unsure, and nobody's sums are called wrong."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from parsers import parse
from parsers.model import MoreEffort, Unreadable
from tests.parsers.samples import SAMPLES, Sample
from tests.parsers.test_html import DAMAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGES = [Sample(SAMPLES / name) for name in ("pingtan-2020", "pingtan-2024", "shanghai-office-2019")]
PACKED = [Sample(SAMPLES / name) for name in ("made-docx-l00-zhoukou2022", "made-xlsx", "made-ods")]
DIGITS = frozenset(b"0123456789")
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


def cut_and_flipped(sample: Sample, seeds: Iterable[int]) -> Iterable[bytes]:
    """Packed documents: every other one is cut off somewhere, the rest have bits flipped."""
    for seed, body in zip(seeds, flipped(sample, seeds), strict=True):
        chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
        yield sample.body[: chance.randrange(len(sample.body))] if seed % 2 else body


def repacked(sample: Sample, seeds: Iterable[int]) -> Iterable[bytes]:
    """Packed documents whose largest part has bits flipped, and checksums that are right again."""
    with zipfile.ZipFile(io.BytesIO(sample.body)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    largest = max(parts, key=lambda name: len(parts[name]))
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
        part = bytearray(parts[largest])
        for _ in range(chance.randint(1, 5)):
            place, flip = chance.randrange(len(part)), 1 << chance.randrange(8)
            if (
                not {part[place], part[place] ^ flip} & DIGITS
            ):  # another digit is another document, not damage
                part[place] ^= flip
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, bytes(part) if name == largest else content)
        yield made.getvalue()


def holds(sample: Sample, bodies: Iterable[bytes]) -> int:
    """Nothing read out of any of the bodies is wrong and sure. How many of them gave figures at all."""
    truth = sample.expected["figures"]
    printed = len(sample.expected.get("printed_errors", ()))
    read = 0
    for number, body in enumerate(bodies):
        with suppress(Unreadable, MoreEffort):
            found = parse(body, sample.meta["media_type"], "second")
            read += any(parsed.figures for parsed in found)
            for parsed in found:
                wrong = [
                    figure for figure in parsed.figures
                    if figure.state != "unsure" and figure.value != truth.get(figure.key)
                ]  # fmt: skip
                accused = sum(finding.kind == "printed_error" for finding in parsed.findings)
                assert not wrong, (sample.name, number, wrong)
                assert accused <= printed, (sample.name, number, parsed.findings)
    return read


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sample", PAGES, ids=lambda sample: sample.name)
def test_damaged_pages(sample: Sample) -> None:
    assert holds(sample, damaged_pages(sample, range(3000))) > 1500


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sample", PDFS, ids=lambda sample: sample.name)
def test_flipped_pdfs(sample: Sample) -> None:
    holds(sample, flipped(sample, range(150)))


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sample", PACKED, ids=lambda sample: sample.name)
def test_damaged_packages(sample: Sample) -> None:
    holds(sample, cut_and_flipped(sample, range(300)))
    assert holds(sample, repacked(sample, range(300))) > 20


def test_a_few_flipped_pdfs() -> None:
    for sample in PDFS:
        holds(sample, flipped(sample, range(5)))


def test_a_few_damaged_pages_are_read_and_hold() -> None:
    assert sum(holds(sample, damaged_pages(sample, range(6))) for sample in PAGES) > 0


def test_a_few_damaged_packages_are_read_and_hold() -> None:
    for sample in PACKED:
        holds(sample, cut_and_flipped(sample, range(6)))
    assert sum(holds(sample, repacked(sample, range(6))) for sample in PACKED) > 0
