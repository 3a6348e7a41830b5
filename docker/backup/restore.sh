#!/bin/bash
# Puts a backup back. Odoo must be stopped when the served database is replaced.
#
#   restore.sh --list
#   restore.sh NAME                  into the database of PGDATABASE, which must not exist
#   restore.sh NAME --into OTHER     into a database of another name (a rehearsal)
#   restore.sh NAME --replace        the old database and filestore are kept aside
#
# Everything is loaded under a working name and renamed at the end: when something is
# wrong with the backup, what is there stays as it is.
#
# Settings: see common.sh.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

name='' target=$PGDATABASE replace=
while (($#)); do
    case $1 in
    --list)
        list_backups
        exit
        ;;
    --into) target=${2:?--into needs a name}; shift ;;
    --replace) replace=yes ;;
    -*) fail 2 "unknown argument '$1'" ;;
    *) name=$1 ;;
    esac
    shift
done
[[ -n $name ]] || fail 2 "which backup? --list shows them"
[[ $target =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*$ ]] || fail 2 "'$target' is no database name"

backup=$BACKUP_DIR/$name
[[ $name != */* && -d $backup ]] || fail 2 "no backup $name; --list shows them"
(cd "$backup" && sha256sum --check --quiet SHA256SUMS) ||
    fail 1 "$name is damaged: nothing was changed"

stamp=$(date -u +%Y%m%dT%H%M%SZ)
aside=${target}_replaced_$stamp
loading=${target}_loading_$stamp
files=$ODOO_FILESTORE/$target
if database_exists "$target" || [[ -e $files ]]; then
    [[ -n $replace ]] ||
        fail 2 "the database or filestore $target exists: --replace keeps it aside"
fi
busy=$(sql --dbname postgres --set name="$target" \
    <<< "SELECT count(*) FROM pg_stat_activity WHERE datname = :'name'")
((busy == 0)) || fail 2 "$busy connections to $target are open: stop Odoo first"

# rename_database FROM TO
rename_database() {
    sql --dbname postgres --set from="$1" --set to="$2" \
        <<< 'ALTER DATABASE :"from" RENAME TO :"to"'
}

clean_up() {
    dropdb --if-exists "$loading"
    rm -rf "${ODOO_FILESTORE:?}/$loading"
}
trap clean_up EXIT

say "loading the database of $name"
# Collation C like Odoo's own databases.
createdb --template=template0 --encoding=UTF8 --lc-collate=C "$loading"
pg_restore --dbname "$loading" --no-owner --no-acl --single-transaction \
    --exit-on-error "$backup/database.dump"
say "unpacking its filestore"
mkdir -p "$ODOO_FILESTORE/$loading"
tar --extract --gzip --file "$backup/filestore.tar.gz" --directory "$ODOO_FILESTORE/$loading"

say "putting them in place"
if database_exists "$target"; then
    rename_database "$target" "$aside"
    say "the old database is kept as $aside"
fi
if [[ -e $files ]]; then
    mv "$files" "$ODOO_FILESTORE/$aside"
    say "the old filestore is kept as $aside"
fi
mv "$ODOO_FILESTORE/$loading" "$files"
rename_database "$loading" "$target"
trap - EXIT
say "restored $name into $target"
