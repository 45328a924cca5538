"""GDAL, and so QGIS, with an officer's token sees what the officer may see."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from pyogrio.errors import DataSourceError

from geo_ioc.accounts.keys import TOKEN_PREFIX, new_key
from geo_ioc.accounts.models import AccessToken, Area, Role, User
from layers.admin_units.models import AdminUnit
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planted import leaks, plant

pytestmark = pytest.mark.django_db(transaction=True)
HEADERS = "GDAL_HTTP_HEADERS"


@pytest.fixture
def token(communes: dict[str, AdminUnit]) -> Iterator[str]:
    """A personal token of the ward's land officer, which GDAL shows; both communes have a parcel."""
    plant(communes[WARD])
    plant(communes[COMMUNE], 126)
    role, _ = Role.objects.get_or_create(slug="land_officer", defaults={"title_vi": "Cán bộ", "title_en": "Officer"})
    user = User.objects.create_user("an", password="một câu rất dài")
    user.roles.add(role)
    Area.objects.create(user=user, unit=communes[WARD])
    key = new_key(TOKEN_PREFIX)
    AccessToken.issue(user, name="QGIS", key=key, kind="personal", lasts=timedelta(days=1))
    pyogrio.set_gdal_config_options({HEADERS: f"Authorization: Bearer {key}"})
    yield key
    pyogrio.set_gdal_config_options({HEADERS: None})


def read(source: Any, layer: str | None = None) -> list[dict[str, Any]]:
    meta, _, shapes, columns = pyogrio.raw.read(source, layer=layer)
    assert meta["crs"] == "EPSG:4326"
    assert all(len(shape) > 20 for shape in shapes)
    names = [str(name) for name in meta["fields"]]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def test_gdal_reads_the_own_commune_by_header(token: str, live_server: Any, communes: dict[str, AdminUnit]) -> None:
    url = f"{live_server.url}/api/layers/parcel_cases/features"

    (row,) = read(f"{url}?limit=10000")

    assert (row["sheet"], row["parcel_number"], row["land_user"]) == (12, 125, "H*** T*** B*** Đ***")
    assert row["commune_name"] == communes[WARD].full_name
    assert leaks(str(row)) == []


def test_a_geopackage_holds_the_same(token: str, live_server: Any, tmp_path: Path) -> None:
    url = f"{live_server.url}/api/layers/parcel_cases/features?format=gpkg"
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    file = tmp_path / "ho_so.gpkg"
    with urllib.request.urlopen(asked, timeout=30) as answer:
        file.write_bytes(answer.read())

    (row,) = read(file, "parcel_cases")

    assert (row["parcel_number"], row["status"]) == (125, "certified")
    assert leaks(file.read_bytes()) == []


def test_without_the_token_there_is_no_such_layer(token: str, live_server: Any) -> None:
    url = f"{live_server.url}/api/layers/parcel_cases/features"
    for shown, status in (({}, 404), ({"Authorization": "Bearer gioc_wrong"}, 401)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, headers=shown), timeout=30)
        assert refused.value.code == status
        assert leaks(refused.value.read()) == []

    pyogrio.set_gdal_config_options({HEADERS: None})
    with pytest.raises(DataSourceError):
        read(f"{url}?limit=9999")  # GDAL remembers in its process what an address answered before
    assert len(read(f"{live_server.url}/api/layers/parcels/features?limit=10000")) == 2
