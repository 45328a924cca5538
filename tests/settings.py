"""Settings of the tests: those of the project, the four toy layers, a database of this run alone."""

import os

from geo_ioc.settings import *  # noqa: F403
from geo_ioc.settings import DATABASES, INSTALLED_APPS, JOURNAL_TOPICS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toys"]
MIDDLEWARE = [*MIDDLEWARE, "tests.toys.door.GivenViewer"]
JOURNAL_TOPICS = {**JOURNAL_TOPICS, "@toys": {"toys_toydataset": {}}}

# Two runs in one checkout do not meet; a name given from outside is for `--reuse-db`.
_NAME = os.environ.get("GEO_IOC_TEST_DATABASE") or f"test_{DATABASES['default']['NAME']}_{os.getpid()}"
DATABASES["default"]["TEST"] = {"NAME": _NAME}
# A pool would hold connections to the database that the end of the run drops.
DATABASES["default"]["OPTIONS"].pop("pool", None)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
