"""The key that signs sessions."""

from pathlib import Path

from geo_ioc.secret import secret_key


def test_given_key_is_used_and_nothing_written(tmp_path: Path) -> None:
    assert secret_key("given", kept_in=tmp_path / "secret_key") == "given"
    assert list(tmp_path.iterdir()) == []


def test_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret_key"

    first, second = secret_key("", kept_in=file), secret_key("", kept_in=file)

    assert first == second
    assert len(first) >= 60
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
