"""What one block of channels.toml may say: addresses of every origin, levels, quiet days, what does not wait, signs of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.channels import Channel, ChannelErrors, load_channels, read_channels
from monitor.deliveries import requeue
from monitor.moments import later
from monitor.outbox import notify, send_test
from monitor.reach import Watched, unheard, unknown_names
from tests.monitor.faulty import Answer, closed_port, mail_server, web_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.monitor.conftest import Webhook
    from tests.monitor.faulty import Post, Web
    from tests.monitor.world import World

NOW = "2026-01-10T01:00:00Z"  # a Saturday, 09:00 in Shanghai
TEXT = "desk, both = json://127.0.0.1:{port}/one\nother, both = json://127.0.0.1:{port}/two\n"
YAML = """
urls:
  - json://127.0.0.1:{port}/one:
      - tag: desk, both
  - json://127.0.0.1:{port}/two:
      - tag: other, both
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as server:
        yield server


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as server:
        yield server


def write(folder: Path, text: str, name: str = "channels.toml", mode: int = 0o600) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def plain(**choices: object) -> Channel:
    return Channel.model_validate({"id": "x", "url_env": "X", **choices})


# -- an Apprise configuration


@pytest.mark.parametrize(("name", "text"), [("apprise.conf", TEXT), ("apprise.yml", YAML)])
@pytest.mark.parametrize(("tag", "count"), [("desk", 1), ("both", 2), ("desk, other", 2), (None, 2)])
def test_an_apprise_configuration_is_used_as_it_is(
    name: str, text: str, tag: str | None, count: int, tmp_path: Path, world: World, web: Web
) -> None:
    write(tmp_path, text.format(port=web.port), name)
    line = f'tag = "{tag}"' if tag else ""
    channels = load_channels(
        write(tmp_path, f'[[channel]]\nid = "x"\napprise_config = "{name}"\n{line}\n'), {}
    )
    assert len(channels) == count
    assert {channel.name for channel in channels} == {"x"}
    world.watch("finance")
    world.channels = channels
    world.good(NOW)
    world.check(NOW)
    assert world.notify(NOW).exit_code == 0
    assert len(web.accepted) == count


def test_the_environment_may_name_the_configuration(tmp_path: Path) -> None:
    file = write(tmp_path, TEXT.format(port=1), "a.conf")
    block = write(tmp_path, '[[channel]]\nid = "x"\napprise_config = "$APPRISE"\ntag = "desk"\n')
    (channel,) = load_channels(block, {"APPRISE": str(file)})
    assert channel.url is not None
    assert channel.url.get_secret_value().startswith("json://127.0.0.1:1/one")


