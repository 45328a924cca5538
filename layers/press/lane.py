"""Who may print when: one sheet at a time in a process, one a caller, few waiting; and the process that presses it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from layers.core import Text
from layers.core.errors import BadRequest, Busy
from layers.press import TOO_LONG

log = structlog.get_logger(__name__)

ROOT = Path(__file__).resolve().parents[2]
PRESS_S = 100.0
WAIT_S = 25.0
WAITING = 4
"""Callers that may wait; further ones are asked to come again."""

_press = threading.Lock()
_callers: set[str] = set()
_guard = threading.Lock()


@contextmanager
def turn(caller: str) -> Iterator[None]:
    """The press, for one caller.

    Raises:
        Busy: this caller's last sheet is not done, or too many wait.
    """
    with _guard:
        if caller in _callers:
            raise Busy(
                Text(
                    vi="Tờ in trước của bạn chưa xong. Đợi ít giây rồi thử lại.",
                    en="Your last sheet is not done yet. Wait some seconds and try again.",
                )
            )
        if len(_callers) >= WAITING:
            raise _queue()
        _callers.add(caller)
    try:
        if not _press.acquire(timeout=WAIT_S):
            raise _queue()
        try:
            yield
        finally:
            _press.release()
    finally:
        with _guard:
            _callers.discard(caller)


def _queue() -> Busy:
    return Busy(
        Text(vi="Nhiều người đang in. Thử lại sau ít giây.", en="Many are printing. Try again in some seconds.")
    )


def press(html: str, kind: str, dpi: int) -> bytes:
    """The sheet, made in a process of its own that knows neither database nor secrets.

    Raises:
        Busy: it took too long or too much memory.
        BadRequest: it has more pages than a picture holds.
    """
    command = [sys.executable, "-s", "-m", "layers.press.machine", kind, str(dpi)]
    try:
        done = subprocess.run(  # noqa: S603  our own module, arguments of ours
            command,
            cwd=ROOT,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            input=html.encode(),
            capture_output=True,
            timeout=PRESS_S,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise _too_heavy() from fault
    if done.returncode == TOO_LONG:
        raise _too_long()
    if done.returncode != 0 or not done.stdout:
        log.error("print_failed", status=done.returncode, words=done.stderr.decode("utf-8", "replace")[-600:])
        raise _too_heavy()
    return done.stdout


def _too_long() -> BadRequest:
    return BadRequest(
        Text(
            vi="Bản in này có quá nhiều trang cho một ảnh PNG. Chọn PDF.",
            en="This sheet has too many pages for one PNG picture. Choose PDF.",
        ),
        field="format",
    )


def _too_heavy() -> Busy:
    return Busy(
        Text(
            vi="Tờ này quá nặng để in. Chọn tỷ lệ lớn hơn hoặc bớt lớp rồi thử lại.",
            en="This sheet is too heavy to print. Choose a larger scale or fewer layers and try again.",
        ),
        slug="too_heavy",
    )
