"""JSON bodies of this room's addresses."""

import json
import unicodedata
from typing import Any, NoReturn

from django.http import HttpRequest

from layers.core import Text
from layers.core.errors import BadRequest


def read_body(request: HttpRequest) -> Any:
    """What was sent as JSON, text in NFC.

    Raises:
        BadRequest: not UTF-8, not JSON, NaN or Infinity, nested too deep.
    """
    try:
        raw = unicodedata.normalize("NFC", request.body.decode("utf-8-sig"))
        return json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        raise BadRequest(
            Text(vi="Nội dung gửi lên không phải JSON hợp lệ.", en="What was sent is not valid JSON."),
            field="body",
            slug="invalid_json",
        ) from fault


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")
