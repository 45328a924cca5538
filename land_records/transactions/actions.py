"""What a land officer does with a parcel from its panel: each transaction as an action with its form."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from land_records.models import Parcel, Transaction
from land_records.officers import OFFICERS
from land_records.terms import DocumentKind, PartyKind, RestrictionKind
from land_records.transactions.certificates import certify, withdraw
from land_records.transactions.changes import change_of_use, correct, undo_last
from land_records.transactions.filing import Filing, Paper
from land_records.transactions.merging import merge
from land_records.transactions.reading import holders_in, line_through, parcels_of_sheet, vertices_in
from land_records.transactions.restrictions import Terms, lift, mortgage, release, restrict
from land_records.transactions.rights import Manner, transfer
from land_records.transactions.splitting import split
from land_records.transactions.uses import read_uses
from layers.core.action import Action, Field, Handler
from layers.core.attribute import Option, Options
from layers.core.errors import Forbidden
from layers.core.text import Text
from layers.core.viewer import Viewer

One = TypeVar("One", bound=Options)
CONSENT = Text(vi="Văn bản đồng ý, bản án", en="Consent or judgment")

_CONSENT = Field(
    "consent",
    Text(vi="Số văn bản đồng ý", en="Number of the consent"),
    required=False,
    max_length=60,
    help=Text(
        vi="Của bên nhận thế chấp hoặc các bên tranh chấp, nếu thửa đất đang có hạn chế.",
        en="Of the mortgagee or the parties to a dispute, where the parcel is restricted.",
    ),
)
_FILING = (
    Field(
        "effective_on",
        Text(vi="Ngày có hiệu lực", en="Effective on"),
        "date",
        required=False,
        help=Text(vi="Bỏ trống: hôm nay.", en="Left empty: today."),
    ),
    Field("dossier", Text(vi="Mã hồ sơ một cửa", en="Dossier number"), required=False, max_length=40),
)
_REASON = Field("reason", Text(vi="Lý do", en="Reason"), max_length=1_000)
_WHY = Field("reason", Text(vi="Ghi chú", en="Note"), required=False, max_length=1_000)
_PART_USES = Field(
    "uses",
    Text(vi="Mục đích sử dụng của từng phần", en="Uses of each part"),
    required=False,
    help=Text(
        vi="Mỗi phần một dòng, từ tây sang đông: ONT 400 + CLN. Bỏ trống nếu thửa có một loại đất.",
        en="One part a line, from west to east: ONT 400 + CLN. Left empty where the parcel has one use.",
    ),
)
_USES = Field(
    "uses",
    Text(vi="Mục đích sử dụng sau khi chuyển", en="Uses afterwards"),
    max_length=500,
    help=Text(
        vi="Ví dụ ONT 400 + CLN; loại không ghi diện tích lấy phần còn lại.",
        en="E.g. ONT 400 + CLN; a use without an area takes the rest.",
    ),
)
_HOLDERS_HELP = Text(
    vi="Mỗi người một dòng: họ tên; số định danh; phần quyền (bỏ trống nếu chung hoặc toàn bộ).",
    en="One a line: name; identification number; share (left out where joint or whole).",
)
_KIND = Field(
    "kind",
    Text(vi="Đối tượng sử dụng đất", en="Kind of land user"),
    "choice",
    choices=tuple(Option.all_of(PartyKind)),
)
_WHICH = Field(
    "restriction",
    Text(vi="Mã hạn chế", en="Number of the restriction"),
    "number",
    required=False,
    least=1,
    help=Text(vi="Chỉ cần khi có nhiều hạn chế.", en="Needed only where there are several."),
)
_REFERENCE = Field("reference", Text(vi="Số hợp đồng, quyết định", en="Number of contract or decision"), max_length=100)
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
    """An action's handler: files what the form says; parcels of other communes stay out of reach."""

    def handler(row: Parcel, viewer: Viewer, data: Mapping[str, Any]) -> None:
        made = act(row, _filing(viewer, data), data)
        touched = Parcel.objects.filter(made_by=made).values_list("commune_id", flat=True)
        if not viewer.is_house and not set(touched) <= viewer.units:
            raise Forbidden(
                Text(
                    vi="Biến động chạm đến thửa đất ngoài địa bàn phụ trách.",
                    en="The transaction reaches parcels outside your area.",
                )
            )

    return handler


