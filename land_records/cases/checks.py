"""What an officer looks for with one click: parcels without a certificate, parcels whose areas disagree."""

from django.db.models import Case, CharField, F, FloatField, Q, Value, When
from django.db.models.functions import Abs, Cast, Greatest
from django.db.models.lookups import GreaterThan

from land_records.quality.rules import limits
from land_records.terms import LegalStatus
from layers.core import Options


class Certified(Options):
    """Whether a parcel has a certificate, by its legal status."""

    NONE = "none", "Chưa có giấy chứng nhận", "Without certificate"
    ISSUED = "issued", "Đã có giấy chứng nhận", "With certificate"
    NOT_DUE = "not_due", "Không cấp (đất công, đã thu hồi)", "None is issued (public or recovered land)"


class AreaCheck(Options):
    """Whether the recorded area agrees with the map's (`quality.rules.Limits.areas_differ`)."""

    OFF = "off", "Lệch quá sai số", "Differs more than tolerance"
    AGREES = "agrees", "Trong sai số", "Within tolerance"


def certified() -> Case:
    """A parcel's `Certified`, as SQL."""
    return Case(
        When(status=LegalStatus.CERTIFIED.value, then=Value(Certified.ISSUED.value)),
        When(
            status__in=[LegalStatus.UNREGISTERED.value, LegalStatus.REGISTERED.value],
            then=Value(Certified.NONE.value),
        ),
        default=Value(Certified.NOT_DUE.value),
        output_field=CharField(),
    )


def area_check() -> Case:
    """A parcel's `AreaCheck`, as SQL; the tolerance is that of the start."""
    allowed = limits()
    recorded = Cast("recorded_area_m2", FloatField())
    most = Greatest(Value(allowed.least_m2), F("computed_area_m2") * allowed.area_share)
    return Case(
        When(Q(GreaterThan(Abs(recorded - F("computed_area_m2")), most)), then=Value(AreaCheck.OFF.value)),
        default=Value(AreaCheck.AGREES.value),
        output_field=CharField(),
    )
