"""The typed reader of the environment."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from geo_ioc import env


def test_set_value_wins_over_recorded_and_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("0\n")
    monkeypatch.setenv("GEO_IOC_VAR", str(tmp_path))
    monkeypatch.setenv("GEO_IOC_DEMO", "yes")

    assert env.DEMO.read() is True


def test_recorded_value_holds_where_none_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text("postgres://a:b@127.0.0.1:54399/c\n")
    monkeypatch.setenv("GEO_IOC_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert env.DATABASE_URL.read().port == "54399"


def test_default_holds_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEO_IOC_PORT", raising=False)

    assert env.PORT.read() == 8000


def test_unusable_value_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEO_IOC_PORT", "80000")

    with pytest.raises(ImproperlyConfigured, match=r"GEO_IOC_PORT: '80000' is not usable: write a port"):
        env.PORT.read()


def test_secret_never_reaches_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://geo:hidden-word@db/geo")

    with pytest.raises(ImproperlyConfigured) as refused:
        env.DATABASE_URL.read()

    assert "hidden-word" not in str(refused.value)


def test_database_address_is_taken_apart_with_its_escapes() -> None:
    parts = env.database("postgis://us%40er:p%2Fw@db.example:6543/geo%20ioc?sslmode=require")

    assert (parts.user, parts.password, parts.host, parts.port) == ("us@er", "p/w", "db.example", "6543")
    assert (parts.name, parts.options) == ("geo ioc", {"sslmode": "require"})


@pytest.mark.parametrize("url", ["", "postgres://host", "http://host/name"])
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"write postgres|name of the database"):
        env.database(url)


@pytest.mark.parametrize("text", ["2", "ja", "-"])
def test_flag_takes_no_other_words(text: str) -> None:
    with pytest.raises(ValueError, match="write 1 or 0"):
        env.flag(text)
