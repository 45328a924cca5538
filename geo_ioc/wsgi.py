"""Django behind the ASGI front: pages, API and administration."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geo_ioc.settings")
application = get_wsgi_application()
