"""What a file of zones may bring: a row a zone, with the plan it is of.

Planning maps come as one table: the plan's own columns stand in every row, and the first row of a plan that is not
known yet makes it. A version after the first that is in force ends the one before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction
from django.utils import timezone

from land_records.planning import register
from land_records.planning.models import Plan, PlanZone
from land_records.planning.register import ZoneGiven
from land_records.planning.terms import PlanKind, PlanStatus
from land_records.scale import LandUse
from land_records.terms import Source
from layers.admin_units.lookup import unit_at, unit_containing
from layers.admin_units.models import AdminUnit, Level
from layers.core import Column, Importer, ImportRow, Outcome, Problem, Text
from layers.core.attribute import Options
from layers.core.search import search_key
from layers.vn2000.plane import zone_at

SUCCESSORS = {
    "LUN": LandUse.LUK, "BHK": LandUse.HNK, "NHK": LandUse.HNK, "OCT": LandUse.OTC, "SKT": LandUse.SKK,
    "DDT": LandUse.DDD, "DDL": LandUse.DDD, "DSH": LandUse.DKV,
}  # fmt: skip
"""Codes of maps made before 2024 that went into one code whole; any other old code needs a person."""
PLAN_FIELDS = ("name", "decision_number", "authority", "approved_on", "vision")
STATUSES = {status.value: status for status in PlanStatus}
LEVEL_BY_LENGTH = {2: Level.PROVINCE, 5: Level.COMMUNE}

_MISSING = Text(vi="Thiếu {field}.", en="{field} is missing.")
_NEW_PLAN = Text(
    vi="Quy hoạch {plan} chưa có; dòng đầu của nó phải có {field}.",
    en="There is no plan {plan} yet; its first row must give {field}.",
)
_NOT_APPROVED = Text(
    vi="Quy hoạch {plan} có hiệu lực phải có {field}; chưa phê duyệt thì ghi trạng thái là dự thảo.",
    en="The plan {plan} is in force and must give {field}; say that it is a draft where it is not approved.",
)
_ENDED = Text(
    vi="Quy hoạch {plan} không còn hiệu lực phải có ngày hết hiệu lực (valid_to).",
    en="The plan {plan} is no longer in force and must say since when (valid_to).",
)
_PERIOD = Text(vi="Thời kỳ {value!r} không đúng: viết 2021-2030.", en="{value!r} is no period: write 2021-2030.")
_DAYS = Text(
    vi="Ngày hết hiệu lực phải sau ngày có hiệu lực.", en="A plan ends after the day on which it comes into force."
)
_NO_AREA = Text(vi="Khu quy hoạch phải có hình dạng vùng.", en="A zone must have a polygon.")
_INVALID = Text(vi="Hình của khu tự cắt: {reason}.", en="The zone's polygon crosses itself: {reason}.")
_NOWHERE = Text(
    vi="Khu không nằm trong xã, phường nào và tệp không ghi mã xã.",
    en="The zone lies in no commune and the file names none.",
)


class _RefusedError(Exception):
    """Why a row cannot be used."""

    def __init__(self, message: Text, field: str) -> None:
        super().__init__(message.en)
        self.message = message
        self.field = field


Key = tuple[str, int]
"""Code and version of a plan: its rows come and go."""


@dataclass(slots=True)
class _Batch:
    """What a batch knows: plans by code and version, and their zones by code."""

    at: datetime
    plans: dict[Key, Plan]
    zones: dict[Key, dict[str, PlanZone]]

    @classmethod
    def of(cls, rows: Sequence[ImportRow]) -> "_Batch":
        codes = {str(row.values.get("plan_code") or "") for row in rows}
        known = Plan.objects.known().select_for_update().filter(code__in=codes)
        plans = {(one.code, one.version): one for one in known}
        batch = cls(at=timezone.now(), plans=plans, zones=defaultdict(dict))
        wanted = {str(row.values.get("code") or "") for row in rows}
        for key in plans:
            batch.read_zones(key, wanted)
        return batch

    def read_zones(self, key: Key, wanted: Iterable[str]) -> None:
        """Zones of a plan with these codes, as the database now has them."""
        rows = register.known_zones(self.plans[key]).filter(code__in=list(wanted))
        self.zones[key] = {row.code: row for row in rows}


def store_batch(rows: Sequence[ImportRow]) -> Outcome:
    """Keep a batch: new zones are made, changed ones get a new version."""
    outcome = Outcome()
    with transaction.atomic():
        batch = _Batch.of(rows)
        new: dict[Key, list[ZoneGiven]] = defaultdict(list)
        changed: dict[Key, dict[int, ZoneGiven]] = defaultdict(dict)
        for row in rows:
            try:
                plan = _plan(row, batch)
                key = plan.code, plan.version
                known = batch.zones[key].get(str(row.values.get("code")))
                given = _zone(row, plan, known)
            except _RefusedError as refusal:
                outcome.problems.append(Problem(row=row.number, message=refusal.message, field=refusal.field))
                continue
            if known is None:
                new[key].append(given)
                outcome.created += 1
            elif register.is_same(known, given):
                outcome.unchanged += 1
            else:
                changed[key][known.number] = given
                outcome.updated += 1
        for key, plan in batch.plans.items():
            register.correct_zones(plan, changed[key], batch.at)
            register.add_zones(plan, new[key], batch.at)
    return outcome


def _plan(row: ImportRow, batch: _Batch) -> Plan:
    """The plan a row names: made, brought up to date, or as it was."""
    given = {name: value for name, value in row.values.items() if value not in (None, "")}
    for name in ("plan_code", "code", "land_use"):
        if name not in given:
            raise _RefusedError(_MISSING.format(field=name), name)
    key = (given["plan_code"], given.get("plan_version", 1))
    known = batch.plans.get(key)
    plan = known or Plan(code=key[0], version=key[1], source=Source.IMPORTED.value)
    before = {field.attname: getattr(plan, field.attname) for field in Plan._meta.concrete_fields}
    period = _period(given["period"]) if "period" in given else (plan.period_from, plan.period_to)
    values = {name: given.get("plan_name" if name == "name" else name, getattr(plan, name)) for name in PLAN_FIELDS}
    values |= {"kind": given.get("plan_kind", plan.kind), "period_from": period[0], "period_to": period[1]}
    unit: AdminUnit | None = given.get("plan_unit")
    values["unit_id"] = unit.pk if unit else plan.unit_id
    default = plan.status if known else PlanStatus.IN_FORCE.value
    time = {"status": given.get("status", default)}
    time |= {name: given.get(name, getattr(plan, name)) for name in ("valid_from", "valid_to")}
    _check(f"{key[0]} ({key[1]})", values | time)
    if known and all(before[name] == value for name, value in (values | time).items()):
        return plan
    for name, value in values.items():
        setattr(plan, name, value)
    status = STATUSES[time["status"]]
    days = (None, None) if status == PlanStatus.DRAFT else (time["valid_from"], time["valid_to"])
    register.set_status(plan, status, valid_from=days[0], valid_to=days[1], at=batch.at)
    batch.plans[key] = plan
    former = batch.plans.get((key[0], key[1] - 1))
    if status == PlanStatus.IN_FORCE and former is not None and former.status == PlanStatus.IN_FORCE:
        register.replace(former, plan, batch.at)
        batch.read_zones((former.code, former.version), batch.zones[former.code, former.version])
    batch.read_zones(key, batch.zones[key])
    return plan


def _check(plan: str, values: dict[str, Any]) -> None:
    """What every plan says of itself, and what one that was approved says besides."""
    wanted = {"plan_name": "name", "plan_kind": "kind", "plan_unit": "unit_id", "period": "period_from"}
    for column, field in wanted.items():
        if not values[field]:
            raise _RefusedError(_NEW_PLAN.format(plan=plan, field=column), column)
    if values["status"] == PlanStatus.DRAFT:
        return
    for name in ("decision_number", "approved_on", "valid_from"):
        if not values[name]:
            raise _RefusedError(_NOT_APPROVED.format(plan=plan, field=name), name)
    if values["status"] != PlanStatus.IN_FORCE and not values["valid_to"]:
        raise _RefusedError(_ENDED.format(plan=plan), "valid_to")
    if values["valid_to"] and values["valid_to"] <= values["valid_from"]:
        raise _RefusedError(_DAYS, "valid_to")


def _period(text: str) -> tuple[int, int]:
    years = [part.strip() for part in text.replace("–", "-").split("-")]
    if len(years) != 2 or not all(part.isascii() and part.isdecimal() and len(part) == 4 for part in years):
        raise _RefusedError(_PERIOD.format(value=text[:40]), "period")
    first, last = int(years[0]), int(years[1])
    if last < first:
        raise _RefusedError(_PERIOD.format(value=text[:40]), "period")
    return first, last


def _zone(row: ImportRow, plan: Plan, known: PlanZone | None) -> ZoneGiven:
    values = row.values
    shape = _shape(row, known)
    inside = shapely.point_on_surface(shape)
    commune: AdminUnit | None = values.get("commune") or (known.commune if known else None)
    commune = commune or unit_containing(inside.x, inside.y, timezone.localdate())
    if commune is None:
        raise _RefusedError(_NOWHERE, "commune")
    given = {name: values[name] for name in ("name", "current_use", "note") if values.get(name) is not None}
    stored = {name: getattr(known, name) for name in ("name", "current_use", "note")} if known else {}
    said: dict[str, Any] = stored | given
    return ZoneGiven(
        code=str(values["code"]),
        planned_use=values["land_use"],
        shape=shape,
        commune_id=commune.pk,
        srid=commune.srid or (known.srid if known else zone_at(inside.x, inside.y)),
        **said,
    )


def _shape(row: ImportRow, known: PlanZone | None) -> shapely.Geometry:
    shape = row.shape
    if (shape is None or shape.is_empty) and known is not None:
        return shapely.from_wkb(bytes(known.geom.wkb))
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise _RefusedError(_NO_AREA, "geometry")
    if not shape.is_valid:
        raise _RefusedError(_INVALID.format(reason=shapely.is_valid_reason(shape)[:100]), "geometry")
    return shape


def use_of(text: str) -> str | None:
    """The code of the classification of 2024 that a file means, also by an older code that became it."""
    code = text.strip().upper()
    if code in {use.value for use in LandUse}:
        return code
    found = SUCCESSORS.get(code)
    return found.value if found else None


def unit_of(text: str) -> AdminUnit | None:
    """Today's province or commune of that code."""
    level = LEVEL_BY_LENGTH.get(len(text.strip()))
    return unit_at(text.strip(), level, timezone.localdate()) if level else None


