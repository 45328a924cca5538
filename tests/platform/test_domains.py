"""Domains are found by their folders."""

import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import layers
from geo_ioc.domains import REFERRED_TO, SERVERS, domains


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A further folder in which domains are looked for."""
    monkeypatch.setattr(layers, "__path__", [*layers.__path__, str(tmp_path)])
    monkeypatch.setattr(sys.modules["layers"].__spec__, "submodule_search_locations", layers.__path__)
    return tmp_path


def room(folder: Path, name: str, *files: str) -> None:
    (folder / name).mkdir()
    for file in files:
        (folder / name / file).touch()


def test_folder_with_apps_and_layer_is_a_domain(elsewhere: Path) -> None:
    room(elsewhere, "lighthouses", "apps.py", "layer.py")

    assert "layers.lighthouses" in domains()


def test_folder_without_layer_is_none(elsewhere: Path) -> None:
    room(elsewhere, "drafts", "apps.py")

    assert "layers.drafts" not in domains()


def test_rooms_named_in_the_settings_are_not_found_again() -> None:
    assert not {"layers.core", *REFERRED_TO, *SERVERS} & set(domains())


def test_domain_can_be_left_out(elsewhere: Path) -> None:
    room(elsewhere, "lighthouses", "apps.py", "layer.py")

    assert "layers.lighthouses" not in domains(without=["lighthouses"])


def test_misspelt_name_to_leave_out_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="GEO_IOC_WITHOUT names no domain: lighthuoses"):
        domains(without=["lighthuoses"])
