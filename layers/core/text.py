"""Words a person reads, in every language the product speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("vi", "en")
"""Languages every text must have; the first is the default."""


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """One thing said in Vietnamese, in English and, where given, in further languages.

    Args:
        vi: Vietnamese, the first language.
        en: English, written, not translated word by word.
        **more: further languages by their code.

    Raises:
        ValueError: Vietnamese or English is empty.
    """

    vi: str
    en: str
    more: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __init__(self, vi: str, en: str, **more: str) -> None:
        """Keep the words, refusing an empty one."""
        if not vi.strip() or not en.strip():
            raise ValueError(f"Text needs both languages, got vi={vi!r} en={en!r}; write Text(vi='…', en='…')")
        object.__setattr__(self, "vi", vi)
        object.__setattr__(self, "en", en)
        object.__setattr__(self, "more", more)

    def to(self, language: str) -> str:
        """The words in `language`, or in Vietnamese where that language is missing."""
        if language == "en":
            return self.en
        return self.more.get(language, self.vi)

    def json(self) -> dict[str, str]:
        """`{"vi": …, "en": …}`, as catalog and errors carry it."""
        return {"vi": self.vi, "en": self.en, **self.more}

    def format(self, **values: Any) -> "Text":
        """The same text with `{name}` filled in, in every language."""
        more = {code: words.format(**values) for code, words in self.more.items()}
        return Text(vi=self.vi.format(**values), en=self.en.format(**values), **more)

    @classmethod
    def same(cls, words: str) -> "Text":
        """A proper name, the same in every language."""
        return cls(vi=words, en=words)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        """In a generated schema a text is a string: it reaches the browser in the asked language."""
        from pydantic_core import core_schema  # optional here: only schema generation needs it

        return core_schema.str_schema()
