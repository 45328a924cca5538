"""Secrets that programs show: made here, kept only as a digest, recognised by their first letters."""

import base64
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


BROKER_ROUNDS = 101
"""Rounds of PBKDF2 that mosquitto itself takes; a key of 256 random bits needs no more."""


def broker_hash(key: str) -> str:
    """A secret as mosquitto's password file holds it: `$7$`, PBKDF2 of SHA-512 with a random salt of 12 bytes."""
    salt = secrets.token_bytes(12)
    hashed = hashlib.pbkdf2_hmac("sha512", key.encode(), salt, BROKER_ROUNDS)
    return f"$7${BROKER_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(hashed).decode()}"
