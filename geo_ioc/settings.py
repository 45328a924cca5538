"""Django's settings. Every deployment choice comes from `env.py`; a setting read elsewhere has its variable's name."""

import os
from pathlib import Path

# A foreign PROJ database breaks the geo wheels, so these go before anything loads them.
for _key in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA"):
    os.environ.pop(_key, None)

import django_stubs_ext  # noqa: E402
import rasterio  # noqa: E402  GeoDjango's GDAL and GEOS are those of this wheel, which must load first
from csp.constants import NONE, SELF, UNSAFE_INLINE  # noqa: E402

from geo_ioc import env  # noqa: E402
from geo_ioc.accounts.tables import ACCESS_TABLES  # noqa: E402
from geo_ioc.domains import KERNEL, REFERRED_TO, SERVERS, domains  # noqa: E402
from geo_ioc.logs import logging_config  # noqa: E402
from geo_ioc.secret import secret_key  # noqa: E402

django_stubs_ext.monkeypatch()  # lets annotations write Field[Any, Any] and QuerySet[Any] at run time

BASE_DIR = env.ROOT
GEO_IOC_VAR = env.VAR.read()
GEO_IOC_PORT = env.PORT.read()
GEO_IOC_DEMO = env.DEMO.read()
GEO_IOC_DEMO_PASSWORD = env.DEMO_PASSWORD.read()
GEO_IOC_PROVINCE = env.PROVINCE.read()
GEO_IOC_VISION = env.VISION.read()
GEO_IOC_WEB_THREADS = env.WEB_THREADS.read()
GEO_IOC_TILE_CACHE_MB = env.TILE_CACHE_MB.read()
GEO_IOC_IMPORT_MAX_MB = env.IMPORT_MAX_MB.read()
GEO_IOC_IMPORT_TIMEOUT_S = env.IMPORT_TIMEOUT_S.read()
GEO_IOC_UPLOAD_MAX_MB = env.UPLOAD_MAX_MB.read()
GEO_IOC_METRICS_TOKEN = env.METRICS_TOKEN.read()
GEO_IOC_METRICS_FOLDER = env.METRICS_FOLDER.read()
GEO_IOC_SHARED = env.SHARED.read()
GEO_IOC_EMBED_SITES = env.EMBED_SITES.read()
GEO_IOC_RATE_ADDRESS = env.RATE_ADDRESS.read()
GEO_IOC_RATE_TOKEN = env.RATE_TOKEN.read()
GEO_IOC_RATE_FILE = env.RATE_FILE.read()
GEO_IOC_SENSOR_TESTS = env.SENSOR_TESTS.read()
GEO_IOC_LAND_MINIMUM = env.LAND_MINIMUM.read()
GEO_IOC_LAND_AREA_TOLERANCE = env.LAND_AREA_TOLERANCE.read()
GEO_IOC_LAND_GAP_AREA = env.LAND_GAP_AREA.read()
GEO_IOC_LAND_GAP_WIDTH = env.LAND_GAP_WIDTH.read()
GEO_IOC_LAND_SLIVER_WIDTH = env.LAND_SLIVER_WIDTH.read()
GEO_IOC_LAND_EXTRACT = env.LAND_EXTRACT.read()
GEO_IOC_DOSSIER_URL = env.DOSSIER_URL.read()
GEO_IOC_SCAN_MAX_MB = env.SCAN_MAX_MB.read()
GEO_IOC_MQTT_URL = env.MQTT_URL.read()
GEO_IOC_MQTT_PRIVATE = not env.MQTT_URL.given
GEO_IOC_MQTT_CA = env.MQTT_CA.read()
GEO_IOC_MQTT_HOST = env.MQTT_HOST.read()
GEO_IOC_MQTT_PORT = env.MQTT_PORT.read()
GEO_IOC_MQTT_CERTIFICATE = env.MQTT_CERTIFICATE.read()
GEO_IOC_MQTT_KEY = env.MQTT_KEY.read()

DEBUG = env.DEBUG.read()
SECRET_KEY = secret_key(env.SECRET_KEY.read(), kept_in=GEO_IOC_VAR / "secret_key")
ALLOWED_HOSTS = list(env.HOSTS.read())

# GDAL and GEOS from the rasterio wheel: no system library, one version everywhere.
_LIBRARIES = Path(rasterio.__file__).parents[1] / "rasterio.libs"
GDAL_LIBRARY_PATH = str(next(_LIBRARIES.glob("libgdal-*")))
GEOS_LIBRARY_PATH = str(next(_LIBRARIES.glob("libgeos_c-*")))

GEO_IOC_DOMAINS = domains(without=env.WITHOUT.read())