def _option(options: type[Options], text: str) -> str | None:
    key = search_key(text)
    return next((one.value for one in options if key in (search_key(one.value), *_titles(one))), None)


def _titles(option: Options) -> tuple[str, str]:
    return search_key(option.title.vi), search_key(option.title.en)


def kind_of(text: str) -> str | None:
    """Kind of plan, by its slug or its name in either language."""
    return _option(PlanKind, text)


def status_of(text: str) -> str | None:
    """Status, by its slug or its name in either language."""
    return _option(PlanStatus, text)


ZONES = Importer(
    natural_key=("plan_code", "plan_version", "code"),
    columns=(
        Column(
            "plan_code",
            Text(vi="Mã quy hoạch", en="Code of the plan"),
            required=True,
            aliases=("ma_quy_hoach", "ma_qh", "mã quy hoạch"),
        ),
        Column("plan_version", Text(vi="Lần ban hành", en="Version"), "integer", aliases=("lan", "phien_ban")),
        Column("plan_name", Text(vi="Tên quy hoạch", en="Name of the plan"), aliases=("ten_quy_hoach", "ten_qh")),
        Column("plan_kind", Text(vi="Loại quy hoạch", en="Kind of plan"), aliases=("loai_quy_hoach",), lookup=kind_of),
        Column(
            "plan_unit",
            Text(vi="Mã đơn vị lập", en="Code of its unit"),
            aliases=("ma_don_vi", "ma_dvhc"),
            lookup=unit_of,
        ),
        Column(
            "decision_number",
            Text(vi="Số quyết định", en="Decision"),
            aliases=("so_quyet_dinh", "so_qd", "số quyết định"),
        ),
        Column("authority", Text(vi="Cơ quan phê duyệt", en="Approved by"), aliases=("co_quan", "co_quan_phe_duyet")),
        Column(
            "approved_on", Text(vi="Ngày phê duyệt", en="Approved on"), "date", aliases=("ngay_qd", "ngay_phe_duyet")
        ),
        Column("period", Text(vi="Thời kỳ", en="Period"), aliases=("thoi_ky", "thời kỳ")),
        Column("vision", Text(vi="Tầm nhìn", en="Vision"), "integer", aliases=("tam_nhin",)),
        Column("status", Text(vi="Trạng thái", en="Status"), aliases=("trang_thai",), lookup=status_of),
        Column("valid_from", Text(vi="Có hiệu lực từ", en="In force since"), "date", aliases=("hieu_luc_tu",)),
        Column("valid_to", Text(vi="Hết hiệu lực từ", en="Ended on"), "date", aliases=("hieu_luc_den",)),
        Column("code", Text(vi="Mã khu", en="Zone"), required=True, aliases=("ma_khu", "mã khu", "ma_khoanh")),
        Column("name", Text(vi="Tên khu", en="Name"), aliases=("ten_khu", "ten", "tên")),
        Column(
            "land_use",
            Text(vi="Loại đất quy hoạch", en="Planned use"),
            required=True,
            aliases=("ma_dat_qh", "loai_dat_qh", "maqh", "ma_dat", "mã đất"),
            lookup=use_of,
        ),
        Column(
            "current_use",
            Text(vi="Loại đất hiện trạng", en="Current use"),
            aliases=("ma_dat_ht", "loai_dat_ht", "hien_trang"),
            lookup=use_of,
        ),
        Column("note", Text(vi="Ghi chú", en="Note"), aliases=("ghi_chu",)),
        Column("commune", Text(vi="Mã xã, phường", en="Code of the commune"), aliases=("ma_xa",), lookup=unit_of),
    ),
    store_batch=store_batch,
)
