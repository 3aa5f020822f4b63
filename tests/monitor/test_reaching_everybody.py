"""The end of what was told, and what takes it back, reaches everybody who was told, whatever became of their channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.channels import ChannelError, ChannelErrors, load_channels
from monitor.deliveries import requeue
from monitor.outbox import notify, send_test
from monitor.sender import send
from monitor.services import separate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.monitor.conftest import Mailbox, Webhook
    from tests.monitor.world import World

FIRST = "2026-01-10T01:00:00Z"
AFTER_GRACE = "2026-02-05T01:00:00Z"
NEXT_DAY = "2026-02-06T01:00:00Z"
LATER = "2026-02-07T01:00:00Z"


@pytest.fixture
def finance(world: World) -> World:
    """A department that has published the year before."""
    world.watch("finance")
    world.good(FIRST, ("finance", 2024))
    world.check(FIRST)
    return world


def told_missing(world: World) -> None:
    world.good(AFTER_GRACE, ("finance", 2024))
    world.check(AFTER_GRACE)
    world.notify(AFTER_GRACE)


def deliveries(world: World, channel: str) -> list[tuple[str, str]]:
    sql = "SELECT e.kind, d.state FROM deliveries d JOIN events e ON e.id = d.event WHERE d.channel = ? ORDER BY d.id"
    return [(row["kind"], row["state"]) for row in world.db.query(sql, (channel,))]


def test_a_channel_that_is_not_in_the_file_for_a_day_hears_of_the_end(
    finance: World, webhook: Webhook
) -> None:
    desk = webhook.channel(id="desk", kinds=["missing"])
    finance.channels = [desk]
    told_missing(finance)
    finance.channels = []
    finance.good(NEXT_DAY, ("finance", 2024), ("finance", 2025))
    finance.check(NEXT_DAY)
    assert finance.notify(NEXT_DAY).orphans == (("desk", 1),)
    finance.channels = [desk]
    finance.notify(LATER)
    assert deliveries(finance, "desk") == [("opened", "sent"), ("appeared", "sent")]
    assert webhook.texts[-1].count("LATE:") == 1


def test_an_address_whose_password_changed_hears_of_the_end(finance: World, webhook: Webhook) -> None:
    whole = webhook.channel(id="desk", kinds=["missing"])
    before, after = (whole.model_copy(update={"id": name}) for name in ("desk:3fa9c1", "desk:77ab02"))
    finance.channels = [before]
    told_missing(finance)
    finance.channels = [after]
    finance.good(NEXT_DAY, ("finance", 2024), ("finance", 2025))
    finance.check(NEXT_DAY)
    finance.notify(NEXT_DAY)
    assert deliveries(finance, "desk:77ab02") == [("appeared", "sent")]
    assert deliveries(finance, "desk:3fa9c1") == [("opened", "sent")]


def test_what_was_taken_back_while_it_was_given_up_is_taken_back_when_it_is_queued_again(
    finance: World, webhook: Webhook
) -> None:
    finance.channels = [webhook.channel(attempts=1)]
    webhook.status = 500
    finance.good(NEXT_DAY, ("finance", 2025), dated="2026-02-06")
    finance.check(NEXT_DAY)
    finance.notify(NEXT_DAY)
    assert ("appeared", "dead") in deliveries(finance, "hook")
    finance.db.execute("UPDATE links SET published = '2026-01-30'")
    finance.good(LATER, ("finance", 2025), dated="2026-01-30")
    finance.check(LATER)
    webhook.status = 200
    requeue(finance.db, "hook", LATER)
    finance.notify(LATER)
    assert "CORRECTED:" in webhook.texts[-1]
    assert "LATE:" not in webhook.texts[-1]


def test_queueing_again_what_may_have_arrived_does_not_make_it_untold(
    finance: World, webhook: Webhook
) -> None:
    finance.channels = [webhook.channel()]
    webhook.status = 500
    told_missing(finance)
    finance.db.execute("UPDATE messages SET outcome = 'ambiguous'")  # it was handed over, and no answer came
    requeue(finance.db, "hook", NEXT_DAY)
    finance.watch("finance", at=NEXT_DAY, to_year=2024)
    finance.check(NEXT_DAY)
    webhook.status = 200
    finance.notify(NEXT_DAY)
    assert "CORRECTED:" in webhook.texts[-1]


def test_who_was_only_reminded_hears_what_was_wrong_in_part(world: World, webhook: Webhook) -> None:
    world.watch("finance")
    world.channels = [webhook.channel()]
    start, then, later = "2026-01-20T01:00:00Z", "2026-01-30T01:00:00Z", "2026-01-31T01:00:00Z"
    world.good(start, ("finance", 2024), ("finance", 2025))
    document = world.read(start, "finance", 2025, b"x", faults=("A", "B"))
    world.check(start)  # the first look is silent; the reminder after ten days is not
    world.good(then, ("finance", 2024), ("finance", 2025))
    world.check(then)
    world.notify(then)
    assert [kind for kind, _ in deliveries(world, "hook")] == ["summary", "reminder"]
    world.reread(
        later, document, "finance", 2025, {"requests.received.total": 22}, faults=("A",), version="2"
    )
    world.check(later)
    assert [kind for kind, _ in deliveries(world, "hook")] == ["summary", "reminder", "corrected"]
    world.notify(later)
    assert "on 2026-01-30 09:00 we reported" in webhook.texts[-1]  # not when it opened, in silence


def test_a_wrong_name_in_the_file_is_told_once_although_the_channel_works(
    finance: World, webhook: Webhook
) -> None:
    finance.channels = [webhook.channel(id="desk"), webhook.channel(id="operator", kinds=["channel"])]
    wrong = [ChannelError("channels.toml", 3, "regions: no region is called 'henann'", "desk")]
    notify(finance.db, finance.channels, FIRST, wrong)
    told_missing(finance)
    notify(finance.db, finance.channels, NEXT_DAY, wrong)
    assert deliveries(finance, "operator") == [("channel", "sent")]
    (said,) = [text for text in webhook.texts if "A mistake in the settings" in text]
    assert "of the channel desk, which goes on with the rest: channels.toml:3: regions" in said
    assert "is broken" not in said


def test_messages_of_a_clock_that_was_ahead_do_not_count_for_the_rate(
    finance: World, webhook: Webhook
) -> None:
    channel = webhook.channel(per_minute=1)
    finance.channels = [channel]
    send_test(finance.db, channel, "2027-01-01T00:00:00Z")
    told_missing(finance)
    assert ("opened", "sent") in deliveries(finance, "hook")


def test_who_gets_a_copy_of_a_mail_gets_one(mailbox: Mailbox) -> None:
    address = f"mailto://127.0.0.1:{mailbox.port}?from=watch@example.org&to=a@example.org,b@example.org&cc=c@example.org"
    for one in separate(address):
        assert send(one, "title", "text", as_html=False, now=FIRST).error is None
    assert [(mail["To"], mail["Cc"]) for mail in mailbox.mails] == [
        ("a@example.org", "c@example.org"),
        ("b@example.org", None),
    ]


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n"])
def test_two_addresses_in_one_variable_are_a_mistake(tmp_path: Path, between: str) -> None:
    file = tmp_path / "channels.toml"
    file.write_text('[[channel]]\nid = "desk"\nurl_env = "DESK"\n', encoding="utf-8")
    with pytest.raises(ChannelErrors, match="more than one address") as raised:
        load_channels(file, {"DESK": f"json://127.0.0.1/SECRET1{between}json://127.0.0.1/SECRET2"})
    assert "SECRET" not in str(raised.value)