@pytest.mark.parametrize(
    ("line", "mode", "text", "said"),
    [
        ('tag = "nobody"', 0o600, TEXT, "matches nobody"),
        ("", 0o600, "this is: [no configuration CANARY", "does not understand line 1"),
        ("", 0o644, TEXT, "chmod 600"),
        ("", None, TEXT, "cannot read"),
        ('url_env = "X"', 0o600, TEXT, "either url_env, url_file or apprise_config"),
    ],
)
def test_a_configuration_that_reaches_nobody_breaks_its_channel_only(
    line: str, mode: int | None, text: str, said: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if mode is not None:
        write(tmp_path, text.format(port=1), "apprise.conf", mode)
    block = f'[[channel]]\nid = "bad"\napprise_config = "apprise.conf"\n{line}\n[[channel]]\nid = "good"\nurl_env = "GOOD"\n'
    found = read_channels(write(tmp_path, block), {"GOOD": "json://localhost/x", "X": "json://localhost"})
    (error,) = found.errors
    assert said in str(error)
    assert (error.channel, [bool(channel.fault) for channel in found.channels]) == ("bad", [True, False])
    assert "CANARY" not in str(error) + caplog.text


def test_an_address_is_no_path_and_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(ChannelErrors, match="apprise_config: this is an address") as caught:
        load_channels(write(tmp_path, '[[channel]]\nid = "x"\napprise_config = "http://CANARY/get/x"\n'), {})
    assert "CANARY" not in str(caught.value)


# -- one bad channel stops no other


BLOCKS = """
[[channel]]
id = "good"
url_env = "GOOD"

[[channel]]
id = "unset"
url_env = "UNSET"

[[channel]]
id = "wrong"
url_env = "GOOD"
kinds = ["summary", "apeared"]
colour = "red"
"""


def test_a_bad_block_keeps_its_messages_and_is_told_on_the_others_once(
    tmp_path: Path, world: World, web: Web
) -> None:
    file, env = write(tmp_path, BLOCKS), {"GOOD": f"json://127.0.0.1:{web.port}/x"}
    found = read_channels(file, env)
    assert [(error.channel, error.line) for error in found.errors] == [
        ("unset", 8),
        ("wrong", 13),
        ("wrong", 14),
    ]
    world.watch("finance")
    world.good(NOW)
    world.channels = found.channels
    world.check(NOW)
    for day in (0, 1):
        summary = notify(world.db, found.channels, later(NOW, days=day), found.errors)
        assert summary.exit_code == 78
        assert [result.outcome for result in summary.channels][1:] == ["broken", "broken"]
    (text,) = web.accepted
    assert "The channel unset is broken" in text
    assert "the environment variable UNSET is not set" in text
    assert "The channel wrong is broken" in text
    mended = write(tmp_path, BLOCKS.replace(', "apeared"', "").replace('colour = "red"\n', ""))
    found = read_channels(mended, {**env, "UNSET": f"json://127.0.0.1:{web.port}/y"})
    assert notify(world.db, found.channels, later(NOW, days=2), found.errors).exit_code == 0
    assert [text.count("SUMMARY") for text in web.accepted] == [1, 1, 1]


def test_what_is_wrong_twice_or_has_no_name_is_refused(tmp_path: Path) -> None:
    text = '[[channel]]\nid = "x"\nurl_env = "A"\n[[channel]]\nid = "x"\nurl_env = "A"\n[[channel]]\nurl_env = "A"\n'
    found = read_channels(write(tmp_path, text), {"A": "json://localhost"})
    assert [(error.line, error.message.split(":")[0]) for error in found.errors] == [(5, "id"), (7, "id")]
    assert [channel.id for channel in found.channels] == ["x"]


# -- several addresses


def test_addresses_come_and_go_and_nothing_that_waits_is_lost(
    tmp_path: Path, world: World, post: Post
) -> None:
    file = write(tmp_path, '[[channel]]\nid = "mail"\nurl_env = "MAIL"\nquiet_days = ["sat"]\n')

    def to(*people: str) -> tuple[Channel, ...]:
        address = f"mailto://127.0.0.1:{post.port}?from=a@a.org&to={','.join(people)}"
        return load_channels(file, {"MAIL": address})

    world.watch("finance")
    world.good(NOW)
    world.channels = to("one@b.org")
    world.check(NOW)
    world.channels = to("two@b.org", "three@b.org")
    assert world.notify(NOW).channels[0].waiting == 1
    world.channels = to("three@b.org", "four@b.org")
    assert world.notify(later(NOW, days=2)).exit_code == 0
    assert sorted(mail["To"] for mail in post.accepted) == ["four@b.org", "three@b.org"]


def test_the_end_is_told_to_who_was_told_before_the_channel_had_several(
    tmp_path: Path, world: World, post: Post
) -> None:
    file = write(tmp_path, '[[channel]]\nid = "mail"\nurl_env = "MAIL"\nkinds = ["blind"]\n')
    world.watch("finance")
    for people in ("one@b.org", "one@b.org,two@b.org"):
        address = f"mailto://127.0.0.1:{post.port}?from=a@a.org&to={people}"
        world.channels = load_channels(file, {"MAIL": address})
        for day in (10, 11, 12) if people == "one@b.org" else ():
            world.blind(f"2026-01-{day}T01:00:00Z")
            world.check(f"2026-01-{day}T01:00:00Z")
            world.notify(f"2026-01-{day}T01:00:00Z")
    world.good("2026-01-13T01:00:00Z")
    world.check("2026-01-13T01:00:00Z")
    world.notify("2026-01-13T01:00:00Z")
    assert sorted(mail["To"] for mail in post.accepted) == ["one@b.org", "one@b.org", "two@b.org"]


def test_mail_about_one_incident_is_one_thread(world: World, post: Post) -> None:
    world.watch("finance")
    world.channels = [Channel.model_validate({
        "id": "mail", "url_env": "M", "kinds": ["blind"], "url": f"mailto://127.0.0.1:{post.port}?from=a@a.org&to=b@b.org",
    })]  # fmt: skip
    for day in (10, 11, 12):
        world.blind(f"2026-01-{day}T01:00:00Z")
        world.check(f"2026-01-{day}T01:00:00Z")
    world.notify("2026-01-12T01:00:00Z")
    world.good("2026-01-13T01:00:00Z")
    world.check("2026-01-13T01:00:00Z")
    world.notify("2026-01-13T01:00:00Z")
    opened, resolved = post.accepted
    assert opened["In-Reply-To"] == resolved["In-Reply-To"] == resolved["References"]
    assert opened["Message-ID"] != resolved["Message-ID"]
    assert len(opened.get_all("Message-ID", [])) == 1


# -- who hears what


@pytest.mark.parametrize(
    ("choice", "levels", "wanted"),
    [
        ({"levels": ["city"]}, ["city"], True),
        ({"levels": ["city"]}, ["county"], False),
        ({"levels": ["city"], "regions": ["hunan"]}, ["city"], False),
        ({"levels": ["city"], "regions": ["henan"]}, ["city"], True),
        ({"levels": ["county"], "publishers": ["finance"]}, ["city"], True),
        ({"levels": ["city"]}, [], True),
        ({"levels": ["province", "county"]}, ["city", "county"], True),
    ],
)
def test_levels_choose_with_regions(choice: dict[str, list[str]], levels: list[str], *, wanted: bool) -> None:
    assert plain(**choice).wants("missing", "warning", ["henan/zhoukou"], ["finance"], levels) is wanted


def test_doubts_are_told_only_where_they_were_asked_for() -> None:
    assert not plain().wants("doubtful", "notice", [], [])
    assert plain(kinds=["doubtful"]).wants("doubtful", "notice", [], [])


WATCHED = (
    Watched("finance", "财政局", "henan/zhoukou", "city"),
    Watched("town", "镇", "henan/zhoukou/town", "township"),
)


def test_a_name_that_nobody_has_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    text = '[[channel]]\nid = "x"\nurl_env = "A"\nregions = ["henan", "hunan"]\npublishers = [\n  "finance",\n  "finanze",\n]\n'
    file = write(tmp_path, text)
    channels = load_channels(file, {"A": "json://localhost"})
    assert [(error.line, error.message.split("'")[1]) for error in unknown_names(file, channels, WATCHED)] == [
        (4, "hunan"), (7, "finanze"),
    ]  # fmt: skip
    assert unknown_names(file, channels, ()) == ()


def test_what_nobody_hears_is_named() -> None:
    channels = [plain(levels=["city"], severities=["warning", "critical"])]
    said = {str(one) for one in unheard(channels, WATCHED)}
    assert "missing: no channel hears of it about 1 publishers (镇)" in said
    assert "due_soon: no channel hears of it" in said
    assert not any(one.startswith("doubtful") for one in said)
    assert unheard([plain()], WATCHED) == ()


# -- when


@pytest.mark.parametrize(
    ("choice", "severity", "at"),
    [
        ({}, "info", "2026-01-10T01:00:00Z"),
        ({"quiet_days": ["sat", "sun"]}, "info", "2026-01-11T16:00:00Z"),
        ({"quiet_days": ["sat", "sun"], "quiet": ["22:00", "07:00"]}, "warning", "2026-01-11T23:00:00Z"),
        ({"quiet_days": ["sat", "sun"], "digest": 9}, "info", "2026-01-12T01:00:00Z"),
        ({"quiet_days": ["sat"]}, "critical", NOW),
        ({"digest": 18}, "info", "2026-01-10T10:00:00Z"),
        ({"digest": 18, "immediate": ["warning"]}, "warning", NOW),
        ({"digest": 18, "immediate": ["warning"]}, "notice", "2026-01-10T10:00:00Z"),
        ({"digest": 18, "immediate": ["missing"]}, "info", NOW),
        ({"digest": 18}, "critical", NOW),
        ({"quiet": ["08:00", "08:00"]}, "info", NOW),
    ],
)
def test_when_people_are_told(choice: dict[str, object], severity: str, at: str) -> None:
    assert plain(**choice).tell_at(NOW, "missing", severity) == at


def test_holidays_are_quiet_days_and_the_digest_comes_after_them() -> None:
    channel = plain(quiet_days=["holiday"], digest=9)
    assert channel.tell_at("2026-10-01T00:00:00Z", "missing", "warning") > "2026-10-03T00:00:00Z"
    assert channel.is_quiet("2026-09-30T16:00:00Z")  # midnight in Shanghai: National Day
    assert not channel.is_quiet("2026-09-24T04:00:00Z")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('quiet_days = ["mon","tue","wed","thu","fri","sat","sun"]', "every day is quiet"),
        ('immediate = ["warning"]', "there is no digest hour"),
        ('alive = "monday"', "alive"),
        ('levels = ["town"]', "levels"),
        ("per_minute = 0", "per_minute"),
        ('tag = "x"', "apprise_config only"),
        ('fault = "x"', "fault: unknown"),
    ],
)
def test_a_choice_that_means_nothing_is_refused(line: str, said: str, tmp_path: Path) -> None:
    file = write(tmp_path, f'[[channel]]\nid = "x"\nurl_env = "A"\n{line}\n')
    with pytest.raises(ChannelErrors, match=said):
        load_channels(file, {"A": "json://localhost"})


