"""Land parcels."""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_database"), ("admin_units", "0001_units")]

    operations = [
        migrations.CreateModel(
            name="Parcel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place_precision",
                    models.CharField(
                        choices=[
                            ("exact", "Chính xác"),
                            ("address", "Theo địa chỉ"),
                            ("commune", "Theo xã"),
                            ("province", "Theo tỉnh"),
                        ],
                        default="exact",
                        max_length=8,
                    ),
                ),
                ("version", models.BigIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("sheet", models.PositiveIntegerField()),
                ("parcel_number", models.PositiveIntegerField()),
                (
                    "land_use",
                    models.CharField(
                        choices=[
                            ("NNP", "Nhóm đất nông nghiệp"),
                            ("CHN", "Đất trồng cây hằng năm"),
                            ("LUA", "Đất trồng lúa"),
                            ("LUC", "Đất chuyên trồng lúa"),
                            ("LUK", "Đất trồng lúa còn lại"),
                            ("HNK", "Đất trồng cây hằng năm khác"),
                            ("CLN", "Đất trồng cây lâu năm"),
                            ("LNP", "Đất lâm nghiệp"),
                            ("RDD", "Đất rừng đặc dụng"),
                            ("RPH", "Đất rừng phòng hộ"),
                            ("RSX", "Đất rừng sản xuất"),
                            ("RSN", "Đất rừng sản xuất là rừng tự nhiên"),
                            ("NTS", "Đất nuôi trồng thủy sản"),
                            ("CNT", "Đất chăn nuôi tập trung"),
                            ("LMU", "Đất làm muối"),
                            ("NKH", "Đất nông nghiệp khác"),
                            ("PNN", "Nhóm đất phi nông nghiệp"),
                            ("OTC", "Đất ở"),
                            ("ONT", "Đất ở tại nông thôn"),
                            ("ODT", "Đất ở tại đô thị"),
                            ("TSC", "Đất xây dựng trụ sở cơ quan"),
                            ("CQA", "Đất quốc phòng, an ninh"),
                            ("CQP", "Đất quốc phòng"),
                            ("CAN", "Đất an ninh"),
                            ("DSN", "Đất xây dựng công trình sự nghiệp"),
                            ("DVH", "Đất xây dựng cơ sở văn hóa"),
                            ("DXH", "Đất xây dựng cơ sở xã hội"),
                            ("DYT", "Đất xây dựng cơ sở y tế"),
                            ("DGD", "Đất xây dựng cơ sở giáo dục và đào tạo"),
                            ("DTT", "Đất xây dựng cơ sở thể dục, thể thao"),
                            ("DKH", "Đất xây dựng cơ sở khoa học và công nghệ"),
                            ("DMT", "Đất xây dựng cơ sở môi trường"),
                            ("DKT", "Đất xây dựng cơ sở khí tượng thủy văn"),
                            ("DNG", "Đất xây dựng cơ sở ngoại giao"),
                            ("DSK", "Đất xây dựng công trình sự nghiệp khác"),
                            ("CSK", "Đất sản xuất, kinh doanh phi nông nghiệp"),
                            ("SCC", "Đất khu công nghiệp, cụm công nghiệp"),
                            ("SKK", "Đất khu công nghiệp"),
                            ("SKN", "Đất cụm công nghiệp"),
                            ("SCT", "Đất khu công nghệ thông tin tập trung"),
                            ("TMD", "Đất thương mại, dịch vụ"),
                            ("SKC", "Đất cơ sở sản xuất phi nông nghiệp"),
                            ("SKS", "Đất sử dụng cho hoạt động khoáng sản"),
                            ("CCC", "Đất sử dụng vào mục đích công cộng"),
                            ("DGT", "Đất công trình giao thông"),
                            ("DTL", "Đất công trình thủy lợi"),
                            ("DCT", "Đất công trình cấp nước, thoát nước"),
                            ("DPC", "Đất công trình phòng, chống thiên tai"),
                            ("DDD", "Đất có di tích lịch sử - văn hóa, danh lam thắng cảnh, di sản thiên nhiên"),
                            ("DRA", "Đất công trình xử lý chất thải"),
                            ("DNL", "Đất công trình năng lượng, chiếu sáng công cộng"),
                            ("DBV", "Đất công trình hạ tầng bưu chính, viễn thông, công nghệ thông tin"),
                            ("DCH", "Đất chợ dân sinh, chợ đầu mối"),
                            ("DKV", "Đất khu vui chơi, giải trí công cộng, sinh hoạt cộng đồng"),
                            ("TON", "Đất tôn giáo"),
                            ("TIN", "Đất tín ngưỡng"),
                            ("NTD", "Đất nghĩa trang, nhà tang lễ, cơ sở hỏa táng; đất cơ sở lưu trữ tro cốt"),
                            ("TVC", "Đất có mặt nước chuyên dùng"),
                            ("MNC", "Đất có mặt nước chuyên dùng dạng ao, hồ, đầm, phá"),
                            ("SON", "Đất có mặt nước dạng sông, ngòi, kênh, rạch, suối"),
                            ("PNK", "Đất phi nông nghiệp khác"),
                            ("CSD", "Nhóm đất chưa sử dụng"),
                            (
                                "CGT",
                                "Đất do Nhà nước thu hồi theo quy định của pháp luật đất đai chưa giao, chưa cho thuê sử dụng",
                            ),
                            ("BCS", "Đất bằng chưa sử dụng"),
                            ("DCS", "Đất đồi núi chưa sử dụng"),
                            ("NCS", "Đất núi đá không có rừng cây"),
                            ("MCS", "Đất có mặt nước chưa sử dụng"),
                        ],
                        max_length=3,
                    ),
                ),
                ("recorded_area_m2", models.DecimalField(decimal_places=1, max_digits=12)),
                ("computed_area_m2", models.FloatField()),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
                ("geom", django.contrib.gis.db.models.fields.PolygonField(srid=4326)),
                (
                    "geom_3857",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.gis.db.models.functions.Transform("geom", 3857),
                        output_field=django.contrib.gis.db.models.fields.PolygonField(srid=3857),
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(fields=["parcel_number", "sheet"], name="land_records_parcel_number"),
                    models.Index(fields=["land_use"], name="land_records_parcel_use"),
                    models.Index(fields=["recorded_area_m2"], name="land_records_parcel_size"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("geom__isvalid", True)), name="land_records_parcel_geom_valid"
                    ),
                    models.UniqueConstraint(
                        fields=("commune", "sheet", "parcel_number"), name="land_records_parcel_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recorded_area_m2__gt", 0), ("computed_area_m2__gt", 0)),
                        name="land_records_parcel_area",
                    ),
                ],
            },
        ),
    ]
