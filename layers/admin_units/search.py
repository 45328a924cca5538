"""Units by the names they had: whoever types an old unit's name finds the unit of today that took it over."""

from django.db.models import Q

from layers.admin_units.lookup import heirs_of
from layers.admin_units.models import AdminUnit, Level
from layers.core.search import LEAST_INSIDE, Parse, bare_key


def former(level: Level) -> Parse:
    """`parse(text)`: the heirs of the old unit that the text names, unless one of today has the words in its name."""

    def parse(text: str) -> Q | None:
        words = bare_key(text)
        if len(words) < LEAST_INSIDE:
            return None
        today = AdminUnit.objects.filter(level=level.value, is_current=True, name_key__contains=words)
        heirs = [] if today.exists() else heirs_of(words)
        return Q(unit_id__in=heirs) if heirs else None

    return parse
