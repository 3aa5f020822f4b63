"""What the two pages on extending the crawler say is true: their examples are run, their tables are complete."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler import families
from crawler.options import Options, mistakes_in
from store.model import Source
from tests.crawler.test_families import Saved, check

if TYPE_CHECKING:
    from crawler.spiders.base import FamilySpider

DOCS = Path(__file__).resolve().parents[2] / "docs"
SITE = (DOCS / "adding-a-site.md").read_text(encoding="utf-8")
FAMILY = (DOCS / "adding-a-family.md").read_text(encoding="utf-8")


def block(text: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("option", [field.name for field in fields(Options)])
def test_an_option_is_described(option: str) -> None:
    assert f"| `{option}` |" in SITE


@pytest.mark.parametrize("family", sorted(families()))
def test_a_family_is_described(family: str) -> None:
    assert f"| `{family}` |" in SITE


def test_the_options_of_the_example_site_are_understood() -> None:
    written = tomllib.loads(block(SITE, "toml"))["source"][0]
    source = Source(written["id"], written["url"], written["family"], (), "demo", options=written["options"])
    assert mistakes_in(source) == []
    assert Options.of(source).min_entries == 30


def test_the_example_family_reads_the_example_page(tmp_path: Path) -> None:
    (tmp_path / "list.html").write_text(block(FAMILY, "html"), encoding="utf-8")
    (tmp_path / "meta.toml").write_text(block(FAMILY, "toml"), encoding="utf-8")
    names: dict[str, type[FamilySpider]] = {}
    exec(compile(block(FAMILY, "python"), "example.py", "exec"), names)  # noqa: S102 - our own documentation
    check(Saved(tmp_path), names["ExampleSpider"]())


@pytest.mark.parametrize(
    ("options", "mistake"),
    [
        ({"contianer": "ul"}, "unknown option 'contianer'"),
        ({"max_pages": "3"}, "must be of type int"),
        ({"unclosed": 1}, "must be of type bool"),
        ({"container": "ul["}, "cannot be understood"),
        ({"children": "("}, "cannot be understood"),
        ({"pager": "some"}, 'only "none" is allowed'),
    ],
)
def test_a_mistake_in_the_options_is_named(options: dict[str, str | int | bool], mistake: str) -> None:
    source = Source("demo", "http://x.example/", "static", (), "demo", options=options)
    assert mistake in mistakes_in(source)[0]
    assert mistakes_in(source)[0].startswith("demo: ")


def test_a_family_has_options_of_its_own() -> None:
    source = Source("demo", "http://x.example/", "static", (), "demo", options={"channel": "a1"})
    assert mistakes_in(source, {"channel": ""}) == []
    assert "must be of type int" in mistakes_in(source, {"channel": 0})[0]
    assert "unknown option" in mistakes_in(source)[0]
