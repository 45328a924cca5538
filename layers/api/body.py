"""What arrives as JSON or as a form, read strictly: one encoding, one Unicode form, nothing a column cannot hold."""

import json
import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NoReturn

from django.http import HttpRequest, QueryDict
from ninja.parser import Parser

from layers.core.errors import BadRequest
from layers.core.text import Text


def read_json(raw: bytes) -> Any:
    """The JSON in a body; text in NFC.

    Raises:
        BadRequest: not UTF-8, not JSON, NaN or Infinity, nested too deep, or a character no database column holds.
    """
    try:
        text = unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
        found = json.loads(text, parse_constant=_no_number)
        if "\\u" in text:
            found = _unescaped(found)
    except (ValueError, RecursionError) as fault:
        reason = "nested too deep" if isinstance(fault, RecursionError) else str(fault)
        raise _invalid(reason) from fault
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


def _unescaped(found: Any) -> Any:
    """The same values, with what was written as escapes in NFC too."""
    text = json.dumps(found, ensure_ascii=False)
    text.encode()  # a lone surrogate is no character
    if "\\u0000" in text:
        raise ValueError("it holds a NUL character")
    return json.loads(unicodedata.normalize("NFC", text))


def _invalid(reason: str) -> BadRequest:
    return BadRequest(
        Text(vi=f"Nội dung gửi lên không phải JSON hợp lệ: {reason}", en=f"What was sent is not valid JSON: {reason}"),
        field="body",
        slug="invalid_json",
    )


class StrictParser(Parser):
    """How django-ninja reads bodies here."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's JSON, read strictly."""
        return read_json(request.body)


def read_form(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form: JSON's object, or the fields and files of multipart.

    Raises:
        BadRequest: JSON that is no object.
    """
    if request.content_type == "multipart/form-data":
        fields: QueryDict = request.POST
        files: Mapping[str, Any] = request.FILES
        return {**{name: clean(str(fields[name])) for name in fields}, **{name: files[name] for name in files}}
    found = read_json(request.body) if request.body else {}
    if not isinstance(found, dict):
        raise _invalid("an object is needed")
    return found


def digest(request: HttpRequest) -> str:
    """SHA-256 of what was sent; of a multipart form its fields and files, whatever the boundary."""
    if request.content_type != "multipart/form-data":
        return sha256(request.body).hexdigest()
    total = sha256()
    for name in sorted(request.POST):
        total.update(json.dumps([name, request.POST.getlist(name)]).encode(errors="replace"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            content = sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            total.update(json.dumps([name, content.hexdigest()]).encode())
    return total.hexdigest()


def clean(value: str) -> str:
    """Text in NFC, without NUL."""
    return unicodedata.normalize("NFC", value).replace("\0", "")
