"""Notices to browsers: only the browser can read them, and its push service can tell whose they are."""

import base64
import json
import os

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from py_vapid import Vapid02

from geo_ioc.accounts.browsers import MOST_BROWSERS, name_of
from geo_ioc.accounts.models import User
from layers.core.errors import Invalid
from layers.core.feature import FeatureRef
from layers.core.text import Text
from layers.notices import push
from layers.notices.delivery import deliver_due
from layers.notices.models import Browser, Notice
from layers.notices.outbox import Recipient, send
from layers.notices.people import people_of

pytestmark = pytest.mark.django_db

WORDS = {"subject": Text(vi="Vượt ngưỡng PM2.5", en="PM2.5 over the limit"), "text": "Bến Kéo"}
CHROME = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Subscribed:
    """What a browser keeps of its subscription: the private key and the shared secret."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def json(self) -> dict[str, object]:
        """What it tells the server."""
        public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": _text(public), "auth": _text(self.secret)}}

    def read(self, body: bytes) -> dict[str, str]:
        """A message that arrived."""
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(plain)


def make_person(login: str) -> User:
    return User.objects.create_user(username=login, email=f"{login}@example.vn")


@pytest.fixture
def person() -> User:
    return make_person("an")


@pytest.fixture
def client(person: User) -> Client:
    signed_in = Client(enforce_csrf_checks=False)
    signed_in.force_login(person)
    return signed_in


def ask(client: Client, browser: Subscribed, agent: str = CHROME):
    return client.post(
        "/accounts/browsers/", json.dumps(browser.json), content_type="application/json", headers={"User-Agent": agent}
    )


def test_a_browser_is_told_in_words_only_it_can_read(client, person, hook):
    browser = Subscribed(hook.url)
    assert ask(client, browser).status_code == 201
    kept = Browser.objects.get()
    assert kept.name == "Chrome, Android"

    [notice] = send("message", [Recipient.browser(kept, "en")], WORDS, about=FeatureRef(layer="alerts", id=12))
    deliver_due()

    [(_, headers, body)] = hook.received
    assert b"PM2.5" not in body
    told = browser.read(body)
    assert (told["title"], told["body"]) == ("PM2.5 over the limit", "Bến Kéo")
    assert (told["link"], told["tag"]) == ("/?layers=alerts&sel=alerts/12", f"notice-{notice.pk}")
    assert headers["Content-Encoding"] == "aes128gcm"
    assert Vapid02.verify(headers["Authorization"])
    assert headers["Authorization"].endswith(f"k={push.public_key()}")
    notice.refresh_from_db()
    assert notice.state == "sent"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_takes_no_more_notices_is_forgotten(client, hook, status):
    ask(client, Subscribed(hook.url))
    hook.answers = [status]
    [notice] = send("message", [Recipient.browser(Browser.objects.get(), "vi")], WORDS)

    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, notice.last_error) == ("failed", f"HTTP {status}")
    assert not Browser.objects.exists()


def test_a_push_service_that_is_away_is_tried_again(client, hook):
    ask(client, Subscribed(hook.url))
    hook.answers = [503]
    [notice] = send("message", [Recipient.browser(Browser.objects.get(), "vi")], WORDS)

    deliver_due()

    notice.refresh_from_db()
    assert (notice.state, Browser.objects.count()) == ("queued", 1)


def test_long_words_are_cut_to_what_a_message_holds(client, hook):
    browser = Subscribed(hook.url)
    ask(client, browser)
    send("message", [Recipient.browser(Browser.objects.get(), "vi")], {"subject": "ỡ" * 300, "text": "ợ" * 3_000})

    deliver_due()

    [(_, _, body)] = hook.received
    assert len(body) <= 4096 + 103
    assert len(browser.read(body)["body"].encode()) <= 3_993


def test_a_role_is_told_by_mail_and_in_every_browser(client, person, hook, settings):
    settings.PEOPLE_OF = f"{__name__}.everybody"
    ask(client, Subscribed(hook.url))
    ask(client, Subscribed(hook.url + "&other"))

    told = people_of("environment", None)

    assert [one.channel.value for one in told] == ["email", "push", "push"]
    assert {one.user_id for one in told} == {person.pk}


def everybody(_role: str, _unit_id: int | None) -> list[User]:
    return list(User.objects.exclude(email=""))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"x" * 5_000,
        json.dumps({"endpoint": "https://push.example/1", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}).encode(),
        json.dumps({"endpoint": 7, "keys": {"p256dh": "A", "auth": "A"}}).encode(),
    ],
    ids=["nothing", "a list", "too long", "no point of the curve", "no text"],
)
def test_what_is_no_subscription_is_refused(client, body):
    answer = client.post("/accounts/browsers/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert not Browser.objects.exists()


def test_an_endpoint_in_the_own_network_is_refused(hook, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ()
    keys = Subscribed(hook.url).json["keys"]

    with pytest.raises(Invalid):
        push.require(hook.url, **keys)


def test_nobody_asks_or_removes_for_another(client, hook):
    ask(client, Subscribed(hook.url))
    other = Client()
    assert ask(other, Subscribed(hook.url)).status_code == 302
    other.force_login(make_person("binh"))

    assert other.post(f"/accounts/browsers/{Browser.objects.get().pk}/remove/").status_code == 404
    assert client.post(f"/accounts/browsers/{Browser.objects.get().pk}/remove/").status_code == 302
    assert not Browser.objects.exists()


def test_the_browsers_of_one_person_are_bounded(client, hook):
    for number in range(MOST_BROWSERS + 2):
        ask(client, Subscribed(f"{hook.url}&{number}"))

    assert Browser.objects.count() == MOST_BROWSERS
    assert not Notice.objects.exists()


def test_a_browser_is_named_in_a_few_words():
    assert name_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox, Linux"
    assert name_of("") == "?"
