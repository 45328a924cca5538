#!/usr/bin/env bash
# Makes the cluster once, then becomes the server. The password comes from the secret database_password.
set -euo pipefail
DATA=/var/lib/geo_ioc/db
SECRET=/run/secrets/database_password
# shellcheck disable=SC2012  # sorted by version, names without spaces
BIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)

if [ ! -f "$DATA/PG_VERSION" ]; then
    "$BIN/initdb" -D "$DATA" -U geo_ioc --pwfile="$SECRET" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
        --locale-provider=icu --icu-locale=vi --data-checksums --no-instructions
    echo 'host all all all scram-sha-256' >>"$DATA/pg_hba.conf"
    "$BIN/pg_ctl" -D "$DATA" -w -o "-c listen_addresses='' -c unix_socket_directories=$DATA" start
    PGPASSWORD=$(cat "$SECRET") "$BIN/createdb" -h "$DATA" -U geo_ioc geo_ioc
    "$BIN/pg_ctl" -D "$DATA" -w stop
fi
exec "$BIN/postgres" -D "$DATA" -c listen_addresses='*' -c unix_socket_directories=/tmp -c jit=off \
    -c random_page_cost=1.1 -c shared_buffers="${SHARED_BUFFERS:-256MB}" -c max_connections=100 -c timezone=UTC
