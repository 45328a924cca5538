"""Schools with their numbers of one school year."""

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language

from layers.admin_units.lookup import unit_containing
from layers.core.attribute import Options
from layers.core.models import MapFeature, PlacePrecision
from layers.core.text import LANGUAGES, Text

MOST_PUPILS, MOST_CLASSES, MOST_TEACHERS = 20_000, 500, 2_000
"""No school of the country is near these; a number above them is a slip of the keyboard."""
MOST_IN_A_CLASS = 100

_late = lazy(lambda text: text.to((get_language() or LANGUAGES[0])[:2]), str)


def _at_most(limit: int) -> MaxValueValidator:
    shown = f"{limit:,}"
    return MaxValueValidator(limit, _late(Text(vi=f"Nhiều nhất {shown.replace(',', '.')}.", en=f"At most {shown}.")))


_NO_CLASS = Text(vi="Có học sinh thì phải có ít nhất một lớp.", en="Where there are pupils there is a class.")
_FULL = Text(
    vi=f"Quá {MOST_IN_A_CLASS} học sinh mỗi lớp: kiểm tra số học sinh và số lớp.",
    en=f"More than {MOST_IN_A_CLASS} pupils per class: check both numbers.",
)
_NOWHERE = Text(
    vi="Điểm không nằm trong xã, phường nào.",
    en="The point lies in no commune.",
)


class SchoolLevel(Options):
    """Level of a school (cấp học)."""

    KINDERGARTEN = "kindergarten", "Mầm non", "Kindergarten", "#C4580B", "maki:playground"
    PRIMARY = "primary", "Tiểu học", "Primary", "#0B5FA5", "maki:school"
    LOWER_SECONDARY = "lower_secondary", "Trung học cơ sở", "Lower secondary", "#1B7F5C", "maki:library"
    UPPER_SECONDARY = "upper_secondary", "Trung học phổ thông", "Upper secondary", "#8E3B8A", "maki:college"
    COMBINED = "combined", "Liên cấp", "Combined levels", "#7A6A00", "maki:building"


class Ownership(Options):
    """Who runs a school."""

    PUBLIC = "public", "Công lập", "Public"
    PRIVATE = "private", "Ngoài công lập", "Private"


class Source(Options):
    """Whether a row is invented or was brought by a file."""

    DEMO = "demo", "Dữ liệu trình diễn, sinh tự động", "Demo data, generated"
    IMPORTED = "imported", "Nhập từ tệp", "Imported from a file"


class School(MapFeature):
    """A school (cơ sở giáo dục), known by its code.

    Attributes:
        commune: the commune it stands in.
        phone: the office's; public. `principal` is a person's name and is not.
        pupils, classes, teachers: of `school_year`; null where not reported.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    level = models.CharField(max_length=16, choices=SchoolLevel.choices())
    ownership = models.CharField(max_length=8, choices=Ownership.choices(), default=Ownership.PUBLIC.value)
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    principal = models.CharField(max_length=100, blank=True)
    pupils = models.PositiveIntegerField(null=True, validators=[_at_most(MOST_PUPILS)])
    classes = models.PositiveIntegerField(null=True, validators=[_at_most(MOST_CLASSES)])
    teachers = models.PositiveIntegerField(null=True, validators=[_at_most(MOST_TEACHERS)])
    school_year = models.CharField(max_length=9, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices(), default=Source.IMPORTED.value)
    geom = models.PointField(srid=4326)

    class Meta(MapFeature.Meta):
        """Filtered by level, number of pupils and commune (the foreign key has its index)."""

        constraints = [
            *MapFeature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(school_year="") | Q(school_year__regex=r"^20[0-9]{2}-20[0-9]{2}$"),
                name="education_school_year",
            ),
        ]
        indexes = [
            models.Index(fields=["level"], name="education_school_level"),
            models.Index(fields=["pupils"], name="education_school_pupils"),
            models.Index(fields=["ownership"], name="education_school_ownership"),
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name

    def clean(self) -> None:
        """Numbers that fit each other; a school that moves belongs to the commune it now stands in.

        Raises:
            ValidationError: more pupils than the classes can hold, or a point in no commune.
        """
        if self.pupils and self.classes is not None and self.pupils > self.classes * MOST_IN_A_CLASS:
            raise ValidationError({"classes": ValidationError(_late(_FULL if self.classes else _NO_CLASS))})
        if not type(self).objects.filter(pk=self.pk, geom=self.geom).exists():
            commune = unit_containing(self.geom.x, self.geom.y, timezone.localdate())
            if commune is None:
                raise ValidationError({"geom": ValidationError(_late(_NOWHERE))})
            self.commune = commune
            self.place_precision = PlacePrecision.EXACT.value

    @property
    def pupils_per_class(self) -> float | None:
        """Mean number of pupils of a class."""
        return round(self.pupils / self.classes, 1) if self.pupils is not None and self.classes else None
