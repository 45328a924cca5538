"""The register of land: two times of everything, uses, rights, certificates, restrictions, transactions."""

import datetime

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("admin_units", "0002_name_key"),
        ("land_records", "0001_parcels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("create sequence land_records_su_id", "drop sequence land_records_su_id"),
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("recorded_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_to", models.DateTimeField(null=True)),
                (
                    "is_current",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("recorded_to__isnull", True), ("valid_to__isnull", True)),
                            output_field=models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("asset_id", models.BigIntegerField(db_index=True)),
                ("su_id", models.BigIntegerField(db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("house", "Nhà ở"),
                            ("building", "Công trình xây dựng"),
                            ("trees", "Cây lâu năm"),
                            ("forest", "Rừng sản xuất là rừng trồng"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("built_area_m2", models.DecimalField(decimal_places=1, max_digits=10, null=True)),
                ("floor_area_m2", models.DecimalField(decimal_places=1, max_digits=10, null=True)),
                ("floors", models.PositiveSmallIntegerField(null=True)),
                ("structure", models.CharField(blank=True, max_length=100)),
                ("built_year", models.PositiveSmallIntegerField(null=True)),
                ("certificate_id", models.BigIntegerField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("recorded_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_to", models.DateTimeField(null=True)),
                (
                    "is_current",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("recorded_to__isnull", True), ("valid_to__isnull", True)),
                            output_field=models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("certificate_id", models.BigIntegerField()),
                ("serial", models.CharField(max_length=12)),
                ("registry_number", models.CharField(blank=True, max_length=20)),
                ("authority", models.CharField(blank=True, max_length=200)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CertifiedParcel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("recorded_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_to", models.DateTimeField(null=True)),
                (
                    "is_current",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("recorded_to__isnull", True), ("valid_to__isnull", True)),
                            output_field=models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("certificate_id", models.BigIntegerField(db_index=True)),
                ("su_id", models.BigIntegerField(db_index=True)),
                ("printed_sheet", models.CharField(blank=True, max_length=10)),
                ("printed_number", models.CharField(blank=True, max_length=10)),
                ("printed_area_m2", models.DecimalField(decimal_places=1, max_digits=12, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("certificate", "Giấy chứng nhận"),
                            ("decision", "Quyết định"),
                            ("contract", "Hợp đồng, văn bản thỏa thuận"),
                            ("consent", "Văn bản đồng ý"),
                            ("survey", "Bản vẽ, mảnh trích đo"),
                            ("judgment", "Bản án, quyết định thi hành án"),
                            ("other", "Giấy tờ khác"),
                        ],
                        max_length=12,
                    ),
                ),
                ("su_id", models.BigIntegerField(db_index=True, null=True)),
                ("title", models.CharField(max_length=200)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("issued_on", models.DateField(null=True)),
                ("issuer", models.CharField(blank=True, max_length=200)),
                ("file", models.CharField(blank=True, max_length=200)),
                ("is_demo", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Lineage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parent", models.BigIntegerField()),
                ("child", models.BigIntegerField()),
                ("recorded_to", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MapSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("map_commune_code", models.CharField(max_length=5)),
                ("map_number", models.PositiveIntegerField()),
                ("srid", models.PositiveIntegerField()),
                ("scale", models.PositiveIntegerField(null=True)),
                ("surveyed_on", models.DateField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ParcelUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
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
                ("area_m2", models.DecimalField(decimal_places=1, max_digits=12)),
                (
                    "origin",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "Công nhận quyền sử dụng đất"),
                            ("2", "Công nhận như giao có thu tiền"),
                            ("3", "Công nhận như giao không thu tiền"),
                            ("4", "Giao có thu tiền"),
                            ("5", "Giao không thu tiền"),
                            ("6", "Giao để quản lý"),
                            ("7", "Thuê của chủ đầu tư hạ tầng khu công nghiệp"),
                            ("8", "Thuê của chủ đầu tư khu công nghiệp, trả hằng năm"),
                            ("9", "Thuê của chủ đầu tư khu công nghiệp, trả một lần"),
                            ("10", "Nhà nước cho thuê, trả tiền hằng năm"),
                            ("11", "Nhà nước cho thuê, trả tiền một lần"),
                            ("12", "Công nhận như giao có thu tiền (nhận chuyển quyền)"),
                            ("13", "Công nhận như giao không thu tiền (nhận chuyển quyền)"),
                            ("14", "Công nhận như cho thuê trả tiền hằng năm"),
                            ("15", "Công nhận như cho thuê trả tiền một lần"),
                            ("16", "Sở hữu căn hộ chung cư"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("own", "Sử dụng riêng"), ("shared", "Sử dụng chung")], default="own", max_length=6
                    ),
                ),
                ("until", models.DateField(null=True)),
                (
                    "planned_code",
                    models.CharField(
                        blank=True,
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
            ],
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CNV", "Cá nhân trong nước"),
                            ("CNN", "Người Việt Nam định cư ở nước ngoài"),
                            ("TCN", "Cơ quan nhà nước, Đảng, đơn vị vũ trang"),
                            ("TSN", "Đơn vị sự nghiệp công lập"),
                            ("TXH", "Tổ chức xã hội"),
                            ("TKT", "Tổ chức kinh tế"),
                            ("TKH", "Tổ chức khác"),
                            ("TTG", "Tổ chức tôn giáo"),
                            ("CDS", "Cộng đồng dân cư"),
                            ("TNG", "Tổ chức nước ngoài có chức năng ngoại giao"),
                            ("NGV", "Người gốc Việt Nam định cư ở nước ngoài"),
                            ("TVN", "Tổ chức kinh tế có vốn đầu tư nước ngoài"),
                            ("TCQ", "Cơ quan nhà nước được giao quản lý"),
                            ("TSQ", "Đơn vị sự nghiệp được giao quản lý"),
                            ("KTQ", "Tổ chức kinh tế được giao quản lý"),
                            ("CDQ", "Cộng đồng dân cư được giao quản lý"),
                        ],
                        max_length=3,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("id_number", models.CharField(blank=True, max_length=20)),
                ("birth_date", models.DateField(null=True)),
                ("sex", models.CharField(blank=True, max_length=1)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("is_demo", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("recorded_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_to", models.DateTimeField(null=True)),
                (
                    "is_current",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("recorded_to__isnull", True), ("valid_to__isnull", True)),
                            output_field=models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("restriction_id", models.BigIntegerField(db_index=True)),
                ("su_id", models.BigIntegerField(db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mortgage", "Thế chấp"),
                            ("dispute", "Tranh chấp"),
                            ("seizure", "Kê biên, ngăn chặn"),
                            ("recovery", "Thông báo, quyết định thu hồi"),
                            ("planning", "Hạn chế theo quy hoạch"),
                            ("corridor", "Hành lang an toàn"),
                            ("easement", "Quyền đối với thửa đất liền kề"),
                        ],
                        max_length=10,
                    ),
                ),
                ("holder", models.CharField(blank=True, max_length=200)),
                ("authority", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("area", django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=4326)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Right",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("recorded_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_to", models.DateTimeField(null=True)),
                (
                    "is_current",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("recorded_to__isnull", True), ("valid_to__isnull", True)),
                            output_field=models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("su_id", models.BigIntegerField(db_index=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("individual", "Cá nhân"),
                            ("household_head", "Chủ hộ"),
                            ("husband", "Chồng"),
                            ("wife", "Vợ"),
                            ("representative", "Người đại diện"),
                            ("member", "Thành viên"),
                            ("organisation", "Tổ chức"),
                        ],
                        default="individual",
                        max_length=16,
                    ),
                ),
                ("numerator", models.PositiveIntegerField(default=1)),
                ("denominator", models.PositiveIntegerField(default=1)),
                ("certificate_id", models.BigIntegerField(db_index=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "parcel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="survey",
                        serialize=False,
                        to="land_records.parcel",
                    ),
                ),
                ("srid", models.PositiveIntegerField()),
                ("vertices", django.contrib.gis.db.models.fields.PolygonField(spatial_index=False, srid=0)),
                ("method", models.CharField(blank=True, max_length=100)),
                ("measured_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Transaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("register", "Đăng ký lần đầu"),
                            ("split", "Tách thửa"),
                            ("merge", "Hợp thửa"),
                            ("boundary", "Đo đạc, chỉnh lý ranh giới"),
                            ("change_of_use", "Chuyển mục đích sử dụng"),
                            ("transfer", "Chuyển nhượng, tặng cho, thừa kế"),
                            ("mortgage", "Đăng ký thế chấp"),
                            ("release", "Xóa đăng ký thế chấp"),
                            ("restrict", "Ghi hạn chế, ngăn chặn"),
                            ("lift", "Xóa hạn chế, ngăn chặn"),
                            ("certify", "Cấp giấy chứng nhận"),
                            ("withdraw", "Thu hồi giấy chứng nhận"),
                            ("correction", "Đính chính"),
                            ("import", "Nhập từ tệp"),
                            ("undo", "Hủy biến động"),
                        ],
                        max_length=16,
                    ),
                ),
                ("effective_on", models.DateField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("dossier", models.CharField(blank=True, max_length=40)),
                ("detail", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ("-recorded_at", "-pk"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="parcel",
            name="land_records_parcel_once",
        ),
        migrations.AddField(
            model_name="parcel",
            name="address",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="parcel",
            name="identifier",
            field=models.CharField(max_length=12, null=True),
        ),
        migrations.AddField(
            model_name="parcel",
            name="recorded_to",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="parcel",
            name="valid_to",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="parcel",
            name="recorded_from",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="parcel",
            name="restrictions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("mortgage", "Thế chấp"),
                        ("dispute", "Tranh chấp"),
                        ("seizure", "Kê biên, ngăn chặn"),
                        ("recovery", "Thông báo, quyết định thu hồi"),
                        ("planning", "Hạn chế theo quy hoạch"),
                        ("corridor", "Hành lang an toàn"),
                        ("easement", "Quyền đối với thửa đất liền kề"),
                    ],
                    max_length=10,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="status",
            field=models.CharField(
                choices=[
                    ("unregistered", "Chưa đăng ký"),
                    ("registered", "Đã đăng ký, chưa cấp giấy"),
                    ("certified", "Đã cấp giấy chứng nhận"),
                    ("recovered", "Nhà nước đã thu hồi"),
                    ("managed", "Đất công, giao để quản lý"),
                ],
                default="unregistered",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="su_id",
            field=models.BigIntegerField(
                db_default=models.Func(
                    models.Value("land_records_su_id"), function="nextval", output_field=models.BigIntegerField()
                )
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="valid_from",
            field=models.DateField(default=datetime.date(2025, 7, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mapsheet",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="admin_units.adminunit"
            ),
        ),
        migrations.AddField(
            model_name="parceluse",
            name="parcel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="land_records.parcel"
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.Func(models.F("name"), function="search_key", output_field=models.TextField()),
                    "gin_trgm_ops",
                ),
                name="land_records_party_name",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("id_number", ""), _negated=True),
                fields=["id_number"],
                name="land_records_party_number",
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="document",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="land_records.document"
            ),
        ),
        migrations.AddField(
            model_name="right",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rights", to="land_records.party"
            ),
        ),
        migrations.AddField(
            model_name="transaction",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="transaction",
            name="undoes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="right",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="right",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="lineage",
            name="transaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lineage", to="land_records.transaction"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="transaction",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="certifiedparcel",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="certifiedparcel",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="asset",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="asset",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="land_records.transaction",
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)), fields=["made_by"], name="land_parcel_made_by"
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(("closed_by__isnull", False)), fields=["closed_by"], name="land_parcel_closed_by"
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="area_difference",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.CombinedExpression(
                    django.db.models.expressions.CombinedExpression(
                        models.F("recorded_area_m2"), "/", models.F("computed_area_m2")
                    ),
                    "-",
                    models.Value(1.0),
                ),
                output_field=models.FloatField(),
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="is_current",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(("recorded_to__isnull", True), ("valid_to__isnull", True)),
                    output_field=models.BooleanField(),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_parcel_valid_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True), ("recorded_to__gte", models.F("recorded_from")), _connector="OR"
                ),
                name="land_records_parcel_recorded_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("commune", "sheet", "parcel_number"),
                name="land_records_parcel_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("su_id",), name="land_records_parcel_current_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(
                fields=("su_id", "valid_from", "recorded_from"), name="land_records_parcel_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("identifier",), name="land_records_identifier_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mapsheet",
            constraint=models.UniqueConstraint(fields=("commune", "number"), name="land_records_sheet_once"),
        ),
        migrations.AddConstraint(
            model_name="mapsheet",
            constraint=models.UniqueConstraint(
                fields=("map_commune_code", "map_number"), name="land_records_map_sheet_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="parceluse",
            constraint=models.CheckConstraint(condition=models.Q(("area_m2__gt", 0)), name="land_records_use_area"),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("dossier", ""), _negated=True), fields=["dossier"], name="land_records_dossier"
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(fields=["kind", "effective_on"], name="land_records_transaction_kind"),
        ),
        migrations.AddIndex(
            model_name="right",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)), fields=["made_by"], name="land_right_made_by"
            ),
        ),
        migrations.AddIndex(
            model_name="right",
            index=models.Index(
                condition=models.Q(("closed_by__isnull", False)), fields=["closed_by"], name="land_right_closed_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="right",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_right_valid_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="right",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True), ("recorded_to__gte", models.F("recorded_from")), _connector="OR"
                ),
                name="land_records_right_recorded_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="right",
            constraint=models.CheckConstraint(
                condition=models.Q(("numerator__gt", 0), ("numerator__lte", models.F("denominator"))),
                name="land_records_right_share",
            ),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)), fields=["made_by"], name="land_restriction_made_by"
            ),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(
                condition=models.Q(("closed_by__isnull", False)),
                fields=["closed_by"],
                name="land_restriction_closed_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_restriction_valid_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True), ("recorded_to__gte", models.F("recorded_from")), _connector="OR"
                ),
                name="land_records_restriction_recorded_time",
            ),
        ),
        migrations.AddIndex(
            model_name="lineage",
            index=models.Index(fields=["child"], name="land_records_lineage_child"),
        ),
        migrations.AddConstraint(
            model_name="lineage",
            constraint=models.UniqueConstraint(
                fields=("parent", "child", "transaction"), name="land_records_lineage_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lineage",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("child")), _negated=True), name="land_records_lineage_apart"
            ),
        ),
        migrations.AddIndex(
            model_name="certifiedparcel",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)), fields=["made_by"], name="land_certifiedparcel_made_by"
            ),
        ),
        migrations.AddIndex(
            model_name="certifiedparcel",
            index=models.Index(
                condition=models.Q(("closed_by__isnull", False)),
                fields=["closed_by"],
                name="land_certifiedparcel_closed_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="certifiedparcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_certifiedparcel_valid_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="certifiedparcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True), ("recorded_to__gte", models.F("recorded_from")), _connector="OR"
                ),
                name="land_records_certifiedparcel_recorded_time",
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)), fields=["made_by"], name="land_certificate_made_by"
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                condition=models.Q(("closed_by__isnull", False)),
                fields=["closed_by"],
                name="land_certificate_closed_by",
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["certificate_id"], name="land_records_certificate_id"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["registry_number"], name="land_records_registry_number"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_certificate_valid_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True), ("recorded_to__gte", models.F("recorded_from")), _connector="OR"
                ),
                name="land_records_certificate_recorded_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("serial__regex", "^[A-ZĐ]{1,2} ?[0-9]{6,8}$")),
                name="land_records_certificate_serial",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("serial",),
                name="land_records_certificate_serial_once",
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)), fields=["made_by"], name="land_asset_made_by"
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                condition=models.Q(("closed_by__isnull", False)), fields=["closed_by"], name="land_asset_closed_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_asset_valid_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True), ("recorded_to__gte", models.F("recorded_from")), _connector="OR"
                ),
                name="land_records_asset_recorded_time",
            ),
        ),
    ]
