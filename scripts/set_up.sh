#!/bin/sh
# Makes .venv with the locked packages and this project in it. Safe to run again: only what is missing is installed.
set -eu
cd "$(dirname "$0")/.."

in_environment() {
    .venv/bin/python -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null &&
        .venv/bin/python -m pip --version >/dev/null 2>&1
}

if ! in_environment; then
    python=$(sh scripts/find_python.sh)
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

# Twice quiet: errors only, for pip's warnings are about the machine's own settings.
install() {
    .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check "$@"
}

echo "Installing the locked packages (about a minute the first time)"
install --require-hashes -r requirements.lock
install --no-deps --no-build-isolation -e .
echo "Ready: .venv/bin/visits --help"
