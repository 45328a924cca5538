"""Who holds what over a parcel: users, rights, certificates, assets, restrictions. Personal data: never public."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Func, Q

from land_records.models.versioned import Versioned
from land_records.terms import AssetKind, PartyKind, PartyRole, RestrictionKind

SERIAL = r"^[A-ZĐ]{1,2} ?[0-9]{6,8}$"
"""A certificate's serial (số phát hành): one or two letters, six to eight digits, `AM 143443`, `AA 01695788`."""


def _key(field: str) -> Func:
    return Func(F(field), function="search_key", output_field=models.TextField())


class Party(models.Model):
    """A land user or manager (LA_Party, người sử dụng đất). A person: shown only with a role and a purpose.

    Attributes:
        id_number: CCCD or personal identification number; of an organisation, its registration number.
        is_demo: invented for a demo.
    """

    kind = models.CharField(max_length=3, choices=PartyKind.choices())
    name = models.CharField(max_length=200)
    id_number = models.CharField(max_length=20, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    address = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        """Found by name without accents, and by number."""

        indexes = [
            GinIndex(OpClass(_key("name"), "gin_trgm_ops"), name="land_records_party_name"),
            models.Index(fields=["id_number"], name="land_records_party_number", condition=~Q(id_number="")),
        ]

    def __str__(self) -> str:
        """Its row, never its name: a text of it may reach a log."""
        return f"Party {self.pk}"


class Certificate(Versioned):
    """A certificate (Giấy chứng nhận); valid from its issue to its withdrawal.

    Attributes:
        certificate_id: number through all versions.
        serial: số phát hành, `SERIAL`; one valid certificate each.
        registry_number: số vào sổ cấp giấy.
    """

    certificate_id = models.BigIntegerField()
    serial = models.CharField(max_length=12)
    registry_number = models.CharField(max_length=20, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta(Versioned.Meta):
        """One valid certificate a serial."""

        constraints = [
            *Versioned.Meta.constraints,
            models.CheckConstraint(condition=Q(serial__regex=SERIAL), name="land_records_certificate_serial"),
            models.UniqueConstraint(
                fields=["serial"], condition=Q(is_current=True), name="land_records_certificate_serial_once"
            ),
        ]
        indexes = [
            *Versioned.Meta.indexes,
            models.Index(fields=["certificate_id"], name="land_records_certificate_id"),
            models.Index(fields=["registry_number"], name="land_records_registry_number"),
        ]

    def __str__(self) -> str:
        """Its row: a serial leads to a person."""
        return f"Certificate {self.certificate_id}"


class CertifiedParcel(Versioned):
    """A parcel as one certificate names it: numbers and area as printed there, whatever the map says today."""

    certificate_id = models.BigIntegerField(db_index=True)
    su_id = models.BigIntegerField(db_index=True)
    printed_sheet = models.CharField(max_length=10, blank=True)
    printed_number = models.CharField(max_length=10, blank=True)
    printed_area_m2 = models.DecimalField(max_digits=12, decimal_places=1, null=True)

    class Meta(Versioned.Meta):
        """Found by the numbers printed."""

        indexes = [
            *Versioned.Meta.indexes,
            models.Index(
                fields=["printed_number", "printed_sheet"],
                condition=Q(is_current=True),
                name="land_records_printed_numbers",
            ),
        ]


class Right(Versioned):
    """What a party holds over a parcel (LA_Right; for managers LA_Responsibility).

    Attributes:
        numerator, denominator: share held; 1/1 where nothing is divided.
        certificate_id: the certificate it is written in, where there is one.
    """

    su_id = models.BigIntegerField(db_index=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="rights")
    role = models.CharField(max_length=16, choices=PartyRole.choices(), default=PartyRole.INDIVIDUAL.value)
    numerator = models.PositiveIntegerField(default=1)
    denominator = models.PositiveIntegerField(default=1)
    certificate_id = models.BigIntegerField(null=True, db_index=True)

    class Meta(Versioned.Meta):
        """A share is a part of one."""

        constraints = [
            *Versioned.Meta.constraints,
            models.CheckConstraint(
                condition=Q(numerator__gt=0) & Q(numerator__lte=F("denominator")), name="land_records_right_share"
            ),
        ]


class Restriction(Versioned):
    """What limits the rights over a parcel (LA_Restriction); open while it is valid, and only then it blocks.

    Attributes:
        holder: bank, claimant, court: never public.
        authority, reference: who entered it and by which decision, contract or case number.
        area: of a corridor or easement that covers a part, EPSG:4326; null where the whole parcel is meant.
    """

    restriction_id = models.BigIntegerField(db_index=True)
    su_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=RestrictionKind.choices())
    holder = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=500, blank=True)
    area = models.MultiPolygonField(srid=4326, null=True)
    document = models.ForeignKey("land_records.Document", models.PROTECT, null=True, related_name="+")

    class Meta(Versioned.Meta):
        """As every versioned row."""


class Asset(Versioned):
    """A house, building or trees registered with the land."""

    asset_id = models.BigIntegerField(db_index=True)
    su_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=AssetKind.choices())
    name = models.CharField(max_length=200, blank=True)
    built_area_m2 = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    floor_area_m2 = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    floors = models.PositiveSmallIntegerField(null=True)
    structure = models.CharField(max_length=100, blank=True)
    built_year = models.PositiveSmallIntegerField(null=True)
    certificate_id = models.BigIntegerField(null=True)

    class Meta(Versioned.Meta):
        """As every versioned row."""
