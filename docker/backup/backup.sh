#!/bin/bash
# One backup of the database and its filestore.
#
#   backup.sh            make one now, then drop the oldest beyond BACKUP_KEEP
#   backup.sh --if-due   only when none was made since the last BACKUP_AT (HH:MM, UTC)
#   backup.sh --check    exit 1 when the newest is older than BACKUP_MAX_AGE hours (26)
#
# The order is what makes it consistent while people work. The dump is one snapshot.
# Odoo writes a file before it commits the row that names it, so every file that the
# snapshot names exists by then; files are never changed, only added. Copied after the
# dump, the filestore holds all of them, and perhaps some newer ones that no row names
# (Odoo's own clean-up removes those). The other way round, a row could name a file
# that the copy missed. What remains is Odoo's daily clean-up deleting, between dump
# and copy, a file whose row was deleted in the same minutes: such files are counted.
#
# Settings: see common.sh.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

keep=${BACKUP_KEEP:-14}
[[ $keep =~ ^[1-9][0-9]*$ ]] || fail 2 "BACKUP_KEEP must be a number above 0, not '$keep'"

check_age() {
    local newest hours
    newest=$(newest_backup_time)
    hours=$((($(date +%s) - newest) / 3600))
    ((newest > 0)) || fail 1 "no complete backup of $PGDATABASE in $BACKUP_DIR"
    ((hours < ${BACKUP_MAX_AGE:-26})) || fail 1 "the newest backup is $hours hours old"
}

# Is there none since the last time that the clock showed BACKUP_AT?
is_due() {
    local at=${BACKUP_AT:-02:30} due
    [[ $at =~ ^([01][0-9]|2[0-3]):[0-5][0-9]$ ]] ||
        fail 2 "BACKUP_AT must be HH:MM, not '$at'"
    due=$(date -u -d "$(date -u +%F) $at" +%s)
    ((due <= $(date +%s))) || due=$((due - 86400))
    (($(newest_backup_time) < due))
}

# archive_filestore FILE: a database without attachments has no folder
archive_filestore() {
    local source=$ODOO_FILESTORE/$PGDATABASE status=0
    [[ -d $source ]] || source=$work/empty
    mkdir -p "$work/empty"
    # 1 = a file changed or vanished meanwhile (see above), more = it failed
    tar --create --gzip --file "$1" --directory "$source" . || status=$?
    ((status <= 1)) || fail 1 "the filestore could not be archived (tar: $status)"
    rmdir "$work/empty"
}

# missing_files DUMP ARCHIVE: how many attachments of the dump have no file
missing_files() {
    # A dump without Odoo's tables names no files.
    { pg_restore --data-only --table=ir_attachment --file=- "$1" |
        grep -aoE '\b[0-9a-f]{2}/[0-9a-f]{40}\b' || true; } | sort -u > "$work/named"
    tar --list --gzip --file "$2" |
        { grep -oE '[0-9a-f]{2}/[0-9a-f]{40}$' || true; } | sort -u > "$work/there"
    comm -23 "$work/named" "$work/there" | wc -l
    rm "$work/named" "$work/there"
}

back_up() {
    local name missing
    database_exists "$PGDATABASE" || fail 2 "no database $PGDATABASE to save yet"
    name=$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ)
    [[ ! -e $BACKUP_DIR/$name ]] || fail 2 "$name exists already"
    # What an interrupted run left behind; only one process writes here.
    rm -rf "$BACKUP_DIR"/.partial-*
    work=$BACKUP_DIR/.partial-$name
    mkdir "$work"
    trap 'rm -rf "$work"' EXIT

    say "saving the database $PGDATABASE"
    pg_dump --format=custom --no-owner --no-acl --file "$work/database.dump"
    say "saving its filestore"
    archive_filestore "$work/filestore.tar.gz"
    missing=$(missing_files "$work/database.dump" "$work/filestore.tar.gz")
    ((missing == 0)) || say "warning: $missing attachments have no file in the filestore"
    (cd "$work" && sha256sum database.dump filestore.tar.gz > SHA256SUMS)
    sync "$work"/*
    # The name appears when everything is there: a half-made backup is never listed.
    mv "$work" "$BACKUP_DIR/$name"
    trap - EXIT
    say "saved $name ($(du -sh "$BACKUP_DIR/$name" | cut -f1))"
}

drop_old() {
    local old
    list_backups | head -n "-$keep" | while read -r old; do
        rm -rf "${BACKUP_DIR:?}/$old"
        say "dropped $old (keeping $keep)"
    done
}

case ${1:-} in
--check) check_age ;;
--if-due)
    # No `is_due && …` and no `back_up && drop_old`: to the left of && bash ignores
    # `set -e`, and a failed dump would pass for a backup.
    if is_due; then
        back_up
        drop_old
    fi
    ;;
'')
    back_up
    drop_old
    ;;
*) fail 2 "unknown argument '$1'" ;;
esac
