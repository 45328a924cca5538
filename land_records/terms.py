"""Words of the land register: what a parcel, a right, a certificate or a restriction may be, with their codes.

Origins, forms and kinds of users: as the national land database keeps them (Thông tư 09/2024/TT-BTNMT; form 01/TKKK of
Thông tư 08/2024/TT-BTNMT). Legal states, kinds of restrictions and of transactions: as registration offices name them.
"""

from collections.abc import Iterable

from layers.core.attribute import Options


class Source(Options):
    """Whether a row is invented or was brought by a file."""

    DEMO = "demo", "Dữ liệu trình diễn, sinh tự động", "Demo data, generated"
    IMPORTED = "imported", "Nhập từ tệp", "Imported from a file"


class LegalStatus(Options):
    """How far a parcel's registration has come (tình trạng pháp lý)."""

    UNREGISTERED = "unregistered", "Chưa đăng ký", "Not registered", "#7A6A00"
    REGISTERED = "registered", "Đã đăng ký, chưa cấp giấy", "Registered, no certificate", "#C4580B"
    CERTIFIED = "certified", "Đã cấp giấy chứng nhận", "Certificate issued", "#1B7F5C"
    RECOVERED = "recovered", "Nhà nước đã thu hồi", "Recovered by the State", "#B3261E"
    MANAGED = "managed", "Đất công, giao để quản lý", "Public land under management", "#0B5FA5"


class Origin(Options):
    """Origin of the land use (nguồn gốc sử dụng); the value is the national system's number."""

    RECOGNISED = "1", "Công nhận quyền sử dụng đất", "Recognised right"
    RECOGNISED_PAID = "2", "Công nhận như giao có thu tiền", "Recognised as allocated for payment"
    RECOGNISED_FREE = "3", "Công nhận như giao không thu tiền", "Recognised as allocated free"
    ALLOCATED_PAID = "4", "Giao có thu tiền", "Allocated for payment"
    ALLOCATED_FREE = "5", "Giao không thu tiền", "Allocated free"
    MANAGED = "6", "Giao để quản lý", "Given for management"
    ZONE_LEASE = "7", "Thuê của chủ đầu tư hạ tầng khu công nghiệp", "Leased from an industrial zone's investor"
    ZONE_LEASE_YEARLY = "8", "Thuê của chủ đầu tư khu công nghiệp, trả hằng năm", "Leased in a zone, paid yearly"
    ZONE_LEASE_ONCE = "9", "Thuê của chủ đầu tư khu công nghiệp, trả một lần", "Leased in a zone, paid once"
    STATE_LEASE_YEARLY = "10", "Nhà nước cho thuê, trả tiền hằng năm", "Leased by the State, paid yearly"
    STATE_LEASE_ONCE = "11", "Nhà nước cho thuê, trả tiền một lần", "Leased by the State, paid once"
    TAKEN_AS_PAID = "12", "Công nhận như giao có thu tiền (nhận chuyển quyền)", "As allocated for payment, acquired"
    TAKEN_AS_FREE = "13", "Công nhận như giao không thu tiền (nhận chuyển quyền)", "As allocated free, acquired"
    TAKEN_AS_YEARLY = "14", "Công nhận như cho thuê trả tiền hằng năm", "As leased, paid yearly"
    TAKEN_AS_ONCE = "15", "Công nhận như cho thuê trả tiền một lần", "As leased, paid once"
    APARTMENT = "16", "Sở hữu căn hộ chung cư", "Owner of an apartment"


class UseForm(Options):
    """Whether a use is one user's own or shared (hình thức sử dụng)."""

    OWN = "own", "Sử dụng riêng", "Own use"
    SHARED = "shared", "Sử dụng chung", "Shared use"


class PartyKind(Options):
    """Kinds of land users and managers, columns (6)-(17) and (19)-(22) of form 01/TKKK."""

    CNV = "CNV", "Cá nhân trong nước", "Individual in Vietnam"
    CNN = "CNN", "Người Việt Nam định cư ở nước ngoài", "Vietnamese residing abroad"
    TCN = "TCN", "Cơ quan nhà nước, Đảng, đơn vị vũ trang", "State and Party agency, armed forces"
    TSN = "TSN", "Đơn vị sự nghiệp công lập", "Public service unit"
    TXH = "TXH", "Tổ chức xã hội", "Social organisation"
    TKT = "TKT", "Tổ chức kinh tế", "Economic organisation"
    TKH = "TKH", "Tổ chức khác", "Other organisation"
    TTG = "TTG", "Tổ chức tôn giáo", "Religious organisation"
    CDS = "CDS", "Cộng đồng dân cư", "Community"
    TNG = "TNG", "Tổ chức nước ngoài có chức năng ngoại giao", "Foreign diplomatic organisation"
    NGV = "NGV", "Người gốc Việt Nam định cư ở nước ngoài", "Person of Vietnamese origin abroad"
    TVN = "TVN", "Tổ chức kinh tế có vốn đầu tư nước ngoài", "Foreign-invested organisation"
    TCQ = "TCQ", "Cơ quan nhà nước được giao quản lý", "State agency as manager"
    TSQ = "TSQ", "Đơn vị sự nghiệp được giao quản lý", "Public service unit as manager"
    KTQ = "KTQ", "Tổ chức kinh tế được giao quản lý", "Economic organisation as manager"
    CDQ = "CDQ", "Cộng đồng dân cư được giao quản lý", "Community as manager"


