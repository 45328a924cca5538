"""Every environment variable geo_ioc reads, typed, with default, unit and meaning: the only reader of `os.environ`.

In: the environment, and what `make run` recorded under `var/`. Out: values for `settings.py`.
`docs/settings.md` is generated from `VARIABLES`.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent


def flag(text: str) -> bool:
    """`1 true yes on` or `0 false no off`, in any case."""
    word = text.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("write 1 or 0")


def whole(text: str) -> int:
    """A whole number, zero or more."""
    number = int(text)
    if number < 0:
        raise ValueError("write a number that is not negative")
    return number


def percent(text: str) -> float:
    """A number from 0 to 100, as a share."""
    number = float(text)
    if not 0 <= number <= 100:
        raise ValueError("write a number from 0 to 100")
    return number / 100


def positive(text: str) -> float:
    """A number above 0."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError("write a number above 0")
    return number


def port(text: str) -> int:
    """A TCP port a server can be given."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError("write a port between 1 and 65535")
    return number


def words(text: str) -> tuple[str, ...]:
    """Words parted by commas; empty ones fall away."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def path(text: str) -> Path:
    """A path; a relative one starts at the root of the repository."""
    return ROOT / Path(text).expanduser()


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable(Generic[T]):
    """One environment variable.

    Attributes:
        parse: text -> value; raises ValueError with what to write instead.
        default: the text that holds when nothing else says anything.
        unit: of the value; empty where it has none.
        recorded_in: a file under `var/` that `make run` writes; it holds when the variable itself is not set.
        secret: the default, and any value, stays out of messages.
    """

    name: str
    parse: Callable[[str], T]
    default: str
    about: str
    unit: str = ""
    recorded_in: str = ""
    secret: bool = False

    def read(self) -> T:
        """The value.

        Raises:
            ImproperlyConfigured: the text is not a value of this variable.
        """
        text = self.text()
        try:
            return self.parse(text)
        except ValueError as error:
            shown = "its value" if self.secret else repr(text)
            raise ImproperlyConfigured(f"{self.name}: {shown} is not usable: {error}.") from error

    @property
    def given(self) -> bool:
        """Whether the environment itself says something."""
        return self.name in os.environ

    def text(self) -> str:
        """What was set, else what was recorded, else the default."""
        if (text := os.environ.get(self.name)) is not None:
            return text
        if self.recorded_in:
            recorded = VAR.read() / self.recorded_in
            if recorded.is_file():
                return recorded.read_text(encoding="utf-8").strip()
        return self.default


def handed_on(more: Mapping[str, str]) -> dict[str, str]:
    """This process' environment with some variables set, for a process it starts."""
    return {**os.environ, **more}


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """Where the database is: the parts of `postgres://user:password@host:port/name?option=value`."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]


def database(url: str) -> Database:
    """The parts of a database's address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise ValueError("write postgres://user:password@host:port/name")
    if not (name := unquote(parts.path.lstrip("/"))):
        raise ValueError("the name of the database is missing at its end")
    return Database(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=unquote(parts.hostname or ""),
        port=str(parts.port or ""),
        options=dict(parse_qsl(parts.query)),
    )


def folder(text: str) -> Path | None:
    """A folder, which may be mounted later; empty: none."""
    return path(text) if text else None


def file(text: str) -> Path | None:
    """A file that must be there; empty: none."""
    if not text:
        return None
    found = path(text)
    if not found.is_file():
        raise ValueError("there is no such file")
    return found


def broker(text: str) -> str:
    """The address of an MQTT broker; empty: none."""
    if text and (urlsplit(text).scheme not in {"mqtt", "mqtts"} or not urlsplit(text).hostname):
        raise ValueError("write mqtts://user:password@host:port")
    return text


