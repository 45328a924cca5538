"""Delivery to a real mail server and a real webhook receiver, and what happens when they do not take it."""

import hmac
import json
import socket
import threading
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from layers.core.feature import FeatureRef
from layers.core.text import Text
from layers.notices import delivery, outside
from layers.notices.delivery import ATTEMPTS_MOST, KEEP, LEASE, deliver, deliver_due, forget, wait_after
from layers.notices.models import Channel, Notice
from layers.notices.outbox import Recipient, send

pytestmark = pytest.mark.django_db

AN = Recipient(channel=Channel.EMAIL, address="an@example.vn")
WORDS = {
    "subject": Text(vi="Vượt ngưỡng PM2.5", en="PM2.5 over the limit"),
    "text": Text(vi="Trạm Bến Kéo: 87 µg/m³", en="Station Bến Kéo: 87 µg/m³"),
    "link": "https://ioc.example.vn/?select=stations/12",
}


def _queue(recipient: Recipient = AN) -> Notice:
    [notice] = send("message", [recipient], WORDS, about=FeatureRef(layer="stations", id=12))
    return notice


def _due_now() -> None:
    Notice.objects.update(due_at=timezone.now())


def test_a_mail_arrives_with_vietnamese_words(mail_server):
    notice = _queue()

    assert deliver_due() == 1

    [(address, mail)] = mail_server.received
    assert address == mail["To"] == "an@example.vn"
    assert mail["Subject"] == "Vượt ngưỡng PM2.5"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-GeoIoc-Delivery"] == f"notice-{notice.pk}"
    assert "Trạm Bến Kéo: 87 µg/m³" in mail.get_content()
    assert mail.get_content_type() == "text/plain"
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.last_error) == ("sent", 1, None)


def test_a_sent_notice_is_not_sent_again(mail_server):
    notice = _queue()

    deliver([notice.pk, notice.pk])
    deliver_due()

    assert len(mail_server.received) == 1


def test_a_mail_refused_for_now_is_tried_again_and_one_refused_for_good_is_not(mail_server):
    mail_server.refusals = ["451 later", "550 no such user"]
    notice = _queue()

    deliver_due()
    notice.refresh_from_db()
    assert (notice.state, notice.last_error) == ("queued", "recipient refused: 451")
    _due_now()
    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.last_error) == ("failed", 2, "recipient refused: 550")


def test_a_mail_server_that_is_away_is_waited_for(settings, mail_server):
    notice = _queue()
    port = settings.EMAIL_PORT
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = closed.getsockname()[1]
    deliver_due()
    notice.refresh_from_db()
    assert notice.last_error.startswith("ConnectionRefusedError")

    settings.EMAIL_PORT = port
    _due_now()
    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("sent", 2)


def test_a_webhook_gets_a_signed_body_with_words_and_values(hook):
    notice = _queue(Recipient.hook(hook.url, language="en"))

    deliver_due()

    [(path, headers, body)] = hook.received
    assert path == "/hook?unit=25516"
    told = json.loads(body)
    assert (told["layer"], told["feature"], told["subject"]) == ("stations", 12, "PM2.5 over the limit")
    assert told["data"]["link"] == WORDS["link"]
    at, signature = (part.partition("=")[2] for part in headers["X-GeoIoc-Signature"].split(","))
    printed = StringIO()
    call_command("webhook_secret", hook.url, stdout=printed)
    secret = printed.getvalue().strip().encode()
    assert hmac.new(secret, at.encode() + b"." + body, sha256).hexdigest() == signature
    assert headers["X-GeoIoc-Delivery"] == f"notice-{notice.pk}"
    notice.refresh_from_db()
    assert notice.state == "sent"


