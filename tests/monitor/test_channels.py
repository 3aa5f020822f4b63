"""channels.toml: every mistake at once, each with its line; secrets stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.channels import Channel, ChannelErrors, load_channels, read_channels

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[[channel]]
id = "desk"
url_env = "DESK_URL"
lang = "zh"
kinds = ["missing", "corrected"]
severities = ["warning", "critical"]
regions = ["henan"]
digest = 9
quiet = ["22:00", "07:00"]

[[channel]]
id = "ops"
url_file = "ops.url"
"""
BAD = """
[[channel]]
id = "Desk!"
url_env = "DESK_URL"
kinds = ["missing", "apeared"]

[[channel]]
id = "ops"
digest = 24
quiet = ["22", "07:00"]

[[channel]]
id = "twin"
url_env = "NOT_SET"
colour = "red"

[[channel]]
id = "late"
url_env = "NOT_SET"
[[channel]]
id = "late"
url_env = "ODD"
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "channels.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "ops.url"
    secret.write_text("json://example.org/hook\n", encoding="utf-8")
    secret.chmod(0o600)
    desk, ops = load_channels(write(tmp_path, GOOD), {"DESK_URL": "mailto://user:CANARY@example.org"})
    assert (desk.as_html, ops.as_html) == (True, False)
    assert "CANARY" not in repr(desk) + str(desk.model_dump())


def test_no_file_means_no_channel(tmp_path: Path) -> None:
    assert load_channels(tmp_path / "channels.toml") == ()


def test_a_file_that_was_asked_for_and_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ChannelErrors, match=r"channels\.toml:1: there is no such file"):
        read_channels(tmp_path / "channels.toml", must_exist=True)


def test_every_mistake_is_named_with_its_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ChannelErrors) as caught:
        load_channels(write(tmp_path, BAD), {"DESK_URL": "json://x", "ODD": "CANARY"})
    assert [(error.line, error.message.split(":")[0]) for error in caught.value.errors] == [
        (3, "id"),
        (5, "kinds"),
        (7, "name where the address is"),
        (9, "digest"),
        (10, "quiet"),
        (14, "url_env"),
        (15, "colour"),
        (19, "url_env"),
        (21, "id"),
        (22, "url_env"),
    ]
    assert "CANARY" not in str(caught.value) + caplog.text


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "ops.url"
    secret.write_text("json://example.org/hook\n", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(ChannelErrors, match="chmod 600"):
        load_channels(write(tmp_path, GOOD), {"DESK_URL": "json://x"})


def test_bad_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ChannelErrors, match=r"channels\.toml:3: not TOML"):
        load_channels(write(tmp_path, "[[channel]]\nid = 'x'\nurl_env =\n"))


def test_routing_needs_no_secret(tmp_path: Path) -> None:
    assert [channel.id for channel in load_channels(write(tmp_path, GOOD), {}, addresses=False)] == [
        "desk",
        "ops",
    ]


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ({}, True),
        ({"regions": ("henan",)}, True),
        ({"regions": ("hen",)}, False),
        ({"regions": ("hunan",)}, False),
        ({"regions": ("hunan",), "publishers": ("finance",)}, True),
        ({"kinds": ("blind",)}, False),
        ({"severities": ("critical",)}, False),
    ],
)
def test_a_channel_hears_what_it_chose(choice: dict[str, tuple[str, ...]], *, wanted: bool) -> None:
    channel = Channel(id="x", url_env="X", **choice)  # type: ignore[arg-type]  # test data
    assert channel.wants("missing", "warning", ["henan/zhoukou"], ["finance"]) is wanted


def test_a_summary_goes_to_every_region() -> None:
    assert Channel(id="x", url_env="X", regions=("hunan",)).wants("summary", "info", [], [])


def test_an_address_in_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChannelErrors) as caught:
        load_channels(
            write(tmp_path, '[[channel]]\nid = "x"\nurl_env = "X"\nurl = "json://CANARY"\n'),
            {"X": "json://x"},
        )
    assert [error.line for error in caught.value.errors] == [4]
    assert "CANARY" not in str(caught.value)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "channels.toml"
    file.write_bytes("# 渠道".encode("gb18030"))
    with pytest.raises(ChannelErrors, match="save the file as UTF-8"):
        load_channels(file)


@pytest.mark.parametrize("key", ["url_env", "url_file"])
@pytest.mark.parametrize("addresses", [True, False])
def test_an_address_where_its_place_belongs_is_refused_and_not_quoted(
    tmp_path: Path, key: str, addresses: bool
) -> None:
    text = f'[[channel]]\nid = "desk"\n{key} = "json://example.org/CANARY"\n'
    with pytest.raises(ChannelErrors, match=rf":3: {key}: this is an address, not a name") as caught:
        load_channels(write(tmp_path, text), {}, addresses=addresses)
    assert "CANARY" not in str(caught.value)


def test_a_wrong_digest_hour_keeps_a_channel_that_has_urgent_kinds(tmp_path: Path) -> None:
    file = tmp_path / "channels.toml"
    file.write_text(
        '[[channel]]\nid = "desk"\nurl_env = "DESK"\ndigest = "09:00"\nimmediate = ["warning"]\n',
        encoding="utf-8",
    )
    found = read_channels(file, {"DESK": "json://127.0.0.1/key"})
    assert [channel.id for channel in found.channels] == ["desk"]
    assert found.channels[0].fault
    assert [error.line for error in found.errors] == [4]


def test_a_channels_file_that_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChannelErrors, match="cannot read it: Is a directory"):
        read_channels(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "tag", "lines"),
    [
        ("a.cfg", "json://127.0.0.1/key\nbogus://SECRET\n", "", "line 2"),
        ("a.cfg", "op=json://127.0.0.1/key\nop, x=bogus://SECRET\nx=bogus://SECRET\n", "op", "line 2"),
        ("a.cfg", "op=json://127.0.0.1/key\n\n# note\nop=wecombot:/SECRET\n!!SECRET\n", "op", "lines 4, 5"),
        (
            "a.cfg",
            "all=op\nx=json://127.0.0.1/key\nop=bogus://SECRET\nx, all=json://127.0.0.1/key",
            "all",
            "line 3",
        ),
        ("a.cfg", "op=json://127.0.0.1/key\nop:3=json://SECRET\n", "op", "line 2"),
        ("a.yml", "urls:\n  - json://127.0.0.1/key\n  - tgram://SECRET\n", "", "line 3"),
        (
            "a.yml",
            "urls:\n  - json://127.0.0.1/key:\n      tag: op\n  - bogus://SECRET:\n      - tag: x, op\n  - bogus://SECRET:\n      tag: y\n",
            "op",
            "line 4",
        ),
        (
            "a.yaml",
            "groups:\n  all: op\nurls:\n  - json://127.0.0.1/key:\n      tag: all\n  - tgram://SECRET:\n      tag: [op, x]\n",
            "all",
            "line 6",
        ),
        (
            "a.yml",
            "tag: op\nurls:\n  - json://127.0.0.1/key\n  - 7\n  -\n  - mailto://SECRET\n",
            "op",
            "lines 4, 5, 6",
        ),
    ],
)
def test_an_address_that_apprise_leaves_out_is_a_mistake_and_the_others_are_told(
    tmp_path: Path, name: str, text: str, tag: str, lines: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / name).chmod(0o600)
    file = tmp_path / "channels.toml"
    wanted = f'tag = "{tag}"\n' if tag else ""
    file.write_text(f'[[channel]]\nid = "desk"\napprise_config = "{name}"\n{wanted}', encoding="utf-8")
    found = read_channels(file, {})
    assert [(channel.id, channel.fault) for channel in found.channels] == [("desk", "")]
    (error,) = found.errors
    assert f"{file}:3: apprise_config: Apprise does not understand {lines} of {tmp_path / name}:" in str(
        error
    )
    assert "SECRET" not in str(error) + caplog.text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "a.yml",
            "urls:\n  - json://SECRET\n bad: [\n",
            "is no Apprise configuration: it is no YAML in line 3",
        ),
        ("a.yml", "- json://SECRET\n", "is no Apprise configuration: it holds no `urls:`"),
        ("a.yml", "urls: json://SECRET\n", "does not understand line 1"),
        ("a.txt", "op=bogus://SECRET\n", "does not understand line 1"),
        ("a.txt", "include SECRET.txt\n", "line 1 of"),
        ("a.yml", "urls: []\ninclude: SECRET.yml\n", "line 2 of"),
        ("a.txt", "x=json://127.0.0.1/SECRET\n", "the tag 'op' matches nobody in it"),
    ],
)
def test_a_configuration_of_nobody_breaks_its_block(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / name).chmod(0o600)
    file = tmp_path / "channels.toml"
    file.write_text(f'[[channel]]\nid = "desk"\napprise_config = "{name}"\ntag = "op"\n', encoding="utf-8")
    found = read_channels(file, {})
    (error,) = found.errors
    assert said in str(error)
    assert "SECRET" not in str(error)
    assert [channel.fault for channel in found.channels] == [str(error)]


def test_an_address_as_a_key_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "channels.toml"
    file.write_text('[[channel]]\nid = "desk"\nurl_env = "DESK"\n"json://h/SECRET" = 1\n', encoding="utf-8")
    assert "SECRET" not in str(read_channels(file, {"DESK": "json://127.0.0.1/key"}).errors)
