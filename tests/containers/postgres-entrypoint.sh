#!/bin/sh
# As the official image's, as far as docker-compose.yml relies on it: run as postgres, with a password from a file, and
# scripts for the first start.
set -eu
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=${POSTGRES_PASSWORD:-}
    [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
    [ -n "$password" ] || { echo "POSTGRES_PASSWORD is needed" >&2; exit 1; }
    printf '%s\n' "$password" >/tmp/password
    # shellcheck disable=SC2086 # several words are meant
    initdb --username=postgres --pwfile=/tmp/password ${POSTGRES_INITDB_ARGS:-} >/dev/null
    rm /tmp/password
    grep -q '^local.*peer' "$PGDATA/pg_hba.conf" || sed -i '/^host/d' "$PGDATA/pg_hba.conf"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    pg_ctl --wait --options="-c listen_addresses=''" start >/dev/null
    [ -z "${POSTGRES_DB:-}" ] || psql --quiet --command "CREATE DATABASE $POSTGRES_DB"
    for file in /docker-entrypoint-initdb.d/*.sql; do
        [ ! -f "$file" ] || psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --file "$file"
    done
    pg_ctl --wait --mode=fast stop >/dev/null
fi
exec "$@"
