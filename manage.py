#!/usr/bin/env python
"""The door to every command of geo_ioc: `manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Runs one management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geo_ioc.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
