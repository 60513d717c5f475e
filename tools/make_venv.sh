#!/bin/sh
# Make .venv with a Python that is new enough; says in plain words what is missing.
# usage: make_venv.sh FOLDER [PYTHON]     without PYTHON the first suitable one is taken
folder=$1

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if [ -n "$2" ]; then
    command -v "$2" >/dev/null || { echo "There is no $2 on this machine."; exit 1; }
    is_new_enough "$2" || { echo "The course needs Python 3.11 or newer; $2 is $("$2" -V 2>&1)."; exit 1; }
    python=$2
else
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$candidate"; then python=$candidate; break; fi
    done
fi

if [ -z "$python" ]; then
    echo "The course needs Python 3.11 or newer, and none was found."
    echo "Get it from https://www.python.org/downloads/ or from your system's packages"
    echo "(Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python)."
    echo "A Python in another place can be named: make lab PYTHON=/path/to/python3"
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python has no venv module, which makes the folder .venv for the course's packages."
    echo "On Debian and Ubuntu it comes with: apt-get install python3-venv"
    exit 1
fi

echo "Making $folder with $("$python" -V) ..."
exec "$python" -m venv "$folder"
