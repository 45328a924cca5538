"""How often one caller may ask the public API."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from geo_ioc.accounts.buckets import Buckets
from geo_ioc.accounts.models import User


class Clock:
    """Seconds that pass when told."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_emptied_and_fills_evenly() -> None:
    clock = Clock()
    buckets = Buckets(clock)

    taken = [buckets.take("a", 3) for _ in range(5)]
    clock.now += 20  # a third of a minute: one of three

    assert taken == [0, 0, 0, 20, 20]
    assert [buckets.take("a", 3) for _ in range(2)] == [0, 20]


def test_callers_do_not_share_a_bucket() -> None:
    buckets = Buckets(Clock())

    assert [buckets.take(who, 1) for who in ("a", "b", "a")] == [0, 0, 60]


def test_of_two_callers_in_one_slot_the_last_is_remembered() -> None:
    buckets = Buckets(Clock(), slots=1)

    taken = [buckets.take(who, 1) for who in ("a", "a", "b", "a")]

    assert taken == [0, 60, 0, 0]  # "a" was forgotten for "b"


def test_a_clock_that_began_anew_fills_the_bucket(tmp_path: Path) -> None:
    late, early = Clock(), Clock()
    early.now = 5.0

    assert [Buckets(late, file=tmp_path / "run" / "rate").take("a", 1) for _ in range(2)] == [0, 60]
    assert Buckets(early, file=tmp_path / "run" / "rate").take("a", 1) == 0


TAKES = """
import sys
from pathlib import Path
from geo_ioc.accounts.buckets import Buckets
buckets = Buckets(lambda: 1_000.0, file=Path(sys.argv[1]), key=b"k")
print(sum(buckets.take("a", 1_000) == 0 for _ in range(5_000)))
"""


def test_processes_that_ask_at_once_take_no_more_than_there_is(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TAKES, str(tmp_path / "rate")]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    taken = [int(worker.communicate(timeout=60)[0]) for worker in workers]

    assert sum(taken) == 1_000


@pytest.mark.django_db
@pytest.mark.urls("tests.accounts.pages")
class TestView:
    """A view that is counted."""

    @pytest.fixture(autouse=True)
    def _limits(self, settings: Settings) -> None:
        settings.GEO_IOC_RATE_ADDRESS, settings.GEO_IOC_RATE_TOKEN = 2, 4

    def test_one_address_is_refused_in_both_languages_and_told_when_to_come_again(self, client: Client) -> None:
        answers = [client.get("/api/counted") for _ in range(3)]

        assert [one.status_code for one in answers] == [200, 200, 429]
        assert answers[2]["Retry-After"] == "30"
        assert answers[2].json()["error"] == "too_many_requests"
        assert answers[2].json()["message"].keys() == {"vi", "en"}
        assert "30" in answers[2].json()["message"]["vi"]

    def test_another_address_is_not(self, client: Client) -> None:
        for _ in range(3):
            client.get("/api/counted")

        assert client.get("/api/counted", REMOTE_ADDR="203.0.113.9").status_code == 200

    def test_addresses_of_one_ipv6_network_are_one_caller(self, client: Client) -> None:
        answers = [client.get("/api/counted", REMOTE_ADDR=f"2001:db8::{n}") for n in range(1, 4)]

        assert [one.status_code for one in answers] == [200, 200, 429]

    def test_a_token_may_ask_more_often(
        self, client: Client, make_user: Callable[..., User], issue: Callable[..., str]
    ) -> None:
        header = {"Authorization": f"Bearer {issue(make_user())}"}

        answers = [client.get("/api/counted", headers=header) for _ in range(5)]

        assert [one.status_code for one in answers] == [200, 200, 200, 200, 429]

    def test_views_that_do_not_say_so_are_not_counted(self, client: Client) -> None:
        assert {client.get("/api/who").status_code for _ in range(5)} == {200}

    def test_zero_is_no_limit(self, client: Client, settings: Settings) -> None:
        settings.GEO_IOC_RATE_ADDRESS = 0

        assert {client.get("/api/counted").status_code for _ in range(5)} == {200}
