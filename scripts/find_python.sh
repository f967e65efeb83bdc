#!/bin/sh
# Prints the path of a Python that can run this project (3.12 or 3.13, able to make virtual environments).
# Exits 3 with instructions when there is none. Set PYTHON to choose one yourself.
set -u

# A version manager's shim may be on PATH and fail when it is called, so every candidate is asked, not trusted.
is_right_version() {
    "$1" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

can_make_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

lacking=""

# Ends the script with the real path of the candidate if it will do.
consider() {
    [ -n "$1" ] && is_right_version "$1" || return 0
    if can_make_environments "$1"; then
        "$1" -c 'import sys; print(sys.executable)'
        exit 0
    fi
    lacking="$1"
}

if [ -n "${PYTHON:-}" ]; then
    consider "$PYTHON"
    if [ -z "$lacking" ]; then
        echo "PYTHON is set to '$PYTHON', which is not a working Python 3.12 or 3.13." >&2
        echo "Unset it, or set it to the path of one." >&2
        exit 3
    fi
else
    for name in python3.12 python3.13 python3; do
        consider "$name"
    done
    for candidate in "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[23]*/bin/python; do
        consider "$candidate"
    done
    if command -v uv >/dev/null 2>&1; then
        consider "$(uv python find 3.12 2>/dev/null)"
        echo "No Python 3.12 or 3.13 found; asking uv to install one." >&2
        uv python install 3.12 >&2 && consider "$(uv python find 3.12 2>/dev/null)"
    fi
fi

if [ -n "$lacking" ]; then
    cat >&2 <<EOF
$lacking is a right Python, but it cannot make virtual environments (its module venv or ensurepip is missing).
On Debian and Ubuntu:  sudo apt-get install python3-venv
Then run the same command again.
EOF
    exit 3
fi

cat >&2 <<'EOF'
This project needs Python 3.12 or 3.13, and none was found. Any one of these brings it:
  Debian, Ubuntu   sudo apt-get install python3.12 python3.12-venv
  macOS            brew install python@3.12
  pyenv            pyenv install 3.12
  uv               uv python install 3.12
  otherwise        the installer from python.org
Then run the same command again. If Python is in an unusual place:  PYTHON=/path/to/python3.12 make setup
EOF
exit 3
