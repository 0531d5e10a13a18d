#!/usr/bin/env bash
# "make bench": set up what is missing, then measure (run.mjs).
set -eu
. "$(dirname "$0")/../support/setup.sh"

setup
exec node "$TESTS/bench/run.mjs"