VAR = Variable(
    name="GEO_IOC_VAR",
    parse=path,
    default="var",
    about="Folder of everything that changes: database, uploads, logs, secrets. Relative to the repository.",
)
PORT = Variable(name="GEO_IOC_PORT", parse=port, default="8000", about="Port of the web server that `make run` starts.")
DATABASE_URL = Variable(
    name="DATABASE_URL",
    parse=database,
    default="postgres://geo_ioc:geo_ioc@127.0.0.1:54320/geo_ioc",
    recorded_in="database_url",
    secret=True,
    about="PostGIS to use. Not set: `make run` starts a private one and records its address.",
)
DATABASE_POOL = Variable(
    name="GEO_IOC_DATABASE_POOL",
    parse=whole,
    default="16",
    unit="connections",
    about="Most database connections of one process for pages and the API.",
)
STATEMENT_TIMEOUT_MS = Variable(
    name="GEO_IOC_STATEMENT_TIMEOUT_MS",
    parse=whole,
    default="0",
    unit="ms",
    about="Longest SQL statement of a process. 0: no limit; the web process is started with 15000.",
)
WEB_THREADS = Variable(
    name="GEO_IOC_WEB_THREADS",
    parse=whole,
    default="16",
    unit="threads",
    about="Threads of one web worker for pages and the API. Not more than the connections of the pool.",
)
TILE_CACHE_MB = Variable(
    name="GEO_IOC_TILE_CACHE_MB",
    parse=whole,
    default="96",
    unit="MB",
    about="Tiles one web worker keeps in memory. 0: every tile is made anew.",
)
SECRET_KEY = Variable(
    name="GEO_IOC_SECRET_KEY",
    parse=str,
    default="",
    recorded_in="secret_key",
    secret=True,
    about="Signs sessions and tokens. Not set: made once and kept in var/secret_key (mode 0600).",
)
DEBUG = Variable(
    name="GEO_IOC_DEBUG", parse=flag, default="0", about="Django's debug pages. Never where others reach it."
)
HOSTS = Variable(
    name="GEO_IOC_HOSTS",
    parse=words,
    default="127.0.0.1,localhost,[::1]",
    about="Host names the server answers to, parted by commas.",
)
HTTPS = Variable(
    name="GEO_IOC_HTTPS",
    parse=flag,
    default="0",
    about="The public address is https, ended by a proxy that sets X-Forwarded-Proto: secure cookies, HSTS.",
)
PROXIES = Variable(
    name="GEO_IOC_PROXIES",
    parse=whole,
    default="0",
    unit="proxies",
    about="Trusted proxies in front, for the caller's address in X-Forwarded-For. 0: the header is ignored.",
)
DEMO = Variable(
    name="GEO_IOC_DEMO",
    parse=flag,
    default="0",
    recorded_in="demo",
    about="Demo data and demo accounts. `make run` sets and records 1 unless told 0.",
)
DEMO_PASSWORD = Variable(
    name="GEO_IOC_DEMO_PASSWORD",
    parse=str,
    default="demo-geo-ioc",
    secret=True,
    about="Password of the demo accounts (demo mode only). Default demo-geo-ioc.",
)
PROVINCE = Variable(
    name="GEO_IOC_PROVINCE", parse=str, default="80", about="Code of the province (two digits, after 01/07/2025)."
)
VISION = Variable(
    name="GEO_IOC_VISION",
    parse=flag,
    default="1",
    about="Install the camera detector (several GB). 0: cameras say that it is not installed.",
)
WITHOUT = Variable(
    name="GEO_IOC_WITHOUT",
    parse=words,
    default="",
    about="Domains to leave out, by folder name, parted by commas (`soc,media_watch`).",
)
IMPORT_MAX_MB = Variable(
    name="GEO_IOC_IMPORT_MAX_MB",
    parse=whole,
    default="2048",
    unit="MB",
    about="Largest file `import_features` reads; also all that a zip may unpack to.",
)
IMPORT_TIMEOUT_S = Variable(
    name="GEO_IOC_IMPORT_TIMEOUT_S",
    parse=whole,
    default="1800",
    unit="s",
    about="Longest time the parsing of a file may take.",
)
UPLOAD_MAX_MB = Variable(
    name="GEO_IOC_UPLOAD_MAX_MB",
    parse=whole,
    default="20",
    unit="MB",
    about="Largest file a steward brings in by the browser; larger ones by `import_features`.",
)
METRICS_TOKEN = Variable(
    name="GEO_IOC_METRICS_TOKEN",
    parse=str,
    default="",
    secret=True,
    about="Bearer token for /metrics from other machines. Not set: this machine only.",
)
METRICS_FOLDER = Variable(
    name="PROMETHEUS_MULTIPROC_DIR",
    parse=lambda text: path(text) if text else None,
    default="",
    about="Folder where the web workers add up their numbers for /metrics. `supervise` sets it.",
)
LOG_LEVEL = Variable(name="GEO_IOC_LOG_LEVEL", parse=str.upper, default="INFO", about="DEBUG, INFO, WARNING or ERROR.")
LOG_FORMAT = Variable(
    name="GEO_IOC_LOG_FORMAT",
    parse=str,
    default="text",
    about="`text` for people, `json` for machines: one object a line.",
)
EMAIL_HOST = Variable(
    name="GEO_IOC_EMAIL_HOST",
    parse=str,
    default="",
    about="Mail server. Not set: mail is written to the log of the process.",
)
EMAIL_PORT = Variable(name="GEO_IOC_EMAIL_PORT", parse=port, default="587", about="Port of the mail server (STARTTLS).")
EMAIL_USER = Variable(name="GEO_IOC_EMAIL_USER", parse=str, default="", about="Account at the mail server.")
EMAIL_PASSWORD = Variable(
    name="GEO_IOC_EMAIL_PASSWORD", parse=str, default="", secret=True, about="Password at the mail server."
)
EMAIL_FROM = Variable(
    name="GEO_IOC_EMAIL_FROM",
    parse=str,
    default="geo_ioc <no-reply@localhost>",
    about="Sender of the mail this server sends.",
)
WEBHOOK_PRIVATE_HOSTS = Variable(
    name="GEO_IOC_WEBHOOK_PRIVATE_HOSTS",
    parse=words,
    default="",
    about="Hosts of the own network that notices may be posted to, parted by commas. Others need a public address.",
)
BASEMAP_PRIVATE_HOSTS = Variable(
    name="GEO_IOC_BASEMAP_PRIVATE_HOSTS",
    parse=words,
    default="",
    about="Hosts of the own network whose base maps an administrator may have read, parted by commas.",
)
MQTT_URL = Variable(
    name="GEO_IOC_MQTT_URL",
    parse=broker,
    default="",
    recorded_in="mqtt_url",
    secret=True,
    about="MQTT broker devices report to (mqtts://user:password@host:port). Not set: `make run` starts a private one.",
)
MQTT_CA = Variable(
    name="GEO_IOC_MQTT_CA",
    parse=file,
    default="",
    about="Authority that signed the broker's certificate, PEM. Not set: the private broker's own, or the system's.",
)
MQTT_HOST = Variable(
    name="GEO_IOC_MQTT_HOST",
    parse=str,
    default="127.0.0.1",
    about="Address the private broker listens on. 0.0.0.0: devices of other machines reach it.",
)
MQTT_PORT = Variable(
    name="GEO_IOC_MQTT_PORT",
    parse=port,
    default="8883",
    recorded_in="mqtt_port",
    about="Port (TLS) of the private broker. `make run` takes the next free one and records it.",
)
MQTT_CERTIFICATE = Variable(
    name="GEO_IOC_MQTT_CERTIFICATE",
    parse=file,
    default="",
    about="Certificate chain of the private broker, PEM; its first name must lead to this machine. Not set: made here.",
)
MQTT_KEY = Variable(
    name="GEO_IOC_MQTT_KEY", parse=file, default="", about="Private key of that certificate, PEM, without a password."
)
OIDC_NAME = Variable(
    name="GEO_IOC_OIDC_NAME",
    parse=str,
    default="",
    about="Single sign-on by OpenID Connect: name on the login page. Not set: none.",
)
OIDC_URL = Variable(name="GEO_IOC_OIDC_URL", parse=str, default="", about="Address of the OpenID Connect provider.")
OIDC_CLIENT = Variable(
    name="GEO_IOC_OIDC_CLIENT", parse=str, default="", about="Client id at the OpenID Connect provider."
)
OIDC_SECRET = Variable(
    name="GEO_IOC_OIDC_SECRET",
    parse=str,
    default="",
    secret=True,
    about="Client secret at the OpenID Connect provider.",
)
RATE_ADDRESS = Variable(
    name="GEO_IOC_RATE_ADDRESS",
    parse=whole,
    default="120",
    unit="requests a minute",
    about="Most requests to the public API (SensorThings, CSV of stations) of one address, all web workers of "
    "the machine together. 0: no limit.",
)
RATE_TOKEN = Variable(
    name="GEO_IOC_RATE_TOKEN",
    parse=whole,
    default="1200",
    unit="requests a minute",
    about="The same for one account, token or device key.",
)
RATE_FILE = Variable(
    name="GEO_IOC_RATE_FILE",
    parse=lambda text: path(text) if text else None,
    default="",
    about="File where the web workers count these requests together. `supervise` sets it. Empty: each for itself.",
)
EMBED_SITES = Variable(
    name="GEO_IOC_EMBED_SITES",
    parse=words,
    default="*",
    about="Sites whose pages may frame /embed (public layers only), parted by commas. Empty: none.",
)
STATION_FOLDER = Variable(
    name="GEO_IOC_STATION_FOLDER",
    parse=folder,
    default="",
    about="Folder into which stations' text files are put (FTP, SFTP or a mount). Not set: none is watched.",
)
READINGS_MONTHS = Variable(
    name="GEO_IOC_READINGS_MONTHS",
    parse=whole,
    default="36",
    unit="months",
    about="How long readings of stations stay in the database; older months move to GeoParquet files under "
    "GEO_IOC_VAR/readings and are still read. 0: for ever.",
)
SHARED = Variable(
    name="GEO_IOC_SHARED",
    parse=path,
    default="../shared",
    about="Folder with reference data for tests. Tests that need it say so and are skipped without it.",
)
SENSOR_TESTS = Variable(
    name="GEO_IOC_SENSOR_TESTS",
    parse=str.strip,
    default="",
    about="Numbers of the quality tests of readings that differ here, JSON by quantity: "
    '`{"pm25": {"sensor": [0, 2000]}}`. '
    "`manage.py check` says what is wrong with it.",
)
LAND_MINIMUM = Variable(
    name="GEO_IOC_LAND_MINIMUM",
    parse=str.strip,
    default="",
    unit="m²",
    about="Least area of a part when a parcel is split, as the province decides, JSON by kind of commune and use: "
    '`{"rural": {"ONT": 60}, "urban": {"ODT": 45}}`. Empty: no limit (the demo has invented ones).',
)
LAND_AREA_TOLERANCE = Variable(
    name="GEO_IOC_LAND_AREA_TOLERANCE",
    parse=percent,
    default="0.5",
    unit="%",
    about="Share of the area on the map by which the recorded area may differ before a parcel is said to be off: in "
    "its panel, among the problems, in the officers' filter, at an import. The circular on cadastral maps in force "
    "sets it by class of accuracy, which the register does not know; the default is chosen here, no standard's.",
)
LAND_GAP_AREA = Variable(
    name="GEO_IOC_LAND_GAP_AREA",
    parse=positive,
    default="100",
    unit="m²",
    about="Open ground that parcels enclose is said to be a gap up to this area; larger ground is taken for land left "
    "out, unless it is narrow. Chosen here, no standard's.",
)
LAND_GAP_WIDTH = Variable(
    name="GEO_IOC_LAND_GAP_WIDTH",
    parse=positive,
    default="1",
    unit="m",
    about="Open ground narrower than this on average is a gap whatever its area. Chosen here, no standard's.",
)
LAND_SLIVER_WIDTH = Variable(
    name="GEO_IOC_LAND_SLIVER_WIDTH",
    parse=positive,
    default="0.2",
    unit="m",
    about="A parcel narrower than this on average is a sliver. Chosen here, no standard's.",
)
LAND_EXTRACT = Variable(
    name="GEO_IOC_LAND_EXTRACT",
    parse=file,
    default="",
    about="An office's own layout of the map extract: an HTML file to start from is "
    "land_records/templates/land_records/extract.html. Empty: that one. `manage.py check` says what is wrong with it.",
)
DOSSIER_URL = Variable(
    name="GEO_IOC_DOSSIER_URL",
    parse=str.strip,
    default="",
    about="Page of the one-stop shop on which a dossier is read, `{number}` where its number stands: "
    "`https://example.gov.vn/ho-so/{number}`. A land officer's panel then links there. Empty: the number alone.",
)
SCAN_MAX_MB = Variable(
    name="GEO_IOC_SCAN_MAX_MB",
    parse=whole,
    default="20",
    unit="MB",
    about="Largest scan of a land register's paper; a proxy in front must let as much pass. Scans lie under "
    "GEO_IOC_VAR/scans: back that folder up with the database.",
)

VARIABLES: tuple[Variable[object], ...] = tuple(value for value in vars().values() if isinstance(value, Variable))
