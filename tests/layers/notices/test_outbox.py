"""What is queued, for whom, in which words."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from django.template import TemplateDoesNotExist
from procrastinate.contrib.django.models import ProcrastinateJob

from layers.core.errors import Invalid
from layers.core.feature import FeatureRef
from layers.core.text import Text
from layers.notices.checks import check_templates
from layers.notices.models import Channel, Notice
from layers.notices.outbox import RECIPIENTS_MOST, Recipient, send
from layers.notices.template import render
from tests.toys import factories

pytestmark = pytest.mark.django_db

AN = Recipient(channel=Channel.EMAIL, address="an@example.vn")
BINH = Recipient(channel=Channel.EMAIL, address="binh@example.vn", language="en")
WORDS = {"subject": Text(vi="Vượt ngưỡng", en="Over the limit"), "text": "PM2.5"}


def test_each_recipient_gets_the_values_in_the_own_language():
    made = send("message", [AN, BINH], WORDS, about=FeatureRef(layer="stations", id=12))

    assert [notice.payload["subject"] for notice in made] == ["Vượt ngưỡng", "Over the limit"]
    assert {(notice.layer, notice.feature_id, notice.state) for notice in made} == {("stations", 12, "queued")}


def test_the_queue_learns_of_notices_with_the_transaction_and_not_without():
    with transaction.atomic():
        send("message", [AN], WORDS)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(task_name="notices.deliver").exists()

    [notice] = send("message", [AN], WORDS)

    assert ProcrastinateJob.objects.get(task_name="notices.deliver").args == {"ids": [notice.pk]}


def test_an_address_is_told_of_an_occasion_once():
    first = send("message", [AN], WORDS, key="alert-12-raised")
    again = send("message", [AN, BINH, BINH], WORDS, key="alert-12-raised")
    other = send("message", [AN], WORDS, key="alert-12-closed")

    assert [len(first), len(other)] == [1, 1]
    assert [notice.address for notice in again] == [BINH.address]


def test_a_person_is_told_by_mail_in_the_own_language_and_forgotten_with_the_account():
    viewer = factories.make_viewer()
    user = Notice._meta.get_field("recipient").related_model.objects.get(pk=viewer.user_id)
    user.email, user.language = "chi@example.vn", "en"
    user.save()

    [notice] = send("message", [Recipient.person(user)], WORDS)

    assert (notice.address, notice.language, notice.recipient_id) == ("chi@example.vn", "en", user.pk)
    user.delete()
    assert not Notice.objects.filter(pk=notice.pk).exists()


def test_times_are_written_in_local_time_and_the_recipient_s_way():
    at = datetime(2026, 3, 4, 22, 5, tzinfo=UTC)
    values = {"at": at, "on": date(2026, 3, 4), "list": [Text(vi="một", en="one"), 2]}

    vietnamese, english = (notice.payload for notice in send("message", [AN, BINH], values))

    assert vietnamese == {"at": "05/03/2026 05:05", "on": "04/03/2026", "list": ["một", 2]}
    assert english == {"at": "2026-03-05 05:05", "on": "2026-03-04", "list": ["one", 2]}


@pytest.mark.parametrize(
    ("recipients", "values", "field"),
    [
        ([Recipient(channel=Channel.EMAIL, address="an@example.vn\nBcc: x@example.vn")], {}, "recipients"),
        ([Recipient(channel=Channel.EMAIL, address="")], {}, "recipients"),
        ([Recipient.hook("http://example.vn/hook")], {}, "recipients"),
        ([Recipient.hook("https://user:secret@example.vn/hook")], {}, "recipients"),
        ([Recipient.hook("file:///etc/passwd")], {}, "recipients"),
        ([Recipient.hook("https://exa mple.vn/")], {}, "recipients"),
        ([Recipient.hook("https://[::1")], {}, "recipients"),
        ([Recipient.hook("https://example.vn:99999/")], {}, "recipients"),
        ([AN] * (RECIPIENTS_MOST + 1), {}, "recipients"),
        ([AN], {"text": object()}, "context"),
        ([AN], {"text": float("nan")}, "context"),
        ([AN], {"text": "x" * 30_000}, "context"),
    ],
)
def test_what_cannot_be_delivered_is_refused_before_it_is_queued(recipients, values, field):
    with pytest.raises(Invalid) as refused:
        send("message", recipients, values)

    assert refused.value.field == field
    assert not Notice.objects.exists()


def test_a_template_that_does_not_exist_is_refused_before_it_is_queued():
    with pytest.raises(TemplateDoesNotExist, match="no_such"):
        send("no_such", [AN], WORDS)


def test_words_are_plain_text_and_a_subject_is_one_line():
    message = render("message", "vi", {"subject": "A & B\r\nBcc: x@example.vn", "text": "<b>5 > 3</b>"})

    assert message.subject == "A & B Bcc: x@example.vn"
    assert "<b>5 > 3</b>" in message.body


def test_a_language_without_words_falls_back_to_vietnamese():
    assert render("message", "km", {"text": "x"}) == render("message", "vi", {"text": "x"})


def test_check_names_the_file_that_a_template_lacks(tmp_path, monkeypatch):
    folder = tmp_path / "templates" / "notices" / "half" / "vi"
    folder.mkdir(parents=True)
    (folder / "subject.txt").touch()
    config = apps.get_app_config("notices")
    assert check_templates([config]) == []
    monkeypatch.setattr(config, "path", str(tmp_path))

    missing = [Path(error.msg.removesuffix(" is missing")) for error in check_templates([config])]

    assert [path.relative_to(tmp_path / "templates" / "notices").as_posix() for path in missing] == [
        "half/vi/body.txt",
        "half/en/subject.txt",
        "half/en/body.txt",
    ]
