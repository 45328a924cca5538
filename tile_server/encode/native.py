"""Functions that run as machine code: plain loops over arrays, compiled by numba and kept beside their source.

They hold no lock of the interpreter, so that other threads of a worker go on meanwhile.
"""

from collections.abc import Callable
from typing import Any

from numba import njit


def native(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as machine code for the types it is first called with. Places are not checked against bounds."""
    try:
        compiled: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # nowhere to keep it: neither the sources' folder nor the user's own can be written
        compiled = njit(nogil=True, error_model="numpy")(function)
    return compiled
