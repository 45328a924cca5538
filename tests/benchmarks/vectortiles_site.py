"""django-vectortiles as its documentation sets it up, over the view that the benchmark gives it.

Runs in the peers' environment and imports nothing of ours: what to serve comes from the environment, as JSON.
"""

import json
import os
from pathlib import Path

import django
import rasterio
from django.conf import settings
from django.core.wsgi import get_wsgi_application

GIVEN = json.loads(os.environ["BENCH_VECTORTILES"])
LIBRARIES = Path(rasterio.__file__).parents[1] / "rasterio.libs"

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="of-a-benchmark-alone",
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.gis", "vectortiles"],
    # Content-Length; the rest of the stock middleware would only cost it time
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={
        "default": {"ENGINE": "django.contrib.gis.db.backends.postgis", "CONN_MAX_AGE": None, **GIVEN["database"]}
    },
    GDAL_LIBRARY_PATH=str(next(LIBRARIES.glob("libgdal-*"))),
    GEOS_LIBRARY_PATH=str(next(LIBRARIES.glob("libgeos_c-*"))),
    USE_TZ=True,
)
django.setup()

from django.contrib.gis.db import models  # noqa: E402
from vectortiles import VectorLayer  # noqa: E402
from vectortiles.views import MVTView  # noqa: E402


class Meta:
    app_label = "vectortiles"
    managed = False
    db_table = GIVEN["table"]


Row = type(
    "Row",
    (models.Model,),
    {
        "__module__": __name__,
        "Meta": Meta,
        "row": models.BigIntegerField(primary_key=True, db_column="_id"),
        "shape": models.GeometryField(srid=GIVEN["srid"], db_column="_geom"),
        **{name: models.TextField() for name in GIVEN["attributes"]},
    },
)


class Rows(VectorLayer):
    """The layer, with our buffer instead of the default 256 and no limit of features."""

    model = Row
    id = GIVEN["layer"]
    geom_field = "shape"
    tile_buffer = GIVEN["buffer"]


def _rows(first: int, last: int, fields: list[str]) -> type[Rows]:
    """The layer at zooms `first` to `last`, with these attributes."""
    return type("RowsOfZooms", (Rows,), {"min_zoom": first, "max_zoom": last, "tile_fields": ("row", *fields)})


class RowTiles(MVTView):
    layer_classes = [_rows(**part) for part in GIVEN["parts"]]


urlpatterns = [RowTiles.get_url(prefix="tiles")]
application = get_wsgi_application()