@pytest.mark.parametrize(("status", "state"), [(500, "queued"), (429, "queued"), (404, "failed"), (302, "failed")])
def test_an_answer_other_than_success_is_kept_and_decides_whether_to_try_again(hook, status, state):
    hook.answers = [status]
    notice = _queue(Recipient.hook(hook.url))

    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, notice.last_error) == (state, f"HTTP {status}")
    assert len(hook.received) == 1


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]"]
)
def test_nothing_is_posted_into_a_network_that_is_not_named_as_ours(host, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ()
    notice = _queue(Recipient.hook(f"https://{host}/"))

    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("failed", 1)
    assert "not public" in notice.last_error


def test_a_receiver_that_never_finishes_is_cut_off(settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_HOSTS = ("127.0.0.1",)
    monkeypatch.setattr(outside, "TOTAL_S", 0.5)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"

        def drip() -> None:
            with listening.accept()[0] as client:
                client.sendall(b"HTTP/1.1 ")
                while not stop.wait(0.05):
                    try:
                        client.sendall(b"x")
                    except OSError:
                        return

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        notice = _queue(Recipient.hook(url))
        started = timezone.now()
        deliver_due()
        stop.set()
        dripping.join()

    assert timezone.now() - started < timedelta(seconds=5)
    notice.refresh_from_db()
    assert notice.state == "queued"
    assert notice.last_error


def test_a_webhook_is_posted_by_tls_to_a_receiver_whose_certificate_we_trust(hook, tmp_path, monkeypatch):
    url, certificate = hook.speak_tls(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    notice = _queue(Recipient.hook(url))

    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, notice.last_error) == ("sent", None)
    assert json.loads(hook.received[0][2])["id"] == notice.pk


@pytest.mark.parametrize("trusted", [False, True], ids=["unknown", "of another host"])
def test_nothing_is_posted_to_a_receiver_whose_certificate_does_not_fit(trusted, hook, tmp_path, monkeypatch, settings):
    url, certificate = hook.speak_tls(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        settings.WEBHOOK_PRIVATE_HOSTS = ("localhost",)
        url = url.replace("127.0.0.1", "localhost")
    notice = _queue(Recipient.hook(url))

    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, hook.received) == ("queued", [])
    assert "CERTIFICATE_VERIFY_FAILED" in notice.last_error


def test_waits_grow_until_a_notice_is_given_up(hook):
    hook.answers = [503] * ATTEMPTS_MOST
    notice = _queue(Recipient.hook(hook.url))

    for attempt in range(1, ATTEMPTS_MOST):
        deliver_due()
        notice.refresh_from_db()
        waiting = notice.due_at - timezone.now()
        assert timedelta(0) <= wait_after(attempt) - waiting < timedelta(seconds=10)
        assert deliver_due() == 0
        _due_now()
    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("failed", ATTEMPTS_MOST)
    assert notice.ended_at is not None


def test_a_notice_whose_worker_died_is_delivered_when_its_lease_ends(mail_server):
    notice = _queue()
    Notice.objects.update(due_at=timezone.now() + LEASE, attempts=1)

    assert deliver_due() == 0
    _due_now()

    assert deliver_due() == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("sent", 2)


def test_a_notice_that_ends_its_worker_every_time_is_given_up(mail_server):
    notice = _queue()
    Notice.objects.update(attempts=ATTEMPTS_MOST)

    assert deliver_due() == 0

    notice.refresh_from_db()
    assert (notice.state, mail_server.received) == ("failed", [])


def test_one_broken_notice_does_not_hold_up_the_next(mail_server, monkeypatch):
    broken, whole = _queue(), _queue()
    Notice.objects.filter(pk=broken.pk).update(channel="webhook", address="https://[::1")

    deliver_due()

    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.state, broken.last_error) == ("queued", "ValueError")
    assert whole.state == "sent"


def test_notices_of_long_ago_are_forgotten_and_waiting_ones_are_not(mail_server):
    old, waiting = _queue(), _queue()
    deliver([old.pk])
    Notice.objects.filter(pk=old.pk).update(ended_at=timezone.now() - KEEP - timedelta(days=1))

    assert forget(timezone.now()) == 1
    assert list(Notice.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_the_command_refuses_a_url_no_notice_can_go_to():
    with pytest.raises(CommandError, match="https"):
        call_command("webhook_secret", "ftp://example.vn")


@pytest.mark.django_db(transaction=True)
def test_the_queue_s_worker_delivers_what_a_transaction_queued(mail_server):
    notice = _queue()

    call_command("procrastinate", "worker", "--one-shot", "--queues", "default")

    notice.refresh_from_db()
    assert notice.state == "sent"
    assert delivery.deliver_due() == 0
