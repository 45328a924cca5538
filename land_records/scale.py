"""The land-use codes of the cadastre with their names and colours: said once, here."""

from layers.core.attribute import Options


class LandUse(Options):
    """What land is used for (mục đích sử dụng đất, loại đất): the 67 codes of the classification of 2024.

    Codes and names: Thông tư 08/2024/TT-BTNMT. Colours: its annex V (ký hiệu, màu loại đất); where that names none for
    a code, the colour of the older official palette or of the group the code belongs to.
    """

    NNP = "NNP", "Nhóm đất nông nghiệp", "Agricultural land", "#FFFF64"
    CHN = "CHN", "Đất trồng cây hằng năm", "Annual crop land", "#FFFC78"
    LUA = "LUA", "Đất trồng lúa", "Rice land", "#FFFC82"
    LUC = "LUC", "Đất chuyên trồng lúa", "Land for rice only", "#FFFC8C"
    LUK = "LUK", "Đất trồng lúa còn lại", "Other rice land", "#FFFC96"
    HNK = "HNK", "Đất trồng cây hằng năm khác", "Other annual crop land", "#FFF0B4"
    CLN = "CLN", "Đất trồng cây lâu năm", "Perennial crop land", "#FFD2A0"
    LNP = "LNP", "Đất lâm nghiệp", "Forestry land", "#AAFF32"
    RDD = "RDD", "Đất rừng đặc dụng", "Special-use forest land", "#6EFF64"
    RPH = "RPH", "Đất rừng phòng hộ", "Protection forest land", "#BEFF1E"
    RSX = "RSX", "Đất rừng sản xuất", "Production forest land", "#B4FFB4"
    RSN = "RSN", "Đất rừng sản xuất là rừng tự nhiên", "Natural production forest land", "#B4FFB4"
    NTS = "NTS", "Đất nuôi trồng thủy sản", "Aquaculture land", "#AAFFFF"
    CNT = "CNT", "Đất chăn nuôi tập trung", "Concentrated livestock land", "#E6E682"
    LMU = "LMU", "Đất làm muối", "Salt land", "#FFFFFE"
    NKH = "NKH", "Đất nông nghiệp khác", "Other agricultural land", "#F5FFB4"
    PNN = "PNN", "Nhóm đất phi nông nghiệp", "Non-agricultural land", "#FFC8C8"
    OTC = "OTC", "Đất ở", "Residential land", "#FFB4FF"
    ONT = "ONT", "Đất ở tại nông thôn", "Rural residential land", "#FFD0FF"
    ODT = "ODT", "Đất ở tại đô thị", "Urban residential land", "#FFA0FF"
    TSC = "TSC", "Đất xây dựng trụ sở cơ quan", "Agency offices", "#FFAAA0"
    CQA = "CQA", "Đất quốc phòng, an ninh", "Defence and public security", "#FF7878"
    CQP = "CQP", "Đất quốc phòng", "Defence", "#FF7878"
    CAN = "CAN", "Đất an ninh", "Public security", "#FF8282"
    DSN = "DSN", "Đất xây dựng công trình sự nghiệp", "Public-service works", "#FFA0AA"
    DVH = "DVH", "Đất xây dựng cơ sở văn hóa", "Culture", "#FFAAA0"
    DXH = "DXH", "Đất xây dựng cơ sở xã hội", "Social services", "#FFAAA0"
    DYT = "DYT", "Đất xây dựng cơ sở y tế", "Health", "#FFAAA0"
    DGD = "DGD", "Đất xây dựng cơ sở giáo dục và đào tạo", "Education and training", "#FFAAA0"
    DTT = "DTT", "Đất xây dựng cơ sở thể dục, thể thao", "Sports", "#FFAAA0"
    DKH = "DKH", "Đất xây dựng cơ sở khoa học và công nghệ", "Science and technology", "#FFAAA0"
    DMT = "DMT", "Đất xây dựng cơ sở môi trường", "Environment facility", "#FFAAA0"
    DKT = "DKT", "Đất xây dựng cơ sở khí tượng thủy văn", "Hydro-meteorology", "#FFAAA0"
    DNG = "DNG", "Đất xây dựng cơ sở ngoại giao", "Diplomacy", "#FFAAA0"
    DSK = "DSK", "Đất xây dựng công trình sự nghiệp khác", "Other public-service works", "#FFAAA0"
    CSK = "CSK", "Đất sản xuất, kinh doanh phi nông nghiệp", "Non-agricultural production and business", "#FFB4C8"
    SCC = "SCC", "Đất khu công nghiệp, cụm công nghiệp", "Industrial zones and clusters", "#FAAAA0"
    SKK = "SKK", "Đất khu công nghiệp", "Industrial zone", "#FAAAA0"
    SKN = "SKN", "Đất cụm công nghiệp", "Industrial cluster", "#FAAAA0"
    SCT = "SCT", "Đất khu công nghệ thông tin tập trung", "Concentrated IT zone", "#FAAAA0"
    TMD = "TMD", "Đất thương mại, dịch vụ", "Commerce and services", "#FFBEC8"
    SKC = "SKC", "Đất cơ sở sản xuất phi nông nghiệp", "Non-agricultural production facility", "#FFC8B4"
    SKS = "SKS", "Đất sử dụng cho hoạt động khoáng sản", "Mining", "#CDAACD"
    CCC = "CCC", "Đất sử dụng vào mục đích công cộng", "Public purposes", "#FFAAA0"
    DGT = "DGT", "Đất công trình giao thông", "Transport works", "#FFAA32"
    DTL = "DTL", "Đất công trình thủy lợi", "Irrigation works", "#AAFFFF"
    DCT = "DCT", "Đất công trình cấp nước, thoát nước", "Water supply and drainage", "#FFAAA0"
    DPC = "DPC", "Đất công trình phòng, chống thiên tai", "Disaster prevention works", "#FFAAA0"
    DDD = (
        "DDD",
        "Đất có di tích lịch sử - văn hóa, danh lam thắng cảnh, di sản thiên nhiên",
        "Heritage and scenic sites",
        "#FFAAA0",
    )
    DRA = "DRA", "Đất công trình xử lý chất thải", "Waste treatment", "#CDAACD"
    DNL = "DNL", "Đất công trình năng lượng, chiếu sáng công cộng", "Energy, public lighting", "#FFAAA0"
    DBV = (
        "DBV",
        "Đất công trình hạ tầng bưu chính, viễn thông, công nghệ thông tin",
        "Post, telecom, IT works",
        "#FFAAA0",
    )
    DCH = "DCH", "Đất chợ dân sinh, chợ đầu mối", "Markets", "#FFAAA0"
    DKV = (
        "DKV",
        "Đất khu vui chơi, giải trí công cộng, sinh hoạt cộng đồng",
        "Public recreation, community activity",
        "#FFAAA0",
    )
    TON = "TON", "Đất tôn giáo", "Religion", "#FFAAA0"
    TIN = "TIN", "Đất tín ngưỡng", "Belief practice", "#FFAAA0"
    NTD = (
        "NTD",
        "Đất nghĩa trang, nhà tang lễ, cơ sở hỏa táng; đất cơ sở lưu trữ tro cốt",
        "Cemetery, funeral, crematory",
        "#D2D2D2",
    )
    TVC = "TVC", "Đất có mặt nước chuyên dùng", "Special-use water surface", "#A0FFFF"
    MNC = "MNC", "Đất có mặt nước chuyên dùng dạng ao, hồ, đầm, phá", "Ponds, lakes, lagoons", "#AAF5FF"
    SON = "SON", "Đất có mặt nước dạng sông, ngòi, kênh, rạch, suối", "Rivers, canals, streams", "#A0FFFF"
    PNK = "PNK", "Đất phi nông nghiệp khác", "Other non-agricultural", "#F0C8D2"
    CSD = "CSD", "Nhóm đất chưa sử dụng", "Unused land", "#FFFFFE"
    CGT = (
        "CGT",
        "Đất do Nhà nước thu hồi theo quy định của pháp luật đất đai chưa giao, chưa cho thuê sử dụng",
        "Recovered, not yet allocated or leased",
        "#FFFFFE",
    )
    BCS = "BCS", "Đất bằng chưa sử dụng", "Unused flat land", "#FFFFFE"
    DCS = "DCS", "Đất đồi núi chưa sử dụng", "Unused hill land", "#F5F5F0"
    NCS = "NCS", "Đất núi đá không có rừng cây", "Rocky mountain without forest", "#E6E6C8"
    MCS = "MCS", "Đất có mặt nước chưa sử dụng", "Unused water surface", "#B4FFFF"

    @property
    def parent(self) -> "LandUse | None":
        """The code whose area it is a part of; of the three groups none."""
        return _PARENTS.get(self)


_PARTS = {
    LandUse.NNP: "CHN CLN LNP NTS CNT LMU NKH",
    LandUse.CHN: "LUA HNK",
    LandUse.LUA: "LUC LUK",
    LandUse.LNP: "RDD RPH RSX",
    LandUse.RSX: "RSN",
    LandUse.PNN: "OTC TSC CQA DSN CSK CCC TON TIN NTD TVC PNK",
    LandUse.OTC: "ONT ODT",
    LandUse.CQA: "CQP CAN",
    LandUse.DSN: "DVH DXH DYT DGD DTT DKH DMT DKT DNG DSK",
    LandUse.CSK: "SCC TMD SKC SKS",
    LandUse.SCC: "SKK SKN SCT",
    LandUse.CCC: "DGT DTL DCT DPC DDD DRA DNL DBV DCH DKV",
    LandUse.TVC: "MNC SON",
    LandUse.CSD: "CGT BCS DCS NCS MCS",
}
"""What a code is made of: rows of form 01/TKKK of Thông tư 08/2024/TT-BTNMT."""
_PARENTS: dict[str, LandUse] = {part: whole for whole, parts in _PARTS.items() for part in parts.split()}
