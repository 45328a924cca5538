"""What a plan may be and how it stands."""

from layers.core.attribute import Options


class PlanKind(Options):
    """Kind of a plan, as the laws on land and on urban and rural planning name them."""

    LAND_USE = "land_use", "Quy hoạch sử dụng đất", "Land-use plan"
    GENERAL = "general", "Quy hoạch chung", "General urban plan"
    ZONE = "zone", "Quy hoạch phân khu", "Urban zone plan"
    DETAIL = "detail", "Quy hoạch chi tiết xây dựng", "Detailed construction plan"
    YEARLY = "yearly", "Kế hoạch sử dụng đất hằng năm", "Yearly land-use plan"


class PlanStatus(Options):
    """How a plan stands."""

    DRAFT = "draft", "Dự thảo", "Draft", "#7A6A00"
    IN_FORCE = "in_force", "Đang có hiệu lực", "In force", "#1B7F5C"
    REPLACED = "replaced", "Đã được thay thế", "Replaced", "#6B4FA0"
    WITHDRAWN = "withdrawn", "Đã bãi bỏ", "Withdrawn", "#B3261E"
