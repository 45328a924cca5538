"""Checks the PostGIS that DATABASE_URL names: it answers, and offers every extension the migrations make."""

import os
import sys

import psycopg

EXTENSIONS = ("postgis", "unaccent", "pg_trgm", "btree_gist")


def main() -> None:
    """Exits with a sentence that says what is missing and how to mend it."""
    url = os.environ["DATABASE_URL"].replace("postgis://", "postgres://", 1)
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        refuse(f"does not answer: {reason}", "check its host, port, name, user and password")
    missing = [name for name in EXTENSIONS if (name,) not in rows]
    if missing:
        refuse(f"lacks the extensions {', '.join(missing)}", "install PostGIS and postgresql-contrib there")
    print("• Database: the server named by DATABASE_URL", file=sys.stderr)


def refuse(what: str, mend: str) -> None:
    """Ends with status 1, saying what is wrong and how to mend it."""
    sys.exit(f"✗ the server named by DATABASE_URL {what}\n  to mend it: {mend}")


if __name__ == "__main__":
    main()
