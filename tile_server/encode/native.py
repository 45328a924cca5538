"""Functions that run as machine code: plain loops over arrays, compiled by numba and kept beside their source.

They hold no lock of the interpreter, so that other threads of a worker go on meanwhile.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic


def native(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as machine code for the types it is first called with. Places are not checked against bounds."""
    try:
        compiled: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # nowhere to keep it: neither the sources' folder nor the user's own can be written
        compiled = njit(nogil=True, error_model="numpy")(function)
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
