#!/usr/bin/env bash
# "make bench": set up what is missing, then measure (run.mjs).
set -eu
. "$(dirname "$0")/../support/setup.sh"

setup
# shellcheck disable=SC2086 # words are wanted
exec node "$TESTS/bench/run.mjs" ${BENCH:-}
