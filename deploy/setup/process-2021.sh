#!/bin/sh
# From an empty database to the real process of 2021, by commands: the same that the office's pages do.
#
#   deploy/setup/process-2021.sh FOLDER [PERSON]
#
# FOLDER holds the official files under the names below; PERSON is the first administrator's name.
# Settings come from the environment (docs/settings.md). Repeating it is harmless: what is there stays.
# tests/integration/test_setup_script.py runs it against an empty database.
set -eu
folder=${1:?"Say in which folder the official files are."}
person=${2:-"Primera persona de administración"}
cd "$(dirname "$0")/../.."
decide() { "${PYTHON:-.venv/bin/python}" -m flask --app decide.cli:shell decide "$@"; }

decide migrate

# The first administrator; everybody else is invited from the office. The passphrase is printed once.
decide account create administracion --person "$person" --role administrator --invent \
  || echo "The account is there already."

# Territory, elections, actors, alliances, candidacies, results and calendar, all or nothing. One file
# at a time goes too: `decide import FOLDER/actores_2021.csv`, with --dry-run to look first.
decide import "$folder"

# Official shapes for the maps; without them the pages show equal hexagons.
for kind in municipios:edomex_municipios_ine2021_simpl distritos:edomex_distritos_locales_2017map_simpl; do
  map="$folder/geo/${kind#*:}.geojson"
  if [ -f "$map" ]; then decide shapes "${kind%%:*}" "$map"; fi
done

# What is still missing and whose task it is: platforms and access are the parties' and the office's.
decide ready || true
