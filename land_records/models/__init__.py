"""Tables of the land register, after LADM (ISO 19152) with Vietnamese terms."""

from land_records.models.commune_land import ChangedCommune, CommuneLand
from land_records.models.export import ExportState, PersonExport
from land_records.models.parcel import MapSheet, Parcel, ParcelUse, Survey
from land_records.models.rights import Asset, Certificate, CertifiedParcel, Party, Restriction, Right
from land_records.models.scan import Scan, ScanType, ScanWithdrawal
from land_records.models.transaction import Document, Lineage, Transaction
from land_records.models.versioned import Versioned
from land_records.planning.models import Plan, PlanZone
from land_records.quality.models import ParcelChange, ParcelProblem, ProblemEntry
from land_records.terms import Source

__all__ = [
    "Asset",
    "Certificate",
    "CertifiedParcel",
    "ChangedCommune",
    "CommuneLand",
    "Document",
    "ExportState",
    "Lineage",
    "MapSheet",
    "Parcel",
    "ParcelChange",
    "ParcelProblem",
    "ParcelUse",
    "Party",
    "PersonExport",
    "Plan",
    "PlanZone",
    "ProblemEntry",
    "Restriction",
    "Right",
    "Scan",
    "ScanType",
    "ScanWithdrawal",
    "Source",
    "Survey",
    "Transaction",
    "Versioned",
]