def test_what_is_critical_goes_out_in_quiet_hours_and_the_rest_waits(
    world: World, webhook: Webhook, web: Web
) -> None:
    dead_end = Channel.model_validate({"id": "bad", "url_env": "B", "url": f"json://127.0.0.1:{web.port}/x"})
    world.watch("finance")
    world.channels = [dead_end, webhook.channel(quiet_days=["sat"])]
    world.good(NOW)
    world.check(NOW)
    web.answers = [Answer(404)]
    world.notify(NOW)
    (text,) = webhook.texts
    assert "CHANNEL BROKEN:" in text
    assert "SUMMARY" not in text
    world.notify(later(NOW, days=1))
    assert "SUMMARY" in webhook.texts[1]


def test_an_urgent_event_takes_along_what_waits_about_the_same_report(world: World, webhook: Webhook) -> None:
    world.watch("finance", "police")
    world.channels = [webhook.channel(digest=18, immediate=["missing", "corrected"])]
    world.good(NOW, ("finance", 2024), ("police", 2024))
    world.check(NOW)
    world.notify("2026-01-10T10:00:00Z")
    world.good("2026-02-05T01:00:00Z", ("finance", 2024), ("police", 2024))
    world.check("2026-02-05T01:00:00Z")
    world.notify("2026-02-05T01:00:00Z")
    assert webhook.texts[-1].count("MISSING:") == 2
    world.good("2026-02-06T01:00:00Z", ("finance", 2025), ("police", 2024))
    world.check("2026-02-06T01:00:00Z")
    assert world.notify("2026-02-06T01:00:00Z").channels[0].outcome == "idle"
    world.notify("2026-02-06T10:00:00Z")
    assert "No longer missing" in webhook.texts[-1]


