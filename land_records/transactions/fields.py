"""The fields of the transactions' forms: what an officer is asked, in words."""

from land_records.terms import PartyKind
from layers.core.action import Field
from layers.core.attribute import Option
from layers.core.text import Text

HOLDERS_HELP = Text(
    vi="Mỗi người một dòng: họ tên; số định danh; phần quyền (bỏ trống nếu chung hoặc toàn bộ).",
    en="One a line: name; identification number; share (left out where joint or whole).",
)
LINE = Field(
    "line",
    Text(vi="Đường tách vẽ trên bản đồ", en="Line drawn on the map"),
    "line",
    required=False,
    help=Text(
        vi="Bao nhiêu đỉnh tùy ý; hai đầu còn trong thửa được kéo thẳng đến ranh.",
        en="With as many vertices as wanted; ends inside the parcel are drawn out to its border.",
    ),
)
VERTICES = Field(
    "vertices",
    Text(vi="Hoặc tọa độ đo của đường tách", en="Or surveyed vertices of the line"),
    required=False,
    max_length=20_000,
    help=Text(
        vi="VN-2000, múi chiếu của tờ bản đồ, mỗi dòng một đỉnh: X Y. Dán được từ bảng tính.",
        en="VN-2000 in the zone of the sheet, one vertex a line: X Y. May be pasted from a sheet.",
    ),
)
BORDERS = Field(
    "shapes",
    Text(vi="Ranh sửa trên bản đồ", en="Borders corrected on the map"),
    "borders",
    required=False,
    help=Text(
        vi="Góc chung với thửa giáp ranh đi cùng nhau.",
        en="A corner shared with a neighbour moves in both.",
    ),
)
CORNERS = Field(
    "corners",
    Text(vi="Hoặc tọa độ đo lại của các đỉnh", en="Or corners as surveyed again"),
    required=False,
    max_length=20_000,
    help=Text(
        vi="Mỗi dòng: số đỉnh X Y, theo số trong bảng tọa độ đỉnh thửa; VN-2000, múi chiếu của tờ bản đồ.",
        en="One a line: number X Y, numbered as in the parcel's table of vertices; VN-2000 in the zone of the sheet.",
    ),
)
NEIGHBOURS = Field(
    "parcels",
    Text(vi="Thửa liền kề", en="Neighbours"),
    "features",
    required=False,
    layer="parcel_cases",
    help=Text(vi="Chọn trong danh sách hoặc trên bản đồ.", en="Chosen from the list or on the map."),
)
NUMBERS = Field(
    "numbers",
    Text(vi="Hoặc số thửa, cùng tờ", en="Or their numbers on the sheet"),
    required=False,
    max_length=200,
    help=Text(vi="Ví dụ 126, 127.", en="E.g. 126, 127."),
)
CONSENT = Field(
    "consent",
    Text(vi="Số văn bản đồng ý", en="Number of the consent"),
    required=False,
    max_length=60,
    help=Text(
        vi="Của bên nhận thế chấp hoặc các bên tranh chấp, nếu thửa đất đang có hạn chế.",
        en="Of the mortgagee or the parties to a dispute, where the parcel is restricted.",
    ),
)
FILING = (
    Field(
        "effective_on",
        Text(vi="Ngày có hiệu lực", en="Effective on"),
        "date",
        required=False,
        help=Text(vi="Bỏ trống: hôm nay.", en="Left empty: today."),
    ),
    Field("dossier", Text(vi="Mã hồ sơ một cửa", en="Dossier number"), required=False, max_length=40),
)
REASON = Field("reason", Text(vi="Lý do", en="Reason"), max_length=1_000)
WHY = Field("reason", Text(vi="Ghi chú", en="Note"), required=False, max_length=1_000)
PART_USES = Field(
    "uses",
    Text(vi="Mục đích sử dụng của từng phần", en="Uses of each part"),
    required=False,
    help=Text(
        vi="Mỗi phần một dòng, từ tây sang đông: ONT 400 + CLN. Bỏ trống nếu thửa có một loại đất.",
        en="One part a line, from west to east: ONT 400 + CLN. Left empty where the parcel has one use.",
    ),
)
USES = Field(
    "uses",
    Text(vi="Mục đích sử dụng sau khi chuyển", en="Uses afterwards"),
    max_length=500,
    help=Text(
        vi="Ví dụ ONT 400 + CLN; loại không ghi diện tích lấy phần còn lại.",
        en="E.g. ONT 400 + CLN; a use without an area takes the rest.",
    ),
)
KIND_OF_USER = Field(
    "kind",
    Text(vi="Đối tượng sử dụng đất", en="Kind of land user"),
    "choice",
    choices=tuple(Option.all_of(PartyKind)),
)
WHICH = Field(
    "restriction",
    Text(vi="Mã hạn chế", en="Number of the restriction"),
    "number",
    required=False,
    least=1,
    help=Text(vi="Chỉ cần khi có nhiều hạn chế.", en="Needed only where there are several."),
)
REFERENCE = Field("reference", Text(vi="Số hợp đồng, quyết định", en="Number of contract or decision"), max_length=100)