def _split(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    """Along surveyed vertices where they are given, else along the straight line through two points."""
    line = vertices_in(data["vertices"]) if data["vertices"] else line_through(data["start"], data["end"], row)
    uses = [read_uses(part) for part in (data["uses"] or "").splitlines() if part.strip()]
    return split(row.su_id, filing, line=line, uses=uses)


def _merge(row: Parcel, filing: Filing, data: Mapping[str, Any]) -> Transaction:
    return merge([row.su_id, *parcels_of_sheet(data["numbers"], row)], filing)


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
) -> Action:
    return Action(name, title, _taken(act), form=form, by=OFFICERS, danger=danger)


ACTIONS = (
    _action(
        "split",
        Text(vi="Tách thửa", en="Split"),
        _split,
        Field(
            "start",
            Text(vi="Điểm thứ nhất của đường tách", en="First point of the line"),
            "geometry",
            required=False,
            help=Text(
                vi="Đường thẳng qua hai điểm, kéo dài đến ranh thửa.",
                en="The straight line through two points, drawn out to the border.",
            ),
        ),
        Field("end", Text(vi="Điểm thứ hai", en="Second point"), "geometry", required=False),
        Field(
            "vertices",
            Text(vi="Hoặc tọa độ đo của đường tách", en="Or surveyed vertices of the line"),
            required=False,
            max_length=20_000,
            help=Text(
                vi="VN-2000, múi chiếu của tờ bản đồ, mỗi dòng một đỉnh: X Y.",
                en="VN-2000 in the zone of the sheet, one vertex a line: X Y.",
            ),
        ),
        _PART_USES,
        _CONSENT,
        *_FILING,
        _WHY,
    ),
    _action(
        "merge",
        Text(vi="Hợp thửa", en="Merge"),
        _merge,
        Field(
            "numbers",
            Text(vi="Số thửa liền kề, cùng tờ", en="Numbers of neighbours on the sheet"),
            max_length=200,
            help=Text(vi="Ví dụ 126, 127.", en="E.g. 126, 127."),
        ),
        _CONSENT,
        *_FILING,
        _WHY,
    ),
    _action(
        "change_of_use",
        Text(vi="Chuyển mục đích sử dụng", en="Change of use"),
        _change_of_use,
        _USES,
        _CONSENT,
        *_FILING,
        _WHY,
    ),
    _action(
        "transfer",
        Text(vi="Chuyển quyền sử dụng đất", en="Transfer"),
        _transfer,
        Field("manner", Text(vi="Hình thức", en="Manner"), "choice", choices=tuple(Option.all_of(Manner))),
        Field("holders", Text(vi="Người nhận", en="New land users"), help=_HOLDERS_HELP),
        _KIND,
        _CONSENT,
        *_FILING,
        _WHY,
    ),
    _action(
        "mortgage",
        Text(vi="Đăng ký thế chấp", en="Mortgage"),
        _mortgage,
        Field("holder", Text(vi="Bên nhận thế chấp", en="Mortgagee"), max_length=200),
        _REFERENCE,
        _CONSENT,
        *_FILING,
        _WHY,
    ),
    _action("release", Text(vi="Xóa thế chấp", en="Release of a mortgage"), _release, _WHICH, *_FILING, _WHY),
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
        _REFERENCE,
        Field("authority", Text(vi="Cơ quan", en="Authority"), required=False, max_length=200),
        Field("holder", Text(vi="Bên yêu cầu", en="In favour of"), required=False, max_length=200),
        Field("note", Text(vi="Nội dung", en="What it says"), required=False, max_length=500),
        *_FILING,
    ),
    _action("lift", Text(vi="Xóa hạn chế, ngăn chặn", en="Lift a restriction"), _lift, _WHICH, *_FILING, _WHY),
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
            help=_HOLDERS_HELP,
        ),
        Field(
            "kind",
            Text(vi="Đối tượng sử dụng đất", en="Kind of land user"),
            "choice",
            required=False,
            choices=tuple(Option.all_of(PartyKind)),
        ),
        _CONSENT,
        *_FILING,
        _WHY,
    ),
    _action(
        "withdraw",
        Text(vi="Thu hồi giấy chứng nhận", en="Withdraw the certificate"),
        _withdraw,
        _CONSENT,
        *_FILING,
        _REASON,
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
        _CONSENT,
        *_FILING,
        _REASON,
    ),
    _action(
        "undo",
        Text(vi="Hủy biến động gần nhất", en="Take back the last transaction"),
        _undo,
        _REASON,
        danger=True,
    ),
)
"""For the layer of land officers."""
