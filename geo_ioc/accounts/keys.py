"""Secrets that programs show: made here, kept only as a digest, recognised by their first letters."""

import hashlib
import secrets

TOKEN_PREFIX = "gioc_"  # noqa: S105
DEVICE_PREFIX = "giod_"
SHOWN = 10
"""Characters of a secret kept readable, so that people can tell their tokens apart."""


def new_key(prefix: str) -> str:
    """A new secret of 256 random bits behind its prefix."""
    return prefix + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """SHA-256 of a secret, hexadecimal. No salt: 256 random bits cannot be guessed from a table."""
    return hashlib.sha256(key.encode()).hexdigest()
