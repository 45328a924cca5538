"""Functions that run as machine code: plain loops over arrays, compiled by numba and kept beside their source.

They hold no lock of the interpreter, so that other threads of a worker go on meanwhile.

numba renews what it keeps of a function when the function's own file changes, not when one it calls does, though that
is compiled into it. What is kept therefore lies in a folder named for the content of all of them.
"""

import tempfile
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from llvmlite import ir
from numba import config as numba_config
from numba import njit, types
from numba.extending import intrinsic

config: Any = numba_config
_SOURCES = Path(__file__).parent


def _folder() -> Path | None:
    """Where machine code of these very sources is kept; None where nothing can be written."""
    digest = blake2b(b"".join(source.read_bytes() for source in sorted(_SOURCES.glob("*.py"))), digest_size=8)
    folder = Path(config.CACHE_DIR or _SOURCES / "__pycache__") / f"native-{digest.hexdigest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return None
    return folder


_FOLDER = _folder()


def native(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as machine code for the types it is first called with. Places are not checked against bounds."""
    elsewhere = config.CACHE_DIR
    config.CACHE_DIR = str(_FOLDER or "")
    try:
        compiled: Callable[..., Any] = njit(cache=_FOLDER is not None, nogil=True, error_model="numpy")(function)
    finally:
        config.CACHE_DIR = elsewhere
    return compiled


def _reader(number: Any, kind: ir.Type) -> Any:
    """A function (bytes, place) of the little-endian number that stands there, aligned or not."""

    @intrinsic
    def read(_context: Any, data: Any, at: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            place = builder.gep(array.data, [arguments[1]])
            return builder.load(builder.bitcast(place, kind.as_pointer()), align=1)

        return number(data, types.intp), generate

    return read


float64_at = _reader(types.float64, ir.DoubleType())
int32_at = _reader(types.int32, ir.IntType(32))