def test_a_quiet_week_is_told_once_on_its_day(world: World, webhook: Webhook) -> None:
    world.watch("finance")
    world.channels = [webhook.channel(alive="mon", kinds=["summary"], digest=9)]
    world.good(NOW)
    world.check(NOW)
    for day in range(16):
        world.notify(later("2026-01-11T02:00:00Z", days=day))
        world.notify(later("2026-01-11T03:00:00Z", days=day))
    heads = [post["title"] for post in webhook.posted]
    assert heads == [
        "[reportwatch] 1 summary",
        "[reportwatch] 1 sign of life",
        "[reportwatch] 1 sign of life",
    ]
    assert "Publishers watched: 1." in webhook.texts[1]


# -- rates, requeueing, tests, the fallback


def test_the_rate_is_counted_over_runs(world: World, webhook: Webhook) -> None:
    world.watch(*(f"d{number}" for number in range(3)))
    world.channels = [webhook.channel(per_minute=1)]
    world.good(NOW)
    world.check(NOW)
    world.notify(NOW)
    world.blind(NOW)
    for hour in (1, 2, 3):
        world.blind(later(NOW, hours=hour))
    at = later(NOW, hours=30)
    world.blind(at)
    world.check(at)
    send_test(world.db, world.channels[0], at)
    assert world.notify(at).channels[0].outcome == "held"
    assert world.notify(later(at, seconds=61)).channels[0].outcome == "sent"