MANAGERS = (PartyKind.TCQ, PartyKind.TSQ, PartyKind.KTQ, PartyKind.CDQ)
"""Kinds that manage land for the State without using it."""


class PartyRole(Options):
    """In what capacity somebody stands on a certificate (vai trò)."""

    INDIVIDUAL = "individual", "Cá nhân", "Individual"
    HOUSEHOLD_HEAD = "household_head", "Chủ hộ", "Head of household"
    HUSBAND = "husband", "Chồng", "Husband"
    WIFE = "wife", "Vợ", "Wife"
    REPRESENTATIVE = "representative", "Người đại diện", "Representative"
    MEMBER = "member", "Thành viên", "Member"
    ORGANISATION = "organisation", "Tổ chức", "Organisation"


class RestrictionKind(Options):
    """What limits the rights over a parcel (hạn chế)."""

    MORTGAGE = "mortgage", "Thế chấp", "Mortgage", "#6B4FA0"
    DISPUTE = "dispute", "Tranh chấp", "Dispute", "#B3261E"
    SEIZURE = "seizure", "Kê biên, ngăn chặn", "Seizure, block", "#B3261E"
    RECOVERY = "recovery", "Thông báo, quyết định thu hồi", "Recovery notice or decision", "#C4580B"
    PLANNING = "planning", "Hạn chế theo quy hoạch", "Restricted by planning", "#7A6A00"
    CORRIDOR = "corridor", "Hành lang an toàn", "Safety corridor", "#0B5FA5"
    EASEMENT = "easement", "Quyền đối với thửa đất liền kề", "Easement", "#1B7F5C"


_GRAVITY = ("seizure", "dispute", "recovery", "mortgage", "easement", "corridor", "planning")


def by_gravity(kinds: Iterable[str]) -> list[str]:
    """Kinds of restrictions, each once, the gravest first: what forbids before what only limits."""
    return sorted(set(kinds), key=_GRAVITY.index)


class AssetKind(Options):
    """What stands on the land and is registered with it (tài sản gắn liền với đất)."""

    HOUSE = "house", "Nhà ở", "House"
    BUILDING = "building", "Công trình xây dựng", "Building"
    TREES = "trees", "Cây lâu năm", "Perennial trees"
    FOREST = "forest", "Rừng sản xuất là rừng trồng", "Planted production forest"


class TransactionKind(Options):
    """What is registered (loại biến động)."""

    REGISTER = "register", "Đăng ký lần đầu", "First registration"
    SPLIT = "split", "Tách thửa", "Split"
    MERGE = "merge", "Hợp thửa", "Merge"
    BOUNDARY = "boundary", "Đo đạc, chỉnh lý ranh giới", "Boundary correction"
    CHANGE_OF_USE = "change_of_use", "Chuyển mục đích sử dụng", "Change of use"
    TRANSFER = "transfer", "Chuyển nhượng, tặng cho, thừa kế", "Transfer"
    MORTGAGE = "mortgage", "Đăng ký thế chấp", "Mortgage"
    RELEASE = "release", "Xóa đăng ký thế chấp", "Release of a mortgage"
    RESTRICT = "restrict", "Ghi hạn chế, ngăn chặn", "Restriction entered"
    LIFT = "lift", "Xóa hạn chế, ngăn chặn", "Restriction lifted"
    CERTIFY = "certify", "Cấp giấy chứng nhận", "Certificate issued"
    WITHDRAW = "withdraw", "Thu hồi giấy chứng nhận", "Certificate withdrawn"
    CORRECTION = "correction", "Đính chính", "Correction of an error"
    IMPORT = "import", "Nhập từ tệp", "Import from a file"
    UNDO = "undo", "Hủy biến động", "Transaction undone"


class DocumentKind(Options):
    """What a paper is (giấy tờ)."""

    CERTIFICATE = "certificate", "Giấy chứng nhận", "Certificate"
    DECISION = "decision", "Quyết định", "Decision"
    CONTRACT = "contract", "Hợp đồng, văn bản thỏa thuận", "Contract, agreement"
    CONSENT = "consent", "Văn bản đồng ý", "Consent"
    SURVEY = "survey", "Bản vẽ, mảnh trích đo", "Survey drawing"
    JUDGMENT = "judgment", "Bản án, quyết định thi hành án", "Judgment"
    OTHER = "other", "Giấy tờ khác", "Other paper"
