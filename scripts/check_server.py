"""Checks the PostGIS that DATABASE_URL names: it answers, and has or may be given every extension we need."""

import os
import sys

import psycopg

EXTENSIONS = ["postgis", "unaccent", "pg_trgm", "btree_gist"]
OFFERED = "SELECT name FROM pg_available_extensions WHERE name = ANY(%s)"
GRANTED = """
SELECT available.name FROM pg_available_extensions AS available
JOIN pg_available_extension_versions AS version
  ON version.name = available.name AND version.version = available.default_version
WHERE available.name = ANY(%s)
  AND (available.installed_version IS NOT NULL OR version.trusted OR current_setting('is_superuser')::boolean)
"""


def main() -> None:
    """Exits with a sentence that says what is missing and how to mend it."""
    url = os.environ["DATABASE_URL"].replace("postgis://", "postgres://", 1)
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            offered = {name for (name,) in connection.execute(OFFERED, [EXTENSIONS])}
            granted = {name for (name,) in connection.execute(GRANTED, [EXTENSIONS])}
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        refuse(f"does not answer: {reason}", "check its host, port, name, user and password")
    if missing := [name for name in EXTENSIONS if name not in offered]:
        refuse(f"lacks the extensions {', '.join(missing)}", "install PostGIS and postgresql-contrib there")
    if missing := [name for name in EXTENSIONS if name not in granted]:
        commands = "; ".join(f"CREATE EXTENSION {name}" for name in missing)
        refuse("does not let this user make its extensions", f"let a superuser run in this database: {commands}")
    print("• Database: the server named by DATABASE_URL", file=sys.stderr)


def refuse(what: str, mend: str) -> None:
    """Ends with status 1, saying what is wrong and how to mend it."""
    sys.exit(f"✗ the server named by DATABASE_URL {what}\n  to mend it: {mend}")


if __name__ == "__main__":
    main()
