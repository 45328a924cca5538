"""Files that are there wholly or not at all, whoever reads them meanwhile."""

import os
from pathlib import Path


def write(file: Path, text: str | bytes, mode: int = 0o600) -> bool:
    """Put `text` into a file, which then belongs to its folder's owner; whether that changed it."""
    body = text.encode() if isinstance(text, str) else text
    if file.is_file() and file.read_bytes() == body:
        return False
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(body)
    if file.parent.stat().st_uid != os.geteuid():
        os.chown(draft, file.parent.stat().st_uid, file.parent.stat().st_gid)
    draft.replace(file)
    return True
