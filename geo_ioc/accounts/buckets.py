"""A bucket of requests for each caller, filled up again evenly over a minute; of one process or of several."""

import fcntl
import math
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

PERIOD_S = 60
SLOTS = 1 << 17
"""Callers remembered; of two with the same slot the one that asked last is, and the other's bucket is full again."""
SLOT = struct.Struct("=Qdd")
"""Who (64 bits of a keyed hash), requests left, seconds of the clock."""


class Buckets:
    """Requests left of every caller; safe for threads, and with a file for processes.

    Args:
        clock: seconds since the machine started, never going back, the same in every process.
        file: shared by the processes that count together; made with its folder where it is not there. None: this
            process alone.
        key: of the hash, so that nobody can choose whose slot to share; the same in every process.
        slots: callers remembered.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        file: Path | None = None,
        key: bytes = b"",
        slots: int = SLOTS,
    ) -> None:
        """Map the file, or memory of this process."""
        self._clock, self._key, self._slots = clock, key, slots
        self._lock = threading.Lock()
        self._file = -1
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.ftruncate(self._file, slots * SLOT.size)
        self._memory = mmap.mmap(self._file, slots * SLOT.size)

    def take(self, caller: str, limit: int) -> int:
        """Take one request of `limit` a minute: 0 where there was one, else the whole seconds to wait for it."""
        who = blake2b(caller.encode(), key=self._key, digest_size=16).digest()
        start = int.from_bytes(who[:8]) % self._slots * SLOT.size
        name = int.from_bytes(who[8:])
        with self._alone(start):
            now = self._clock()
            known, left, at = SLOT.unpack_from(self._memory, start)
            if known != name or not at <= now:
                left, at = float(limit), now
            left = min(float(limit), left + (now - at) * limit / PERIOD_S)
            wait_s = 0 if left >= 1 else math.ceil((1 - left) * PERIOD_S / limit)
            SLOT.pack_into(self._memory, start, name, left if wait_s else left - 1, now)
            return wait_s

    @contextmanager
    def _alone(self, start: int) -> Iterator[None]:
        """No other thread, and of no other process, is at this slot; the system lets go of a process that ended."""
        with self._lock:
            if self._file < 0:
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX, SLOT.size, start)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, SLOT.size, start)
