#!/usr/bin/env bash
# "make soak": set up what is missing, then mixed traffic under kills, restarts and resets (soak.mjs).
# SOAK_SECONDS=600 and SEED, which is drawn when it is not given, come from the environment.
set -eu
. "$(dirname "$0")/../support/setup.sh"

setup
export KASSA_BUILD=$BUILD
exec node "$TESTS/soak/soak.mjs"
