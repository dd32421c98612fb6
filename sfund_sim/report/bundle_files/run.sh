#!/bin/sh
# Install the versions of the study in a fresh environment, reproduce its results, compare every hash.
set -eu
cd "$(dirname "$0")"
python3 -m venv environment
environment/bin/python -m pip install --quiet -r requirements.lock.txt
environment/bin/python run.py "$@"
