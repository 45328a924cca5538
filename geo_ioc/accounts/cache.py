"""Who is behind which credentials, remembered for a moment: 0.4 µs instead of several queries.

Off until somebody follows the change journal and promises to call `clear()` at each entry of layer `@access`:
a process that hears of no revocation must not remember anybody.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from geo_ioc.accounts.caller import Caller, Unauthorized

TTL_S = 60.0
SIZE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    answer: Caller | Unauthorized
    until: float
    active: bool


class ViewerCache:
    """Callers by their credentials, refused ones too. Safe to use from several threads."""

    def __init__(self, *, ttl_s: float = TTL_S, size: int = SIZE, clock: Callable[[], float] = time.monotonic) -> None:
        """An empty cache that remembers nothing until `turn_on`.

        Args:
            ttl_s: how long an answer holds, seconds.
            size: most keys kept; the oldest goes first.
            clock: seconds that only grow.
        """
        self._ttl_s, self._size, self._clock = ttl_s, size, clock
        self._entries: dict[Hashable, _Entry] = {}
        self._lock = Lock()
        self._on = False
        self._cleared = 0

    def turn_on(self) -> None:
        """Begin to remember: the journal is being followed from now on."""
        with self._lock:
            self._entries.clear()
            self._on = True

    def turn_off(self) -> None:
        """Forget everybody and remember nobody: the journal is not heard."""
        with self._lock:
            self._on = False
        self.clear()

    def clear(self) -> None:
        """Forget everybody; what is being looked up at this moment is not remembered either."""
        with self._lock:
            self._entries.clear()
            self._cleared += 1

    def __len__(self) -> int:
        """How many credentials are remembered."""
        return len(self._entries)

    def get(self, key: Hashable, *, active: bool = True) -> Caller | None:
        """The remembered caller, or None.

        Args:
            key: the credentials.
            active: whether the request is an act of the person; one that is asks again where the last look-up was not,
                so that using the map keeps the session alive.

        Raises:
            Unauthorized: these credentials were refused a moment ago.
        """
        entry = self._entries.get(key)
        if entry is None or entry.until <= self._clock() or (active and not entry.active):
            return None
        if isinstance(entry.answer, Unauthorized):
            raise entry.answer.again()
        return entry.answer

    def ask(self, key: Hashable, look_up: Callable[[], Caller], *, active: bool = True) -> Caller:
        """The remembered caller, or the one now looked up.

        Raises:
            Unauthorized: the credentials are refused.
        """
        if (caller := self.get(key, active=active)) is not None:
            return caller
        cleared = self._cleared
        try:
            answer: Caller | Unauthorized = look_up()
        except Unauthorized as refusal:
            answer = refusal
        self._keep(key, answer, active=active, cleared=cleared)
        if isinstance(answer, Unauthorized):
            raise answer
        return answer

    def _keep(self, key: Hashable, answer: Caller | Unauthorized, *, active: bool, cleared: int) -> None:
        with self._lock:
            if not self._on or cleared != self._cleared:
                return
            self._entries.pop(key, None)
            while len(self._entries) >= self._size:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = _Entry(answer=answer, until=self._clock() + self._ttl_s, active=active)
