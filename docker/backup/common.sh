# Shared by backup.sh, restore.sh and schedule.sh (sourced, not run).
#
# PGHOST, PGPORT, PGUSER, PGDATABASE   as for every PostgreSQL client
# PGPASSWORD_FILE  file with the password, instead of PGPASSWORD
# ODOO_FILESTORE   the folder that holds one folder per database
# BACKUP_DIR       where the backups are, one folder each: DATABASE-YYYYMMDDTHHMMSSZ
# shellcheck shell=bash

set -euo pipefail
umask 077

: "${PGDATABASE:?names no database}"
: "${ODOO_FILESTORE:?names no folder}"
: "${BACKUP_DIR:?names no folder}"

if [[ -n ${PGPASSWORD_FILE:-} ]]; then
    PGPASSWORD=$(<"$PGPASSWORD_FILE")
    export PGPASSWORD
fi

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*"; }

# fail CODE MESSAGE: 2 = the ground is wrong, 1 = the work went wrong
fail() {
    printf '%s: %s\n' "${0##*/}" "$2" >&2
    exit "$1"
}

# Complete backups of PGDATABASE, oldest first. The work folder of a running or broken
# one starts with a dot and is never listed.
list_backups() {
    find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' |
        { grep -E "^${PGDATABASE//./\\.}-[0-9]{8}T[0-9]{6}Z$" || true; } | sort
}

# newest_backup_time: seconds since the epoch, 0 without any
newest_backup_time() {
    local newest stamp
    newest=$(list_backups | tail -n 1)
    [[ -n $newest ]] || { echo 0; return; }
    stamp=${newest##*-}
    date -u -d "${stamp:0:4}-${stamp:4:2}-${stamp:6:2} ${stamp:9:2}:${stamp:11:2}:${stamp:13:2}" +%s
}

# psql that obeys: no personal settings, stops at errors, bare values
sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }

# database_exists NAME
database_exists() {
    [[ $(sql --dbname postgres --set name="$1" \
        <<< "SELECT count(*) FROM pg_database WHERE datname = :'name'") == 1 ]]
}
