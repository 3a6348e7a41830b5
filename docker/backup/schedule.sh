#!/bin/bash
# Runs for ever: makes the backup that is due. A missed one (machine off) is made at the
# next start, a failed one is tried again after ten minutes.
set -uo pipefail

folder=$(dirname "${BASH_SOURCE[0]}")
waiting=
trap 'kill $waiting 2>/dev/null; exit 0' TERM INT
while true; do
    if bash "$folder/backup.sh" --if-due; then pause=60; else pause=600; fi
    # In the background, so that a signal ends the wait at once.
    sleep "$pause" &
    waiting=$!
    wait "$waiting"
done