def test_what_is_dead_is_queued_again_by_hand(world: World, webhook: Webhook) -> None:
    world.watch("finance")
    world.channels = [webhook.channel(attempts=1)]
    webhook.status = 500
    world.good(NOW)
    world.check(NOW)
    assert world.notify(NOW).channels[0].dead == 1
    webhook.status = 200
    assert requeue(world.db, "other", NOW) == {}
    assert requeue(world.db, "hook", NOW) == {"hook": 1}
    assert [dict(row)["last_error"] for row in world.db.query("SELECT last_error FROM deliveries")] == [
        f"queued again by hand at {NOW}; before: HTTP 500"
    ]
    assert world.notify(NOW).channels[0].messages == 1


def test_a_channel_that_is_refused_for_good_loses_nothing(world: World, webhook: Webhook) -> None:
    world.watch("finance")
    world.channels = [webhook.channel(attempts=2)]
    webhook.status = 401
    world.good(NOW)
    world.check(NOW)
    for day in range(30):
        summary = world.notify(later(NOW, days=day))
        assert (summary.exit_code, summary.channels[0].dead) == (69, 0)
    assert world.notify(later(NOW, days=29, hours=2)).exit_code == 69  # it waits, and is broken all the same
    webhook.status = 200
    assert world.notify(later(NOW, days=30)).channels[0].messages == 1


def test_a_test_message_touches_no_delivery(world: World, webhook: Webhook) -> None:
    assert send_test(world.db, webhook.channel(), NOW).error is None
    assert [post["title"] for post in webhook.posted] == ["[reportwatch] test 测试"]
    assert world.db["deliveries"].count == 0
    webhook.status = 404
    assert send_test(world.db, webhook.channel(), NOW).error == "HTTP 404"


def test_when_nobody_can_be_told_the_machines_own_mail_is_asked_once_a_day(
    tmp_path: Path, world: World
) -> None:
    program = write(
        tmp_path, f'#!/bin/sh\necho "$@" >> {tmp_path}/called\ncat >> {tmp_path}/mail\n', "sendmail", 0o700
    )
    text = f'[[channel]]\nid = "x"\nurl_env = "A"\n[fallback]\nsendmail = "{program}"\nto = "root"\n'
    found = read_channels(write(tmp_path, text), {"A": f"json://127.0.0.1:{closed_port()}/CANARY"})
    world.watch("finance")
    world.channels = found.channels
    world.good(NOW)
    world.check(NOW)
    said = [
        notify(world.db, found.channels, later(NOW, hours=hours), (), found.fallback)
        for hours in (0, 1, 2, 30)
    ]
    assert [one.exit_code for one in said if one.nobody] == [69] * sum(one.nobody for one in said)
    assert (tmp_path / "called").read_text() == "-i -- root\n" * 2
    mail = (tmp_path / "mail").read_text()
    assert "No channel of reportwatch can be reached" in mail
    assert "x: no connection" in mail
    assert "CANARY" not in mail


