"""The key that signs sessions and tokens: given by the environment, or made once and kept."""

import os
import secrets
from pathlib import Path


def secret_key(given: str, kept_in: Path) -> str:
    """The given key, or a new one written to `kept_in` with mode 0600.

    Two processes that start at once agree: the first to create the file wins, the other reads it.
    """
    if given:
        return given
    kept_in.parent.mkdir(parents=True, exist_ok=True)
    draft = kept_in.with_name(f"{kept_in.name}.{os.getpid()}")
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    try:
        os.link(draft, kept_in)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return kept_in.read_text(encoding="utf-8").strip()
