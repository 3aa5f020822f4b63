from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import normalise
from parsers.normalise import RADICALS, readable


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("⺠政局", "民政局"),
        ("⻔⼾⽹站", "门户网站"),
        ("⻓", "长"),
        ("戶", "户"),
        ("（一） 予以\n公开", "(一)予以公开"),
        ("２０２３\u3000年", "2023年"),
        ("a\u200bb\ufeffc", "abc"),
        ("–—―−－‐", "------"),
    ],
)
def test_one_spelling(text: str, spelling: str) -> None:
    assert normalise(text) == spelling


@pytest.mark.parametrize(
    "point", [p for p in (*range(0x2E80, 0x2F00), *range(0x2F00, 0x2FD6)) if unicodedata.name(chr(p), "")]
)
def test_every_radical_stands_for_an_ideograph(point: int) -> None:
    if point == 0x2E80:  # CJK RADICAL REPEAT is a mark, equivalent to no ideograph
        assert point not in RADICALS
        return
    ideograph = normalise(chr(point))
    assert "CJK UNIFIED IDEOGRAPH" in unicodedata.name(ideograph)


@given(st.text())
def test_doing_it_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert not any(c.isspace() for c in once)


@given(st.text(st.characters(min_codepoint=0x2E80, max_codepoint=0x9FFF)))
def test_a_readable_text_keeps_every_character_in_its_place(text: str) -> None:
    assert len(readable(text)) == len(text)