def test_a_mail_program_that_fails_is_named(tmp_path: Path, world: World) -> None:
    program = write(tmp_path, "#!/bin/sh\nexit 75\n", "sendmail", 0o700)
    text = f'[[channel]]\nid = "x"\nurl_env = "A"\n[fallback]\nsendmail = "{program}"\nto = "root"\n'
    found = read_channels(write(tmp_path, text), {"A": f"json://127.0.0.1:{closed_port()}/x"})
    world.watch("finance")
    world.channels = found.channels
    world.good(NOW)
    world.check(NOW)
    assert (
        notify(world.db, found.channels, NOW, (), found.fallback).fallback
        == f"{program} failed, too: exit code 75"
    )


@pytest.mark.parametrize("block", ['id = "x"\nurl_env = "UNSET"', 'id = "X!"\nurl_env = "UNSET"'])
def test_the_fallback_is_asked_where_every_block_is_wrong(block: str, tmp_path: Path, world: World) -> None:
    program, out = tmp_path / "sendmail", tmp_path / "mail"
    program.write_text(f"#!/bin/sh\ncat > {out}\n", encoding="utf-8")
    program.chmod(0o755)
    text = f'[[channel]]\n{block}\n[fallback]\nsendmail = "{program}"\nto = "root"\n'
    found = read_channels(write(tmp_path, text), {})
    world.watch("finance")
    world.channels = list(found.channels)
    world.good(NOW)
    world.check(NOW)
    summary = notify(world.db, found.channels, NOW, found.errors, found.fallback)
    assert (summary.exit_code, summary.fallback) == (78, f"root is told by {program}")
    assert "the environment variable UNSET is not set" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("hold", ['quiet = ["08:00", "20:00"]', "digest = 20", 'quiet_days = ["sat"]'])
def test_what_a_channel_holds_back_is_no_failure(hold: str, tmp_path: Path, world: World) -> None:
    address = f"json://127.0.0.1:{closed_port()}/x"
    channels = load_channels(
        write(tmp_path, f'[[channel]]\nid = "x"\nurl_env = "A"\n{hold}\n'), {"A": address}
    )
    world.watch("finance")
    world.channels = channels
    world.good(NOW)
    world.check(NOW)
    done = world.notify(NOW)
    assert done.channels[0].waiting == 1
    assert (done.exit_code, world.db["messages"].count) == (0, 0)


def test_what_another_channel_was_told_is_no_news_that_waits(world: World, web: Web) -> None:
    good = plain(url=f"json://127.0.0.1:{web.port}/x", id="good")
    bad = plain(url=f"json://127.0.0.1:{closed_port()}/x", id="bad")
    world.watch("finance")
    world.channels = [good, bad]
    world.good(NOW)
    world.check(NOW)
    assert [world.notify(later(NOW, hours=hour)).exit_code for hour in range(4)] == [0] * 4


@pytest.mark.parametrize(
    "lines", ['sendmail = ""\nto = "root"', 'sendmail = "/x"', 'sendmail = "/x"\nto = "-bad"', "a = 1"]
)
def test_a_wrong_fallback_is_refused_with_its_line(tmp_path: Path, lines: str) -> None:
    found = read_channels(write(tmp_path, f"# first\n[fallback]\n{lines}\n"), {})
    assert found.fallback is None
    assert {error.line for error in found.errors} == {2}
