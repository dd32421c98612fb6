#!/bin/sh
# Install the versions of the study in a fresh environment, reproduce its results, compare every hash.
# Versions that suit one Python may not exist for another: the study's own is taken, or the one that PYTHON names.
set -eu
cd "$(dirname "$0")"
made=$(sed -n 's/^ *"python": "\([0-9]*\.[0-9]*\).*/\1/p' versions.json)
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none; }
python=${PYTHON:-python$made}
found=$(version "$python")
if [ -z "${PYTHON:-}" ] && [ "$found" != "$made" ]; then
  python=python3
  found=$(version "$python")
fi
if [ "$found" != "$made" ]; then
  echo "made with Python $made; found $found ($python): install Python $made or set PYTHON=/path/to/python$made" >&2
  exit 2
fi
"$python" -m venv --clear environment
environment/bin/python -m pip install --quiet -r requirements.lock.txt
environment/bin/python run.py "$@"
