#!/bin/bash
# Writes the server's configuration, then hands over to the official entrypoint.
#
# The entrypoint would put the database's password on Odoo's command line, where every
# process list shows it; in the configuration it is found and left there. The file
# lies in memory (tmpfs), readable by the server's user alone.
#
# PASSWORD_FILE  file with the database password, one line
# DB_HOST, DB_PORT, DB_USER  default to db, 5432, odoo
# SUPPORT_CONF   the settings; ODOO_RC  the file to write
set -euo pipefail
umask 077

conf=${SUPPORT_CONF:-/etc/support/odoo.conf}
: "${ODOO_RC:=/run/support/odoo.conf}" "${PASSWORD_FILE:?names no file}"
entrypoint=${SUPPORT_ENTRYPOINT:-/entrypoint.sh}

if [[ ! -r $PASSWORD_FILE ]]; then
    echo "start.sh: cannot read $PASSWORD_FILE (see \"Secrets\" in docker/README.md)" >&2
    exit 2
fi
password=$(<"$PASSWORD_FILE")
if [[ -z $password || $password == *$'\n'* ]]; then
    echo "start.sh: $PASSWORD_FILE must hold one line" >&2
    exit 2
fi

# The database manager is off (list_db), so nobody needs the master password: a new
# random one at every start beats a well-known default.
master=$(head -c 32 /dev/urandom | base64 | tr -dc '[:alnum:]')
{
    cat "$conf"
    printf '\ndb_host = %s\ndb_port = %s\ndb_user = %s\ndb_password = %s\n' \
        "${DB_HOST:-db}" "${DB_PORT:-5432}" "${DB_USER:-odoo}" "$password"
    printf 'admin_passwd = %s\n' "$master"
} > "$ODOO_RC"

export ODOO_RC
unset PASSWORD_FILE
exec "$entrypoint" "$@"
