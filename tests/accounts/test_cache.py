"""Who is remembered, how long, and what makes us forget."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from geo_ioc.accounts.cache import ViewerCache
from geo_ioc.accounts.caller import Caller, Means, Unauthorized
from layers.core.viewer import Viewer


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


class Source:
    """Answers like the database, and counts how often it was asked."""

    def __init__(self, answer: Caller | None = None) -> None:
        self.asked = 0
        self.answer = answer or Caller(viewer=Viewer(user="lan", user_id=1), means=Means.SESSION)

    def __call__(self) -> Caller:
        self.asked += 1
        return self.answer

    def refuse(self) -> Caller:
        """Answer that the token is wrong."""
        self.asked += 1
        raise Unauthorized


def on(**options: object) -> ViewerCache:
    """A cache that remembers."""
    cache = ViewerCache(**options)  # type: ignore[arg-type]
    cache.turn_on()
    return cache


def test_nothing_is_remembered_before_somebody_follows_the_journal() -> None:
    cache, source = ViewerCache(), Source()

    cache.ask("key", source)
    cache.ask("key", source)

    assert source.asked == 2


def test_a_caller_is_remembered_for_a_minute() -> None:
    clock, source = Clock(), Source()
    cache = on(clock=clock)

    cache.ask("key", source)
    clock.now = 59.9
    cache.ask("key", source)
    assert source.asked == 1
    clock.now = 60.0
    cache.ask("key", source)

    assert source.asked == 2


def test_a_refusal_is_remembered_too() -> None:
    cache, source = on(), Source()

    for _ in range(3):
        with pytest.raises(Unauthorized):
            cache.ask("key", source.refuse)

    assert source.asked == 1


def test_clearing_forgets_everybody() -> None:
    cache, source = on(), Source()
    cache.ask("key", source)

    cache.clear()

    assert cache.get("key") is None
    assert len(cache) == 0


def test_an_answer_from_before_a_clearing_is_not_kept() -> None:
    cache, source = on(), Source()

    def revoked_meanwhile() -> Caller:
        caller = source()
        cache.clear()
        return caller

    cache.ask("key", revoked_meanwhile)

    assert cache.get("key") is None


def test_turned_off_it_forgets_and_remembers_nobody() -> None:
    cache, source = on(), Source()
    cache.ask("key", source)

    cache.turn_off()
    cache.ask("key", source)

    assert cache.get("key") is None
    assert source.asked == 2


def test_an_act_of_the_person_asks_again_where_only_a_live_connection_had_asked() -> None:
    cache, source = on(), Source()

    cache.ask("key", source, active=False)
    cache.ask("key", source, active=True)
    cache.ask("key", source, active=False)

    assert source.asked == 2


def test_the_number_of_keys_is_bounded_and_the_oldest_goes_first() -> None:
    cache, source = on(size=3), Source()

    for key in range(5):
        cache.ask(key, source)

    assert len(cache) == 3
    assert [cache.get(key) is not None for key in range(5)] == [False, False, True, True, True]


def test_threads_may_use_it_at_once() -> None:
    cache = on(size=50)

    def work(seed: int) -> None:
        for n in range(400):
            cache.ask((seed * n) % 90, Source())
            if n % 50 == 0:
                cache.clear()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert len(cache) <= 50
