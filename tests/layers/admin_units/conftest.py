"""The whole country, loaded once for the tests of this folder, and the real polygons they read in place."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.db import connection, transaction

from layers.admin_units.load import load_units
from layers.core import ImportRow

SHARED = Path(os.environ.get("GEO_IOC_SHARED") or Path(__file__).parents[4] / "shared")


@pytest.fixture(scope="package")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Every unit of both epochs with illustrative boundaries; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            load_units()
        yield
        with connection.cursor() as cursor:
            cursor.execute("truncate admin_units_adminunit cascade")


def rows_of(name: str) -> list[ImportRow]:
    """The rows of a shared GeoJSON file as an importer gets them; the test is skipped where the file is missing."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is missing")
    features = json.loads(path.read_text())["features"]
    return [
        ImportRow(
            number=number,
            values={
                "code": feature["properties"].get("code") or feature.get("id"),
                "name": feature["properties"].get("name"),
                "full_name": feature["properties"].get("fullName"),
                "area_km2": feature["properties"].get("areaKm2"),
            },
            shape=shapely.from_geojson(json.dumps(feature["geometry"])),
        )
        for number, feature in enumerate(features, start=1)
    ]
