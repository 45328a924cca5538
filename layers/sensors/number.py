"""Numbers in sentences and formulas as people write them: 1.234,5 in Vietnamese, 1,234.5 in English."""

from decimal import Decimal
from string import Formatter
from typing import Any, Final

from layers.core.text import Text

_SWAPPED: Final = str.maketrans(".,", ",.")


class _English(Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        """A number without a spec has six digits that tell something, and never an exponent."""
        if not isinstance(value, int | float):
            return super().format_field(value, format_spec)
        written = format(value, format_spec) if format_spec else f"{Decimal(f'{value:.6g}'):,f}"
        return written.replace("-", "−")


class _Vietnamese(_English):
    def format_field(self, value: Any, format_spec: str) -> Any:
        written = super().format_field(value, format_spec)
        return written.translate(_SWAPPED) if isinstance(value, int | float) else written


_WRITERS: Final = {"vi": _Vietnamese(), "en": _English()}


def said(pattern: Text | str, language: str, *numbers: float) -> str:
    """The pattern with each `{}` filled by a number; one with a spec, as `{:,.2f}`, is written to it."""
    words = pattern.to(language) if isinstance(pattern, Text) else pattern
    return _WRITERS.get(language, _WRITERS["vi"]).format(words, *numbers)
