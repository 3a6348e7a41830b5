#!/bin/bash
# Prints the stanzas of the OCA add-ons (name, version, hashes) of a lock file.
#   oca-requirements.sh requirements/run.lock
set -euo pipefail

awk '
    /^[A-Za-z0-9]/ { wanted = /^odoo-addon-/ }
    wanted && !/^ *#/ { print }
' "$1"
