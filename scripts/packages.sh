#!/usr/bin/env bash
# System packages of Debian and Ubuntu: `packages.sh run`, `packages.sh test` (with a browser), `packages.sh bench` (with nginx).
# Asks apt nothing when all are there. The only place where sudo is used.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"

BASE="ca-certificates procps python3 python3-venv"
BROKER="mosquitto"
PDF="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core"
BROWSER="chromium libatomic1"
SERVER="nginx-light"
BROWSERS="chromium chromium-browser google-chrome"

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

has_postgis() { compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null && compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

# The name carries the version of PostgreSQL, which differs between systems.
postgis_package() { apt-cache search --names-only '^postgresql-[0-9]+-postgis-[0-9]+$' | cut -d' ' -f1 | sort -V | tail -1; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Without this the package makes and starts a cluster of its own on 5432.
keep_postgresql_quiet() {
    [ -e /etc/postgresql-common/createcluster.conf ] && return
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/geo_ioc.conf >/dev/null
}

# Without this the package starts a web server of its own on port 80, now and with every start of the machine.
keep_nginx_quiet() { as_root ln -sfn /dev/null /etc/systemd/system/nginx.service; }

# The same for a broker on port 1883.
keep_mosquitto_quiet() { as_root ln -sfn /dev/null /etc/systemd/system/mosquitto.service; }

can_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; }

install() { # shellcheck disable=SC2086 # words are package names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $1
}

missing=""
wanted="$BASE $PDF"
case "${1:-run}" in
test) wanted="$wanted $BROWSER" ;;
bench) command -v nginx /usr/sbin/nginx >/dev/null || wanted="$wanted $SERVER" ;;
esac
# Without a broker everything works but MQTT: where it cannot be installed it is left out and said.
if [ -z "${GEO_IOC_MQTT_URL:-}" ] && ! command -v mosquitto /usr/sbin/mosquitto >/dev/null; then
    if can_install; then wanted="$wanted $BROKER"; else say "mosquitto is not installed: devices report by HTTP only (as root: apt-get install mosquitto)"; fi
fi
for name in $wanted; do is_installed "$name" || missing="$missing $name"; done
# Any Chromium will do, wherever it came from.
# shellcheck disable=SC2086  # words are names of programs
if command -v $BROWSERS >/dev/null; then missing=${missing/ chromium/}; fi
needs_postgis=""
[ -n "${DATABASE_URL:-}" ] || has_postgis || needs_postgis=1
[ -n "$missing$needs_postgis" ] || exit 0

command -v apt-get >/dev/null || fail "this system has no apt; missing:$missing${needs_postgis:+ PostGIS}" "install them by hand, or use Debian or Ubuntu"
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "system packages are missing:$missing${needs_postgis:+ PostGIS}" "as root: apt-get install$missing${needs_postgis:+ postgresql-postgis}"
    sudo -v || fail "sudo was refused" "ask the administrator to install:$missing${needs_postgis:+ PostGIS}"
fi

step "Package lists" "check the network and /etc/apt/sources.list" as_root apt-get update
if [ -n "$needs_postgis" ]; then
    name=$(postgis_package)
    [ -n "$name" ] || fail "apt knows no package postgresql-*-postgis-*" "enable the component 'universe' (Ubuntu), or set DATABASE_URL"
    missing="$missing $name"
    keep_postgresql_quiet
fi
if [[ $missing == *" nginx"* ]]; then keep_nginx_quiet; fi
if [[ $missing == *" mosquitto"* ]]; then keep_mosquitto_quiet; fi
if [[ $missing == *" chromium"* ]] && ! apt-cache show chromium >/dev/null 2>&1; then
    fail "apt has no package chromium here" "install Chromium or Google Chrome by hand, then repeat (only the tests need it)"
fi
step "System packages ($(wc -w <<<"$missing"), up to 2 min)" "run it by hand: apt-get install$missing" install "$missing"
