"""Kinds of problems, where each stands, what happened to it."""

from layers.core.attribute import Options


class ProblemKind(Options):
    """What is wrong."""

    OVERLAP = "overlap", "Chồng lấn ranh giới", "Overlap", "#B3261E"
    GAP = "gap", "Khe hở giữa các thửa", "Gap between parcels", "#6A3FA0"
    SLIVER = "sliver", "Thửa quá hẹp", "Sliver", "#A0206A"
    USES = "uses_do_not_sum", "Diện tích các loại đất không khớp", "Uses do not add up", "#0B5FA5"
    AREA = "area_difference", "Diện tích pháp lý lệch diện tích đo", "Areas differ", "#C4580B"
    OUTSIDE = "outside_commune", "Thửa nằm ngoài xã", "Outside its commune", "#1B7F5C"
    NUMBER = "duplicate_number", "Trùng số thửa trên giấy chứng nhận", "Number printed twice", "#7A6A00"


class ProblemState(Options):
    """Where it stands."""

    OPEN = "open", "Chưa xử lý", "Open", "#C62828"
    IN_WORK = "in_work", "Đang xử lý", "In work", "#C4580B"
    ACCEPTED = "accepted", "Chấp nhận, có lý do", "Accepted with a reason", "#4A5A6A"
    GONE = "gone", "Không còn", "Gone", "#1B7F5C"


class EntryKind(Options):
    """What an entry of a problem's history says."""

    FOUND = "found", "Phát hiện", "Found"
    RETURNED = "returned", "Xuất hiện lại", "Found again"
    GONE = "gone", "Không còn", "Gone"
    TAKEN = "taken", "Nhận xử lý", "Taken"
    ACCEPTED = "accepted", "Chấp nhận", "Accepted"
    REOPENED = "reopened", "Mở lại", "Reopened"
