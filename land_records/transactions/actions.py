"""What a land officer does with a parcel from its panel: each transaction as an action with its form."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import QuerySet

from land_records.models import Parcel, Transaction
from land_records.officers import OFFICERS
from land_records.panel.outcome import outcome
from land_records.terms import DocumentKind, PartyKind, RestrictionKind
from land_records.transactions import fields
from land_records.transactions.boundaries import boundary
from land_records.transactions.certificates import certify, withdraw
from land_records.transactions.changes import change_of_use, correct, undo_last
from land_records.transactions.drawing import drawn_out, on_known_corners, surveyed_again
from land_records.transactions.filing import Filing, Paper, refusal, told_at
from land_records.transactions.merging import merge
from land_records.transactions.reading import corners_in, holders_in, parcels_of_sheet, vertices_in
from land_records.transactions.restrictions import Terms, lift, mortgage, release, restrict
from land_records.transactions.rights import Manner, transfer
from land_records.transactions.splitting import split
from land_records.transactions.uses import read_uses
from layers.core.action import Action, Field, Handler, Preview
from layers.core.attribute import Option, Options
from layers.core.errors import Forbidden
from layers.core.text import Text
from layers.core.viewer import Viewer

One = TypeVar("One", bound=Options)
CONSENT = Text(vi="Văn bản đồng ý, bản án", en="Consent or judgment")
_ENTERED = tuple(kind for kind in RestrictionKind if kind != RestrictionKind.MORTGAGE)


def _filing(viewer: Viewer, data: Mapping[str, Any]) -> Filing:
    """What the fields that all forms share say."""
    number = (data.get("consent") or "").strip()
    papers = [Paper(kind=DocumentKind.CONSENT, title=CONSENT.vi, number=number)] if number else []
    return Filing(
        by=viewer,
        effective_on=data.get("effective_on"),
        reason=data.get("reason") or "",
        dossier=data.get("dossier") or "",
        papers=papers,
    )


def _taken(act: Callable[[Parcel, Filing, Mapping[str, Any]], Transaction]) -> Handler:
    """An action's handler: files what the form says; parcels of other communes stay out of reach.

    Answers with the parcels that hold afterwards, by their numbers on the sheet.
    """

    def handler(row: Parcel, viewer: Viewer, data: Mapping[str, Any]) -> list[int]:
        made = act(row, _filing(viewer, data), data)
        left = list(_left_by(made).order_by("sheet", "parcel_number").values_list("su_id", "commune_id"))
        if not viewer.is_house and not {commune for _, commune in left} <= viewer.units:
            raise Forbidden(
                Text(
                    vi="Biến động chạm đến thửa đất ngoài địa bàn phụ trách.",
                    en="The transaction reaches parcels outside your area.",
                )
            )
        return [su_id for su_id, _ in left]

    return handler


def _left_by(made: Transaction) -> QuerySet[Parcel]:
    """The parcels a transaction wrote; of one that takes another back, those that hold again."""
    if made.undoes_id is None:
        return Parcel.objects.current().filter(made_by=made)
    again = Parcel.objects.filter(closed_by=made.undoes_id).values("su_id")
    return Parcel.objects.current().filter(su_id__in=again)


def _split(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    """Along surveyed vertices where they are given, else along the line drawn."""
    uses = [read_uses(part) for part in (data["uses"] or "").splitlines() if part.strip()]
    if data["vertices"]:
        with told_at("line", "vertices"):
            return split(row.su_id, filing, line=vertices_in(data["vertices"]), uses=uses)
    if data["line"] is None:
        raise refusal("line", "Cần vẽ đường tách hoặc ghi tọa độ.", "Draw the line, or write its vertices.")
    return split(row.su_id, filing, line=drawn_out(data["line"], row), uses=uses)


def _merge(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    chosen = [*(data["parcels"] or ()), *(parcels_of_sheet(data["numbers"], row) if data["numbers"] else ())]
    return merge([row.su_id, *(one for one in dict.fromkeys(chosen) if one != row.su_id)], filing)


def _boundary(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    """As corners were surveyed again where they are given, else as they were moved on the map."""
    if data["corners"]:
        with told_at("shapes", "corners"):
            return boundary(surveyed_again(row, corners_in(data["corners"])), filing)
    if data["shapes"] is None:
        raise refusal("shapes", "Cần sửa ranh hoặc ghi tọa độ.", "Move the border, or write its corners.")
    return boundary(on_known_corners(data["shapes"]), filing)


def _change_of_use(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return change_of_use(row.su_id, filing, uses=read_uses(data["uses"]))


def _transfer(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    to = holders_in(data["holders"], _named(PartyKind, data["kind"]))
    return transfer(row.su_id, filing, to=to, manner=_named(Manner, data["manner"]))


def _mortgage(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return mortgage(row.su_id, filing, terms=_terms(data))


def _restrict(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return restrict(row.su_id, filing, kind=_named(RestrictionKind, data["kind"]), terms=_terms(data))


def _terms(data: Mapping[str, Any]) -> Terms:
    return Terms(**{name: data.get(name) or "" for name in ("holder", "authority", "reference", "note")})


def _release(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return release(row.su_id, filing, restriction_id=_whole(data["restriction"]))


def _lift(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return lift(row.su_id, filing, restriction_id=_whole(data["restriction"]))


def _named(options: type[One], value: str) -> One:
    """The member of this value, which the form has checked."""
    return next(one for one in options if one.value == value)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _certify(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    holders = holders_in(data["holders"], _named(PartyKind, data["kind"] or PartyKind.CNV)) if data["holders"] else []
    return certify(
        [row.su_id],
        filing,
        serial=data["serial"],
        registry_number=data["registry_number"],
        authority=data["authority"],
        holders=holders,
    )


def _withdraw(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return withdraw(row.su_id, filing)


def _correct(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    area = data["recorded_area_m2"]
    return correct(
        row.su_id,
        filing,
        address=data["address"],
        recorded_area_m2=None if area is None else Decimal(str(area)),
        uses=read_uses(data["uses"]) if data["uses"] else [],
    )


def _undo(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return undo_last(row.su_id, filing.by, reason=filing.reason)


def _action(
    name: str,
    title: Text,
    act: Callable[[Parcel, Filing, Mapping[str, Any]], Transaction],
    *form: Field,
    danger: bool = False,
    preview: Preview | None = None,
) -> Action:
    return Action(name, title, _taken(act), form=form, by=OFFICERS, danger=danger, preview=preview)


ACTIONS = (
    _action(
        "split",
        Text(vi="Tách thửa", en="Split"),
        _split,
        fields.LINE,
        fields.VERTICES,
        fields.PART_USES,
        fields.CONSENT,
        *fields.FILING,
        fields.WHY,
        preview=outcome,
    ),
    _action(
        "merge",
        Text(vi="Hợp thửa", en="Merge"),
        _merge,
        fields.NEIGHBOURS,
        fields.NUMBERS,
        fields.CONSENT,
        *fields.FILING,
        fields.WHY,
        preview=outcome,
    ),
    _action(
        "boundary",
        Text(vi="Chỉnh lý ranh giới", en="Correct the borders"),
        _boundary,
        fields.BORDERS,
        fields.CORNERS,
        fields.CONSENT,
        *fields.FILING,
        fields.WHY,
        preview=outcome,
    ),
    _action(
        "change_of_use",
        Text(vi="Chuyển mục đích sử dụng", en="Change of use"),
        _change_of_use,
        fields.USES,
        fields.CONSENT,
        *fields.FILING,
        fields.WHY,
        preview=outcome,
    ),
    _action(
        "transfer",
        Text(vi="Chuyển quyền sử dụng đất", en="Transfer"),
        _transfer,
        Field("manner", Text(vi="Hình thức", en="Manner"), "choice", choices=tuple(Option.all_of(Manner))),
        Field("holders", Text(vi="Người nhận", en="New land users"), help=fields.HOLDERS_HELP, personal=True),
        fields.KIND_OF_USER,
        fields.CONSENT,
        *fields.FILING,
        fields.WHY,
    ),
    _action(
        "mortgage",
        Text(vi="Đăng ký thế chấp", en="Mortgage"),
        _mortgage,
        Field("holder", Text(vi="Bên nhận thế chấp", en="Mortgagee"), max_length=200, personal=True),
        fields.REFERENCE,
        fields.CONSENT,
        *fields.FILING,
        fields.WHY,
    ),
    _action(
        "release",
        Text(vi="Xóa thế chấp", en="Release of a mortgage"),
        _release,
        fields.WHICH,
        *fields.FILING,
        fields.WHY,
    ),
    _action(
        "restrict",
        Text(vi="Ghi hạn chế, ngăn chặn", en="Enter a restriction"),
        _restrict,
        Field(
            "kind",
            Text(vi="Loại hạn chế", en="Kind"),
            "choice",
            choices=tuple(one for one in Option.all_of(RestrictionKind) if one.value in _ENTERED),
        ),
        fields.REFERENCE,
        Field("authority", Text(vi="Cơ quan", en="Authority"), required=False, max_length=200),
        Field("holder", Text(vi="Bên yêu cầu", en="In favour of"), required=False, max_length=200, personal=True),
        Field("note", Text(vi="Nội dung", en="What it says"), required=False, max_length=500),
        *fields.FILING,
    ),
    _action(
        "lift",
        Text(vi="Xóa hạn chế, ngăn chặn", en="Lift a restriction"),
        _lift,
        fields.WHICH,
        *fields.FILING,
        fields.WHY,
    ),
    _action(
        "certify",
        Text(vi="Cấp giấy chứng nhận", en="Issue a certificate"),
        _certify,
        Field("serial", Text(vi="Số phát hành", en="Serial"), max_length=12),
        Field("registry_number", Text(vi="Số vào sổ", en="Registry number"), max_length=20),
        Field("authority", Text(vi="Cơ quan cấp", en="Issuing authority"), max_length=200),
        Field(
            "holders",
            Text(vi="Người sử dụng đất, nếu sổ chưa có", en="Land users, where the register has none"),
            required=False,
            help=fields.HOLDERS_HELP,
            personal=True,
        ),
        Field(
            "kind",
            Text(vi="Đối tượng sử dụng đất", en="Kind of land user"),
            "choice",
            required=False,
            choices=tuple(Option.all_of(PartyKind)),
        ),
        fields.CONSENT,
        *fields.FILING,
        fields.WHY,
    ),
    _action(
        "withdraw",
        Text(vi="Thu hồi giấy chứng nhận", en="Withdraw the certificate"),
        _withdraw,
        fields.CONSENT,
        *fields.FILING,
        fields.REASON,
        danger=True,
    ),
    _action(
        "correct",
        Text(vi="Đính chính", en="Correct an error"),
        _correct,
        Field("address", Text(vi="Địa chỉ thửa đất", en="Parcel address"), required=False, max_length=200),
        Field(
            "recorded_area_m2",
            Text(vi="Diện tích pháp lý (m²)", en="Recorded area (m²)"),
            "number",
            required=False,
            least=0.1,
            most=1e10,
        ),
        Field(
            "uses",
            Text(vi="Mục đích sử dụng", en="Uses"),
            required=False,
            max_length=500,
            help=Text(vi="Ví dụ ONT 400 + CLN.", en="E.g. ONT 400 + CLN."),
        ),
        fields.CONSENT,
        *fields.FILING,
        fields.REASON,
        preview=outcome,
    ),
    _action(
        "undo",
        Text(vi="Hủy biến động gần nhất", en="Take back the last transaction"),
        _undo,
        fields.REASON,
        danger=True,
        preview=outcome,
    ),
)
"""For the layer of land officers."""
