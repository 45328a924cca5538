"""The demo's schools."""

from collections.abc import Callable

from django.contrib.gis.geos import Point

import fixtures
from layers.admin_units.models import AdminUnit
from layers.core.bulk import copy_rows
from layers.education.models import Ownership, School, Source

SCHOOL_YEAR = "2026-2027"


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """Store the generated schools that are not stored yet; they are known by their code."""
    communes = dict(AdminUnit.objects.filter(level="commune", is_current=True).values_list("code", "pk"))
    known = set(School.objects.values_list("code", flat=True))
    new = [_school(one, communes[one.commune_code]) for one in province.schools if one.code not in known]
    say(f"{copy_rows(School, new):,} schools new")


def _school(one: fixtures.School, commune_id: int) -> School:
    return School(
        code=one.code,
        name=one.name,
        level=one.level.value,
        ownership=(Ownership.PUBLIC if one.is_public else Ownership.PRIVATE).value,
        commune_id=commune_id,
        address=one.address,
        phone=one.phone,
        principal=one.head,
        pupils=one.pupils,
        classes=one.classes,
        teachers=one.teachers,
        school_year=SCHOOL_YEAR,
        source=Source.DEMO.value,
        geom=Point(one.geom.x, one.geom.y, srid=4326),
    )