INSTALLED_APPS = [
    KERNEL,
    "geo_ioc.accounts",
    *REFERRED_TO,
    *GEO_IOC_DOMAINS,
    *SERVERS,
    "geo_ioc.wall",
    "geo_ioc.apps.GeoIocConfig",
    "unfold.apps.BasicAppConfig",
    "geo_ioc.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "geo_ioc.metrics.RequestSeconds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "geo_ioc.accounts.middleware.ViewerMiddleware",
    "geo_ioc.accounts.rate.RateLimit",
    "layers.api.middleware.LayerErrors",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "geo_ioc.urls"
WSGI_APPLICATION = "geo_ioc.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

_database = env.DATABASE_URL.read()
_timeout_ms = env.STATEMENT_TIMEOUT_MS.read()
DATABASES = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        # The pool and persistent connections exclude each other.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "geo_ioc",
            **({"options": f"-c statement_timeout={_timeout_ms}"} if _timeout_ms else {}),
            **_database.options,
            "pool": {"min_size": 0, "max_size": env.DATABASE_POOL.read(), "timeout": 5, "max_idle": 60},
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "geo_ioc.accounts.backend.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "geo_ioc.accounts.backend.NotTheDemoPassword"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# People are entered by an administrator or by single sign-on; nobody registers.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "geo_ioc.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "geo_ioc.accounts.adapter.SocialAdapter"
ACCOUNT_FORMS = {
    "login": "geo_ioc.accounts.forms.SignInForm",
    "change_password": "geo_ioc.accounts.forms.PasswordForm",
    "reset_password": "geo_ioc.accounts.forms.ResetForm",
    "reset_password_from_key": "geo_ioc.accounts.forms.NewPasswordForm",
    "reauthenticate": "geo_ioc.accounts.forms.ConfirmForm",
}
# axes counts failures by name and address, in the database; this is only a brake on trying many names from one address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "60/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "geo_ioc"
SOCIALACCOUNT_PROVIDERS = {}
if _oidc_name := env.OIDC_NAME.read():
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": _oidc_name,
                "client_id": env.OIDC_CLIENT.read(),
                "secret": env.OIDC_SECRET.read(),
                "settings": {"server_url": env.OIDC_URL.read()},
            }
        ],
    }

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
# Trying on does not prolong the pause.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "geo_ioc.accounts.views.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_IPWARE_PROXY_COUNT = env.PROXIES.read() or None
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if env.PROXIES.read() else ["REMOTE_ADDR"]
ALLAUTH_TRUSTED_PROXY_COUNT = env.PROXIES.read()

_HTTPS = env.HTTPS.read()
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # the viewer reads it to send X-CSRFToken
CSRF_FAILURE_VIEW = "geo_ioc.refusals.csrf"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if _HTTPS else []
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

UNFOLD = {
    "SITE_TITLE": "geo_ioc",
    "SITE_HEADER": "geo_ioc",
    "SITE_SUBHEADER": "Quản trị",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "lang"
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
VIEWER_DIST = BASE_DIR / "frontend" / "dist"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ROOT = VIEWER_DIST if VIEWER_DIST.is_dir() else None
WHITENOISE_MAX_AGE = 3600
# Vite writes the content's hash into every name under assets/.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+(\.map)?$"
MEDIA_ROOT = GEO_IOC_VAR / "media"
STATION_FOLDER = env.STATION_FOLDER.read()
READINGS_MONTHS = env.READINGS_MONTHS.read()
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_READONLY_MODELS = True

EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if env.EMAIL_HOST.read() else 'console'}.EmailBackend"
EMAIL_HOST = env.EMAIL_HOST.read()
EMAIL_PORT = env.EMAIL_PORT.read()
EMAIL_HOST_USER = env.EMAIL_USER.read()
EMAIL_HOST_PASSWORD = env.EMAIL_PASSWORD.read()
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.EMAIL_FROM.read()
BASEMAP_PRIVATE_HOSTS = env.BASEMAP_PRIVATE_HOSTS.read()
WEBHOOK_PRIVATE_HOSTS = env.WEBHOOK_PRIVATE_HOSTS.read()

# Rooms that may not import one another reach the access log by this name.
ACCESS_LOG = "layers.audit.record"

LOGGING = logging_config(level=env.LOG_LEVEL.read(), form=env.LOG_FORMAT.read())

# What `/api/me` says of the caller.
DESCRIBE_VIEWER = "geo_ioc.accounts.me.describe"
# Tables whose change every process must hear of, by topic of the journal.
JOURNAL_TOPICS = {"@access": ACCESS_TABLES}
HOME_BOX = "geo_ioc.home.home_box"
HOME_ZONES = "geo_ioc.home.home_zones"
ROLE_TITLE = "geo_ioc.accounts.roles.title_of"
PEOPLE_OF = "geo_ioc.accounts.scope.people_of"
ZONE_AT = "geo_ioc.home.zone_at"
# The layer and the attribute by which field packs are cut: tiles of one commune, by its code.
PACK_AREAS = ("communes", "code")
