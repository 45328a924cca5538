"""Generic correction of rows: who may, what, against which version, and why. The version before is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from layers.core.access import Grant, roles_of
from layers.core.errors import Conflict, Forbidden, Invalid
from layers.core.outline import read_outline
from layers.core.text import Text
from layers.core.viewer import UNASSIGNED, Role, Viewer

if TYPE_CHECKING:
    from layers.core.layer import Layer
    from layers.core.models import Revision

GEOMETRY = "geom"

_OUTSIDE = Text(vi="Đối tượng nằm ngoài khu vực phụ trách.", en="The feature lies outside your area.")
_NEEDED = {
    "integer": Text(vi="Cần số nguyên.", en="A whole number is needed."),
    "number": Text(vi="Cần một số.", en="A number is needed."),
    "boolean": Text(vi="Cần true hoặc false.", en="true or false is needed."),
    "date": Text(vi="Cần ngày dạng 2025-07-01.", en="A date like 2025-07-01 is needed."),
    "datetime": Text(vi="Cần thời điểm dạng 2025-07-01T08:00:00+07:00.", en="A time like 2025-07-01T08:00:00+07:00."),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """What may be corrected, by whom.

    Attributes:
        fields: attribute names, and `geom` where the position may be moved.
        by: roles that may correct (and create and delete, where `create`).
        approve_by: where set, a correction waits until one of these roles approves it.
        create: whether features may be added and removed.
        within: roles among them that may only in their own units, and the field of the row that names its unit.
    """

    fields: Sequence[str]
    by: Role | tuple[Role, ...]
    approve_by: Role | tuple[Role, ...] | None = None
    create: bool = False
    within: Grant | None = None

    def require(self, viewer: Viewer) -> None:
        """Refuse a viewer without the role.

        Raises:
            Forbidden: the viewer sees the feature but may not correct it.
        """
        if not viewer.has(self.by):
            raise Forbidden

    def open_to(self, viewer: Viewer, row: Any) -> bool:
        """Whether this viewer may correct this row."""
        return viewer.has(self.by) and self.covers(viewer, row)

    def covers(self, viewer: Viewer, row: Any) -> bool:
        """Whether a row lies where this viewer may correct."""
        if self.within is None or self.within.within is None:
            return True
        free = {*roles_of(self.by)}.difference(roles_of(self.within.role))
        unit = row._meta.get_field(self.within.within).value_from_object(row)
        return viewer.has(free) or (unit or UNASSIGNED) in viewer.units


def correct(
    layer: "Layer", viewer: Viewer, key: int, changes: Mapping[str, Any], *, version: int, reason: str
) -> "Revision":
    """Change a feature, or propose the change where it needs approval; returns the record of it.

    Args:
        layer: the layer corrected.
        viewer: who corrects.
        key: the feature.
        changes: attribute name to value; `geom` as GeoJSON, EPSG:4326.
        version: the version the viewer saw (`If-Match`).
        reason: why, in words.

    Raises:
        Forbidden: no role for it.
        UnknownFeature: not there for this viewer.
        Conflict: the row has changed since `version`.
        Invalid: no reason, a field that may not be corrected, or a value that does not fit.
    """
    edit = _editable(layer, viewer, reason)
    with transaction.atomic():
        row = _locked(layer, viewer, key, version, edit)
        before = _snapshot(layer, row)
        _set(layer, viewer, row, changes, edit)
        waits = edit.approve_by is not None and not viewer.has(edit.approve_by)
        if not waits:
            _save(layer, viewer, row)
        return _record(layer, viewer, row, before, _snapshot(layer, row), reason, proposed=waits)


def create(layer: "Layer", viewer: Viewer, values: Mapping[str, Any], *, reason: str) -> "Revision":
    """Add a feature; the same errors as `correct`."""
    edit = _editable(layer, viewer, reason)
    if not edit.create:
        raise Forbidden
    with transaction.atomic():
        row = layer.model(**layer.discriminator)
        _set(layer, viewer, row, values, edit)
        _save(layer, viewer, row)
        return _record(layer, viewer, row, None, _snapshot(layer, row), reason)


def remove(layer: "Layer", viewer: Viewer, key: int, *, version: int, reason: str) -> "Revision":
    """Delete a feature; what it was is kept in the record. The same errors as `correct`."""
    edit = _editable(layer, viewer, reason)
    if not edit.create:
        raise Forbidden
    with transaction.atomic():
        row = _locked(layer, viewer, key, version, edit)
        record = _record(layer, viewer, row, _snapshot(layer, row), None, reason)
        row.delete()
        return record


def decide(layer: "Layer", viewer: Viewer, revision_id: int, *, approve: bool) -> "Revision":
    """Approve or reject a proposed correction.

    Raises:
        Forbidden: no role for it, or one's own proposal.
        Conflict: decided already, or the row has changed since.
    """
    from layers.core.models import Revision, RevisionState  # models cannot load before the app registry

    if layer.edit is None or layer.edit.approve_by is None or not viewer.has(layer.edit.approve_by):
        raise Forbidden
    with transaction.atomic():
        record = (
            Revision.objects.select_for_update()
            .filter(pk=revision_id, layer=layer.id, state=RevisionState.PROPOSED)
            .first()
        )
        if record is None:
            raise Conflict(Text(vi="Đề nghị này không còn chờ duyệt.", en="This proposal is no longer waiting."))
        if record.by_id == viewer.user_id:
            raise Forbidden(Text(vi="Không tự duyệt đề nghị của mình.", en="One's own proposal is decided by another."))
        row = layer.query(viewer).locked_row(record.feature_id)
        record.decided_by_id = viewer.user_id
        record.state = RevisionState.APPLIED if approve else RevisionState.REJECTED
        if approve:
            if row.version != record.version:
                raise Conflict(
                    Text(vi="Đối tượng đã được sửa sau đề nghị.", en="The feature has changed since the proposal.")
                )
            changes = {k: v for k, v in record.after.items() if record.before.get(k) != v}
            _set(layer, viewer, row, changes, layer.edit)
            _save(layer, viewer, row)
        record.save()
        return record


def _editable(layer: "Layer", viewer: Viewer, reason: str) -> Edit:
    layer.require(viewer)
    if layer.edit is None:
        raise Forbidden(Text(vi="Lớp này không cho sửa.", en="This layer cannot be corrected."))
    layer.edit.require(viewer)
    if not reason.strip():
        raise Invalid(
            Text(vi="Cần lý do sửa.", en="A reason is needed."), fields={"reason": Text(vi="Cần điền.", en="Required.")}
        )
    return layer.edit


def _locked(layer: "Layer", viewer: Viewer, key: int, version: int, edit: Edit) -> Any:
    row = layer.query(viewer).locked_row(key)
    if not edit.covers(viewer, row):
        raise Forbidden(_OUTSIDE)
    if row.version != version:
        raise Conflict(
            Text(
                vi=f"Đối tượng đã được sửa (bản {row.version}, bản đang xem là {version}). Tải lại rồi làm tiếp.",
                en=f"The feature has changed (version {row.version}, yours is {version}). Reload, then go on.",
            )
        )
    return row


def _set(layer: "Layer", viewer: Viewer, row: Any, changes: Mapping[str, Any], edit: Edit) -> None:
    faults: dict[str, Text] = {}
    for name, value in changes.items():
        if name not in edit.fields:
            faults[name] = Text(vi="Không sửa được trường này.", en="This field cannot be corrected.")
        elif name == GEOMETRY:
            _set_geometry(layer, row, value, faults)
        else:
            _set_value(layer, row, name, value, faults)
    if not faults:
        faults = _validation_faults(layer, row)
    if faults:
        raise Invalid(Text(vi="Có trường không hợp lệ.", en="Some fields are not valid."), fields=faults)
    if not edit.covers(viewer, row):
        raise Invalid(_OUTSIDE, fields={GEOMETRY: _OUTSIDE} if GEOMETRY in changes else None)


def _set_value(layer: "Layer", row: Any, name: str, value: Any, faults: dict[str, Text]) -> None:
    try:
        layer.put(row, name, value)
    except ValidationError as fault:
        said = _said(fault)
        faults[name] = _NEEDED.get(layer.attribute(name).type or "", said) if said.vi == said.en else said


def _said(fault: ValidationError) -> Text:
    """What Django and the model object to, in every language."""
    with override("vi"):
        vi = "; ".join(fault.messages)
    with override("en"):
        return Text(vi=vi, en="; ".join(fault.messages))


def _set_geometry(layer: "Layer", row: Any, value: Any, faults: dict[str, Text]) -> None:
    column = getattr(row._meta.get_field(layer.geometry), "geom_type", "GEOMETRY")
    found = read_outline(value, kind=layer.geometry_kind, column=column)
    if isinstance(found, Text):
        faults[GEOMETRY] = found
        return
    setattr(row, layer.geometry, GEOSGeometry(shapely.to_wkb(found, hex=True, include_srid=False), srid=4326))


def _validation_faults(layer: "Layer", row: Any) -> dict[str, Text]:
    """What the model itself objects to: of a new row what must be filled in, of a known one no old value."""
    known = row.pk is not None
    unasked = {f.name for f in row._meta.concrete_fields if known or f.null or f.has_default()}
    try:
        row.full_clean(exclude={*unasked, layer.geometry} - {"pk"}, validate_constraints=False)
    except ValidationError as fault:
        return {name: _said(ValidationError(errors)) for name, errors in fault.error_dict.items()}
    return {}


def _save(layer: "Layer", viewer: Viewer, row: Any) -> None:
    row.updated_at = timezone.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as fault:
        rule = getattr(getattr(fault.__cause__, "diag", None), "constraint_name", None)
        broken = Text(vi=f"Dữ liệu vi phạm ràng buộc “{rule}”.", en=f"The data breaks the constraint “{rule}”.")
        raise Invalid(broken) from fault
    if not layer.query(viewer).queryset().filter(pk=row.pk).exists():
        raise Invalid(_OUTSIDE)
    row.refresh_from_db()


def _snapshot(layer: "Layer", row: Any) -> dict[str, Any]:
    values = {**layer.stored(row), GEOMETRY: json.loads(getattr(row, layer.geometry).geojson)}
    return dict(json.loads(json.dumps(values, cls=DjangoJSONEncoder)))


def _record(
    layer: "Layer", viewer: Viewer, row: Any, before: Any, after: Any, reason: str, *, proposed: bool = False
) -> "Revision":
    from layers.core.models import Revision, RevisionState  # models cannot load before the app registry

    return Revision.objects.create(
        layer=layer.id,
        feature_id=getattr(row, layer.key_field.attname),
        version=row.version,
        by_id=viewer.user_id,
        reason=reason.strip()[:1000],
        state=RevisionState.PROPOSED if proposed else RevisionState.APPLIED,
        before=before,
        after=after,
    )
