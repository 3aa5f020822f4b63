"""The documentation under test: what exists is described, and what is described exists."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import unquote

import click
import pytest

import crawler
from monitor.across.book import book
from monitor.model import EventKind, IncidentKind
from parsers.editions import editions, names_in_chinese, rules
from parsers.model import FindingKind
from reportwatch import exits
from reportwatch.cli import main
from store.model import BlindKind, PublisherKind, Status
from store.watchlist import load_watchlist

if TYPE_CHECKING:
    from sqlite_utils import Database

    from monitor.across.book import Rule

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
OURS = ("crawler", "monitor", "parsers", "reportwatch", "store")
READMES = ("README.md", "README.zh-CN.md")
EXIT_CODES = sorted({code for name, code in vars(exits).items() if name.isupper() and type(code) is int})


VIEW = (ROOT / "store" / "views" / "report_status.sql").read_text(encoding="utf-8")


@cache
def pages() -> dict[str, str]:
    """Every page for people, by its path in the checkout."""
    found = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "state" / "README.md",
        ROOT / "watchlist" / "README.md",
    ]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(found)}


def page(name: str) -> str:
    return pages()[name]


@cache
def everything() -> str:
    return "\n".join(pages().values())


def fenced(text: str, *languages: str) -> list[str]:
    return [
        line for language, body in FENCE.findall(text) if language in languages for line in body.splitlines()
    ]


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", head).lower()).replace(" ", "-") for head in heads}


def commands() -> list[tuple[str, list[str]]]:
    """Every call of the program in a shell block or in inline code: the page and the words after its name."""
    found = []
    for name, text in pages().items():
        lines = [line.split("#")[0] for line in fenced(text, "sh", "bash", "console")]
        lines += re.findall(r"`((?:\.venv/bin/)?reportwatch [^`]+)`", FENCE.sub("", text))
        for line in lines:
            call = re.search(r"(?:^|[\s/])reportwatch +([a-z][^|&;<>]*)", line)
            if call:
                found.append((name, shlex.split(call[1])))
    return found


def environment() -> set[str]:
    """Every variable of ours that the code names, but those that the demo makes for itself."""
    code = "\n".join(
        file.read_text(encoding="utf-8") for package in OURS for file in (ROOT / package).rglob("*.py")
    )
    named = set(re.findall(r"[\"'](REPORTWATCH_(?!DEMO_)[A-Z_]+)[\"']", code))
    return named | {f"REPORTWATCH_{name}" for name in re.findall(r"_variable\(\s*[\"']([A-Z_]+)[\"']", code)}


def findings_of_reading() -> set[str]:
    """The names of findings that the code gives without a rule of rules.toml."""
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "parsers").rglob("*.py"))
    return set(re.findall(r"Finding\(\s*\"([^\"]+)\"", code))


@pytest.mark.parametrize("command", sorted(main.commands))
def test_a_command_is_described_and_has_help(command: str) -> None:
    assert f"reportwatch {command}" in everything()
    assert main.commands[command].help


@pytest.mark.parametrize(
    ("where", "words"), [pytest.param(*call, id=f"{call[0]} {call[1][0]}") for call in commands()]
)
def test_a_call_in_the_documentation_is_one_that_exists(where: str, words: list[str]) -> None:
    assert words[0] in main.commands, f"{where}: there is no `reportwatch {words[0]}`"
    called = main.commands[words[0]]
    if isinstance(called, click.Group):
        assert words[1] in called.commands, f"{where}: there is no `reportwatch {words[0]} {words[1]}`"
        called = called.commands[words[1]]
    known = {"--help", "-h", *(name for part in called.params for name in part.opts)}
    unknown = {word.split("=")[0] for word in words[1:] if word.startswith("-")} - known
    assert not unknown, f"{where}: `reportwatch {words[0]}` has no {', '.join(unknown)}"


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"`make (\w+)|^make (\w+)", everything(), re.MULTILINE)))
)
def test_a_make_target_in_the_documentation_exists(target: tuple[str, str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target[0] or target[1]}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("rule", sorted({rule.name for rule in rules()} | findings_of_reading()))
def test_a_rule_is_described(rule: str) -> None:
    assert f"`{rule}`" in page("docs/rules.md")


@pytest.mark.parametrize("rule", sorted({rule.name for rule in rules()} | findings_of_reading()))
def test_a_rule_has_a_chinese_name_that_is_described(rule: str) -> None:
    assert f"| `{rule}` {names_in_chinese()[rule]} |" in page("docs/rules.md")


@pytest.mark.parametrize("rule", book().rule, ids=lambda rule: rule.name)
def test_a_rule_across_documents_has_a_chinese_name_that_is_described(rule: Rule) -> None:
    assert f"| `{rule.name}` {rule.name_zh} |" in page("docs/rules-across.md")


@pytest.mark.parametrize("kind", get_args(FindingKind))
def test_a_kind_of_finding_is_described(kind: str) -> None:
    assert f"`{kind}`" in page("docs/rules.md")


@pytest.mark.parametrize("kind", sorted({*get_args(EventKind), *get_args(IncidentKind)}))
def test_an_event_or_incident_kind_is_described(kind: str) -> None:
    assert re.search(rf"[`*]{kind}[`*]", page("docs/alerts.md"))


@pytest.mark.parametrize("variable", sorted(environment()))
def test_an_environment_variable_is_described(variable: str) -> None:
    assert f"`{variable}`" in page("docs/operations.md")


@pytest.mark.parametrize(
    "variable",
    # a channel's address may have any name: people choose it in channels.toml
    sorted(
        set(re.findall(r"REPORTWATCH_[A-Z_]+", everything()))
        - set(re.findall(r'url_env = "(\w+)"', everything()))
    ),
)
def test_an_environment_variable_in_the_documentation_exists(variable: str) -> None:
    assert variable in environment()


@pytest.mark.parametrize("code", EXIT_CODES)
def test_an_exit_code_is_described(code: int) -> None:
    assert f"| {code} |" in page("docs/operations.md")


@pytest.mark.parametrize("status", get_args(Status))
def test_a_status_is_described(status: str) -> None:
    assert all(f"`{status}`" in page(name) for name in (*READMES, "docs/statuses.md"))


@pytest.mark.parametrize("status", get_args(Status))
def test_a_status_has_one_chinese_word_in_messages_explanations_and_readme(status: str) -> None:
    told, explained = (
        tomllib.loads((ROOT / path).read_text(encoding="utf-8"))
        for path in ("monitor/templates/zh.toml", "reportwatch/sentences.toml")
    )
    word = told["statuses"][status]
    assert explained["zh"]["status"][status] == word
    assert f"| `{status}` {word} |" in page("README.zh-CN.md")


@pytest.mark.parametrize("why", sorted(set(re.findall(r"(?:THEN|ELSE) '([a-z_]+)'", VIEW))))
def test_a_reason_for_a_status_is_described(why: str) -> None:
    assert f"`{why}`" in page("docs/statuses.md")


@pytest.mark.parametrize("kind", get_args(BlindKind))
def test_a_kind_of_blindness_is_described(kind: str) -> None:
    assert f"`{kind}`" in everything()


@pytest.mark.parametrize("kind", get_args(PublisherKind))
def test_a_kind_of_publisher_is_described(kind: str) -> None:
    assert f"`{kind}`" in page("docs/watchlist.md")


def test_editions_are_described() -> None:
    assert all(f"{name}.toml" in page("docs/adding-an-edition.md") for name in editions())


@pytest.mark.parametrize("name", sorted(pages()))
def test_links_lead_somewhere(name: str) -> None:
    for link in LINK.findall(FENCE.sub("", page(name))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), f"{name} links to {link}, which is not there"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), (
                f"{name} links to {link}: no such heading"
            )


@pytest.mark.parametrize("name", sorted(pages()))
def test_files_named_in_the_documentation_exist(name: str) -> None:
    named = re.findall(
        r"`((?:bench|crawler|docs|monitor|ops|parsers|reportwatch|store|tests)/[\w./-]*\w)`", page(name)
    )
    gone = [path for path in named if not (ROOT / path).exists()]
    assert not gone, f"{name} names {', '.join(gone)}"


def test_every_page_is_reachable_from_the_index() -> None:
    index = {(ROOT / "docs" / link).resolve() for link in LINK.findall(page("docs/README.md"))}
    unlisted = [
        path
        for path in (ROOT / "docs").glob("*.md")
        if path.resolve() not in index and path.name != "README.md"
    ]
    assert not unlisted


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    assert {path.name for path in folder.glob("0*.md")} == set(LINK.findall(page("docs/decisions/README.md")))


def test_both_readmes_give_the_same_commands() -> None:
    english, chinese = ([line.split("#")[0].strip() for line in fenced(page(name), "sh")] for name in READMES)
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_the_first_watchlist_of_the_readme_loads(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "my-region"
    folder.mkdir()
    for file, language in (("publishers.csv", "csv"), ("sources.toml", "toml")):
        (folder / file).write_text("\n".join(fenced(page(name), language)), encoding="utf-8")
    loaded = load_watchlist(tmp_path, crawler.families())
    assert [publisher.sources for publisher in loaded.publishers] == [("my-list",), ("my-list",)]


@pytest.mark.parametrize("sql", sorted(set(re.findall(r'sqlite-utils query \S+ "([^"]+)"', everything()))))
def test_a_query_of_the_documentation_runs(sql: str, db: Database) -> None:
    list(db.query(sql))


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_what_the_readme_shows_of_read_is_what_read_prints(page: str) -> None:
    blocks = re.findall(r"^```text\n(tests/samples/.*?)^```", (ROOT / page).read_text("utf-8"), re.M | re.S)
    assert blocks
    document = ROOT / blocks[0].splitlines()[0].strip()
    done = subprocess.run(
        [sys.executable, "-m", "reportwatch", "read", str(document.relative_to(ROOT))],
        cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    printed = {line.strip() for line in done.stdout.splitlines()}
    for line in blocks[0].splitlines():
        assert line.strip() in printed or line.strip() == "[…]", line
