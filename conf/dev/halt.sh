#!/usr/bin/env bash
# Stop the programs and the cluster that run.sh started under $KASSA_VAR, in that order; nothing else.
# Used by run.sh at its end, and by run.sh and down.sh for what a killed run left.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/lib.sh"

for name in simulator kassa; do
	if process_of "$VAR/$name.pid" > /dev/null; then
		process_stop "$VAR/$name.pid"
		step stop "$name"
	fi
	rm -f "$VAR/$name.pid"
done
if [ -e "$VAR/postgres/data/postmaster.pid" ]; then
	bash "$HERE/cluster.sh" stop "$VAR/postgres"
	step stop PostgreSQL
fi
