"""The one-stop shop's dossier (hồ sơ một cửa) behind a transaction: how its number is found and where it leads.

The number is kept as the one-stop shop writes it; no rule is laid on its form, because none is in force for all.
"""

import re
import unicodedata
from urllib.parse import quote

from django.conf import settings
from django.db.models import Q

from land_records.models import Parcel, Transaction
from layers.core.panel import Link

NUMBER = "{number}"
"""Stands in the setting where a dossier's number goes."""
LEAST = 4
"""Characters of a number by which dossiers are looked for."""

_ASKED = re.compile(r"\s*(?:mã\s+|ma\s+)?(?:hồ\s+sơ|ho\s+so|dossier)(?:\s+số|\s+so)?\s*:?\s*(\S+)\s*", re.IGNORECASE)
_BARE = re.compile(r"\s*([0-9A-ZĐ]+(?:[./-][0-9A-ZĐ]+){2,})\s*", re.IGNORECASE)
"""A number alone: at least three parts."""


def shown(number: str) -> Link | str:
    """The number, leading to the one-stop shop's own page where the deployment names it."""
    template: str = settings.GEO_IOC_DOSSIER_URL
    return Link(href=template.replace(NUMBER, quote(number, safe="")), text=number) if template else number


def parcels_of_dossier(text: str) -> Q | None:
    """Parcels that a dossier changed, by its number or how it begins; None where the text speaks of no dossier."""
    words = unicodedata.normalize("NFC", text)
    found = _ASKED.fullmatch(words) or _BARE.fullmatch(words)
    if found is None or len(found[1]) < LEAST:
        return None
    filed = Transaction.objects.exclude(dossier="").filter(dossier__istartswith=found[1]).values("pk")
    changed = Parcel.objects.filter(Q(made_by__in=filed) | Q(closed_by__in=filed))
    return Q(su_id__in=changed.values("su_id"))
