"""People, their roles, departments and areas; the sessions, tokens and keys by which they and their machines enter."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from geo_ioc.accounts.keys import SHOWN, broker_hash, digest
from geo_ioc.accounts.roles import ADMIN, DEVICE
from geo_ioc.accounts.words import say
from layers.core.text import Text

is_slug = RegexValidator(
    r"\A[a-z0-9][a-z0-9_.-]*\Z",
    say(
        "Chỉ dùng chữ thường không dấu, số và các dấu _ . - (ví dụ: nguyen.van.an).",
        "Use lower-case letters without marks, digits and _ . - only (for example: nguyen.van.an).",
    ),
)


class Role(models.Model):
    """What an account does in the center. Layers grant rights to slugs; one that no layer names grants nothing."""

    slug = models.SlugField(say("mã", "slug"), unique=True)
    title_vi = models.CharField(say("tên tiếng Việt", "Vietnamese title"), max_length=120)
    title_en = models.CharField(say("tên tiếng Anh", "English title"), max_length=120)
    for_people = models.BooleanField(say("dành cho người", "held by people"), default=True)

    class Meta:
        """Named in both languages."""

        ordering = ("slug",)
        verbose_name = say("vai trò", "role")
        verbose_name_plural = say("vai trò", "roles")

    def __str__(self) -> str:
        """Title in the language of the page."""
        return self.title.to(str(say("vi", "en")))

    @property
    def title(self) -> Text:
        """Title in both languages."""
        return Text(vi=self.title_vi, en=self.title_en)


class Department(models.Model):
    """A department (sở, ban, ngành). Whoever belongs to one belongs to those below it."""

    code = models.SlugField(say("mã", "code"), unique=True)
    name_vi = models.CharField(say("tên tiếng Việt", "Vietnamese name"), max_length=200)
    name_en = models.CharField(say("tên tiếng Anh", "English name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=say("trực thuộc", "part of"),
    )

    class Meta:
        """Named in both languages."""

        ordering = ("code",)
        verbose_name = say("sở, ban, ngành", "department")
        verbose_name_plural = say("sở, ban, ngành", "departments")

    def __str__(self) -> str:
        """Name in the language of the page."""
        return self.name.to(str(say("vi", "en")))

    @property
    def name(self) -> Text:
        """Name in both languages."""
        return Text(vi=self.name_vi, en=self.name_en)


class UserManager(BaseUserManager["User"]):
    """Makes accounts; login names are kept in lower case."""

    def create_user(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """A new account without roles: it sees what the public sees."""
        user = self.model(username=username.strip().lower(), email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """A new account with the role `admin`; what `manage.py createsuperuser` calls."""
        user = self.create_user(username, email, password, **fields)
        user.roles.add(Role.objects.get(slug=ADMIN))
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of this login name, in any case of letters."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """An account of a person. Rights come from roles alone; the administration is for the role `admin`."""

    username = models.CharField(say("tên đăng nhập", "login name"), max_length=60, unique=True, validators=[is_slug])
    display_name = models.CharField(say("họ và tên", "name"), max_length=120, blank=True)
    email = models.EmailField(say("thư điện tử", "e-mail"), blank=True)
    language = models.CharField(
        say("ngôn ngữ", "language"), max_length=5, blank=True, choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )
    roles = models.ManyToManyField(
        Role,
        blank=True,
        related_name="users",
        limit_choices_to={"for_people": True},
        verbose_name=say("vai trò", "roles"),
    )
    departments = models.ManyToManyField(
        Department, blank=True, related_name="users", verbose_name=say("sở, ban, ngành", "departments")
    )
    is_active = models.BooleanField(say("được đăng nhập", "may sign in"), default=True)
    is_demo = models.BooleanField(say("tài khoản trình diễn", "demo account"), default=False, editable=False)
    date_joined = models.DateTimeField(say("ngày tạo", "created at"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """Named in both languages."""

        ordering = ("username",)
        verbose_name = say("tài khoản", "account")
        verbose_name_plural = say("tài khoản", "accounts")

    def clean(self) -> None:
        """Login names are lower case, in one Unicode form."""
        super().clean()
        self.username = self.username.strip().lower()

    def get_full_name(self) -> str:
        """The name to greet by."""
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """The same name: Vietnamese names are not cut."""
        return self.get_full_name()

    @property
    def may_enter(self) -> bool:
        """Whether the account may be used at all; demo accounts only while demo mode is on."""
        return self.is_active and (settings.GEO_IOC_DEMO or not self.is_demo)

    @cached_property
    def role_slugs(self) -> frozenset[str]:
        """Slugs of the roles held, without those of machines; read once per object."""
        return frozenset(self.roles.filter(for_people=True).values_list("slug", flat=True))

    @property
    def is_staff(self) -> bool:
        """Whether the administration opens: for the role `admin` only."""
        return self.may_enter and ADMIN in self.role_slugs

    is_superuser = is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the account may do this in the administration: `admin` everything, others nothing."""
        return self.is_staff

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        """As `has_perm`."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """As `has_perm`."""
        return self.is_staff


class Area(models.Model):
    """An administrative unit a user answers for: a commune, or a province with all its communes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="areas", verbose_name=say("tài khoản", "account"))
    unit = models.ForeignKey(
        "admin_units.AdminUnit",
        models.PROTECT,
        related_name="+",
        limit_choices_to={"level__in": ("province", "commune"), "is_current": True},
        verbose_name=say("đơn vị hành chính", "administrative unit"),
    )

    class Meta:
        """A unit once per user."""

        constraints = [models.UniqueConstraint(fields=("user", "unit"), name="accounts_area_once")]
        verbose_name = say("địa bàn", "area")
        verbose_name_plural = say("địa bàn", "areas")

    def __str__(self) -> str:
        """The unit."""
        return str(self.unit)


