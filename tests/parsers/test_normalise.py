from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import normalise
from parsers.normalise import RADICALS, comparable, compatible, readable


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


# What reports are printed in, and what joins with its neighbours: accents, kana, Korean letters and syllables.
LETTERS = st.one_of(
    st.characters(),
    st.sampled_from(
        "，：（）；％①Ⅰ㎡…⽹戶頁　é가ㄱᄀ\u0301\u3099\u1161\u0338<=a政府。、\u200b\uff9e\u00a8\u0f71"
    ),
)


@given(st.text(LETTERS))
def test_the_compatible_form_is_nfkc(text: str) -> None:
    assert compatible(text) == unicodedata.normalize("NFKC", text)


def test_every_character_has_its_compatible_form_beside_any_that_may_join_it() -> None:
    for point in (*range(0xD800), *range(0xE000, 0x30000)):
        for text in (f"政{chr(point)}府", f"a{chr(point)}\u0301", f"<{chr(point)}\u0338"):
            assert compatible(text) == unicodedata.normalize("NFKC", text)


@given(st.text(st.sampled_from("⽹戶頁⾴公開報告政府")))
def test_look_alikes_are_replaced_once_and_all_at_once(text: str) -> None:
    table = {ord("⽹"): "网", ord("戶"): "户", ord("⾴"): "頁"}
    assert readable(text).translate(str.maketrans("戶", "户")) == text.translate(table)
    assert comparable(text) == "".join(map(comparable, text))
