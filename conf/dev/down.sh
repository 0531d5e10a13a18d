#!/usr/bin/env bash
# "make down": stop what "make up" or "make run" started under $KASSA_VAR.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/lib.sh"

if [ -d "$VAR" ] && ! flock -n "$VAR/lock" true; then
	process_stop "$VAR/run.pid" 60
	flock -w 10 "$VAR/lock" true || fail "the run in $(place "$VAR") did not end" \
	    "its log is $(place "$VAR/log/run.log")"
	step down "stopped; the data stays in $(place "$VAR")"
elif [ -e "$VAR/postgres/data/postmaster.pid" ]; then
	bash "$HERE/halt.sh"	# what a killed run left
else
	step down "nothing runs in $(place "$VAR")"
fi
