#!/bin/bash
# Runs once, when the cluster is made: the role that Odoo and the backups use. It may
# create databases (Odoo and a restore do) and is no superuser.
set -euo pipefail

file=${ODOO_DB_PASSWORD_FILE:?names no file}
# psql quotes the value; the here-document keeps it off the command line.
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
\set password \`cat '$file'\`
CREATE ROLE odoo LOGIN CREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'password';
SQL
