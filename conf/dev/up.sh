#!/usr/bin/env bash
# "make up": run.sh in the background; returns when both programs answer ready.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/lib.sh"

mkdir -p "$VAR/log" || fail "cannot write to $VAR" "choose another place: make up KASSA_VAR=…"
log=$VAR/log/run.log
if ! flock -n "$VAR/lock" true; then
	[ -e "$VAR/ready" ] || fail "Kassa is just starting or stopping in $(place "$VAR")" \
	    "try again in a moment"
	step up "already: $(sed -n "s/^KASSA_PUBLIC_URL='\(.*\)'/\1/p" "$VAR/environment")"
	exit 0
fi
rm -f "$VAR/ready"
: > "$log"	# it is read before the other process may have begun to write
setsid bash "$HERE/run.sh" background < /dev/null > "$log" 2>&1 &
pid=$!
# Its lines are shown as they come; it ends, or says that it is ready.
shown=0
show() {
	local lines
	lines=$(wc -l < "$log")
	[ "$lines" -le "$shown" ] || sed -n "$((shown + 1)),${lines}p" "$log"
	shown=$lines
}
until [ -e "$VAR/ready" ]; do
	show
	if ! kill -0 "$pid" 2>/dev/null; then
		show >&2
		exit 1
	fi
	sleep 0.05
done
show
echo "  Runs in the background.  make down stops it."
