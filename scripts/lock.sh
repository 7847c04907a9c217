#!/usr/bin/env bash
# Resolves pyproject.toml anew in an environment of its own and writes both lock files (two minutes or more).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian 12's own Python, 3.11.2, is the oldest that must be able to install what is locked; some packages ask for more.
python=/usr/bin/python3.11
if [[ ! -x "$python" ]]; then
    printf "lock: run 'apt-get install python3.11-venv' on Debian 12 first; the lock must fit its Python\n" >&2
    exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

printf '[1/3] Making a fresh environment\n' >&2
"$python" -m venv "$folder/venv"
printf '[2/3] Resolving and installing everything (some minutes)\n' >&2
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "setuptools>=77"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-build-isolation -e '.[dev]'
printf '[3/3] Writing the lock files\n' >&2
"$folder/venv/bin/python" scripts/lock.py