class SessionUse(models.Model):
    """When a session was last used. Apart from the session, so that being used is no change of access."""

    session = models.OneToOneField(Session, models.CASCADE, primary_key=True, related_name="use", db_constraint=False)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        """The time alone: a session key is a secret."""
        return self.seen_at.isoformat()


class AccessToken(models.Model):
    """A secret by which a program acts as its owner, or a wall shows what its owner's area shows, read-only."""

    class Kind(models.TextChoices):
        """Who shows the token."""

        PERSONAL = "personal", say("cá nhân", "personal")
        WALL = "wall", say("màn hình phòng điều hành", "control-room wall")

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=say("tài khoản", "account"))
    kind = models.CharField(say("loại", "kind"), max_length=10, choices=Kind.choices, default=Kind.PERSONAL)
    name = models.CharField(say("tên gợi nhớ", "name"), max_length=80)
    shown = models.CharField(say("bắt đầu bằng", "begins with"), max_length=SHOWN, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(say("tạo lúc", "created at"), auto_now_add=True)
    expires_at = models.DateTimeField(say("hết hạn", "expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(say("thu hồi lúc", "revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(say("dùng lần cuối", "last used at"), null=True, editable=False)

    class Meta:
        """Only a wall's token may last for ever."""

        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="wall") | Q(expires_at__isnull=False), name="accounts_personal_token_expires"
            )
        ]
        verbose_name = say("mã truy cập", "access token")
        verbose_name_plural = say("mã truy cập", "access tokens")

    def __str__(self) -> str:
        """Name and first letters."""
        return f"{self.name} ({self.shown}…)"

    @classmethod
    def issue(
        cls, user: User, *, name: str, key: str, kind: str = Kind.PERSONAL, lasts: timedelta | None
    ) -> "AccessToken":
        """Keep a new token; the secret itself is not kept.

        Args:
            user: the owner.
            name: what the owner calls it.
            key: the secret, from `keys.new_key`.
            kind: personal or wall.
            lasts: until it expires; None, for ever, is for walls.
        """
        expires_at = timezone.now() + lasts if lasts else None
        return cls.objects.create(
            user=user, kind=kind, name=name, shown=key[:SHOWN], key_hash=digest(key), expires_at=expires_at
        )

    def is_valid(self, at: datetime) -> bool:
        """Whether the token and its owner may be used at this time."""
        expired = self.expires_at is not None and self.expires_at <= at
        return self.revoked_at is None and not expired and self.user.may_enter


class DeviceKey(models.Model):
    """A secret by which a device or a system reports to one layer, or to every layer its role may report to."""

    name = models.CharField(say("tên thiết bị", "device"), max_length=80, unique=True)
    role = models.ForeignKey(
        Role,
        models.PROTECT,
        to_field="slug",
        default=DEVICE,
        related_name="+",
        limit_choices_to={"for_people": False},
        verbose_name=say("vai trò", "role"),
    )
    layer = models.SlugField(
        say("lớp dữ liệu", "layer"),
        blank=True,
        help_text=say(
            "Để trống: mọi lớp nhận số liệu từ thiết bị.", "Empty: every layer that takes data from devices."
        ),
    )
    unit = models.ForeignKey(
        "admin_units.AdminUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"is_current": True},
        verbose_name=say("đơn vị hành chính", "administrative unit"),
    )
    shown = models.CharField(say("bắt đầu bằng", "begins with"), max_length=SHOWN, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    broker_hash = models.CharField(max_length=140, blank=True, editable=False)
    created_at = models.DateTimeField(say("tạo lúc", "created at"), auto_now_add=True)
    revoked_at = models.DateTimeField(say("thu hồi lúc", "revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(say("dùng lần cuối", "last used at"), null=True, editable=False)

    class Meta:
        """Named in both languages."""

        ordering = ("name",)
        verbose_name = say("khoá thiết bị", "device key")
        verbose_name_plural = say("khoá thiết bị", "device keys")

    def __str__(self) -> str:
        """Name and first letters."""
        return f"{self.name} ({self.shown}…)"

    def clean(self) -> None:
        """A device carries a machine's role."""
        super().clean()
        if self.role_id and self.role.for_people:
            raise ValidationError({"role": str(say("Vai trò này dành cho người.", "This role is for people."))})

    @property
    def broker_name(self) -> str:
        """The name by which the device signs in at the MQTT broker; its password there is its key."""
        return f"device-{self.pk}"

    def keep(self, key: str) -> None:
        """Remember a new secret by its digests, in memory; the caller saves."""
        self.shown, self.key_hash, self.broker_hash = key[:SHOWN], digest(key), broker_hash(key)
