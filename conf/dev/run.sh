#!/usr/bin/env bash
# "make run": set up what is missing, start Kassa and the platform simulator, stay until Ctrl-C or
# until one of them ends, then stop all of it.  up.sh runs it in the background ("run.sh background").
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/lib.sh"

READY_TRIES=200		# of 0.05 s each

mkdir -p "$VAR/log" || fail "cannot write to $VAR" "choose another place: make run KASSA_VAR=…"
exec 9> "$VAR/lock"
flock -n 9 || fail "Kassa runs already in $(place "$VAR")" "stop it with: make down"
rm -f "$VAR/ready"
process_remember $$ "$VAR/run.pid"

watcher=
# shellcheck disable=SC2317 # the trap reaches it
finish() {
	trap '' INT TERM HUP
	rm -f "$VAR/ready"
	[ -z "$watcher" ] || kill "$watcher" 2>/dev/null || true
	bash "$HERE/halt.sh" 9>&-
	rm -f "$VAR/run.pid"
}
trap finish EXIT
trap 'echo; exit 130' INT
trap 'exit 143' TERM HUP

# start_program NAME: with its own log; the last run's log is kept beside it.
start_program() {
	local log=$VAR/log/$1.log
	[ ! -e "$log" ] || mv "$log" "$log.1"
	(
		unset KASSA_BUILD
		set -a
		# shellcheck disable=SC1091 # prepare.sh writes it
		. "$VAR/environment"
		# A session of its own: Ctrl-C is for this script, which stops them in order.
		exec setsid "$BUILD/$1" < /dev/null > "$log" 2>&1 9>&-
	) &
	process_remember $! "$VAR/$1.pid"
}

# await_ready NAME PORT
await_ready() {
	local tries=$READY_TRIES
	until is_ready "$2"; do
		process_of "$VAR/$1.pid" > /dev/null || ended "$1"
		[ "$tries" -gt 0 ] || ended "$1" "did not become ready"
		tries=$((tries - 1))
		sleep 0.05
	done
}

# ended NAME [HOW]: show why; the trap stops the others.
ended() {
	tail -n 10 "$VAR/log/$1.log" >&2 || true
	fail "$1 ${2:-ended}; stopping the others" "its log is $(place "$VAR/log/$1.log")"
}

bash "$HERE/packages.sh" run 9>&-
bash "$HERE/halt.sh" 9>&-	# what a killed run may have left
for port in "KASSA_PORT $KASSA_PORT" "SIMULATOR_PORT $SIMULATOR_PORT"; do
	! port_is_taken "${port#* }" || fail "port ${port#* } is in use by another program" \
	    "choose another: make run ${port% *}=$((${port#* } + 100))"
done
make_here all
step build "$(place "$BUILD")/kassa, simulator, kassactl"
bash "$HERE/prepare.sh" durable 9>&-

start_program kassa
start_program simulator
await_ready kassa "$KASSA_PORT"
await_ready simulator "$SIMULATOR_PORT"
bash "$HERE/install.sh"
step start "ready; logs in $(place "$VAR/log")"
cat <<TEXT

  Kassa        http://127.0.0.1:$KASSA_PORT
  Simulator    http://127.0.0.1:$SIMULATOR_PORT    the platform's side: open this one

  Try: open the simulator, create an order, pay it on the order's page with
    4242 4242 4242 4242   succeeds
    4000 0000 0000 0002   is declined; try again with the one above
    4000 0025 0000 3155   asks for 3-D Secure
  any later expiry date, any three digits.  All test cards: README.md.

  Operate: set -a; . $(place "$VAR/environment"); $(place "$BUILD")/kassactl ledger check

TEXT
touch "$VAR/ready"
[ "${1:-}" = background ] || echo "  Ctrl-C stops everything."

# PostgreSQL is not a child of this script; a process that ends with it is.
tail --pid="$(head -n 1 "$VAR/postgres/data/postmaster.pid")" -f /dev/null 9>&- &
watcher=$!
{ wait -n || true; } 2> /dev/null
for name in kassa simulator; do
	process_of "$VAR/$name.pid" > /dev/null || ended "$name"
done
fail "PostgreSQL ended; stopping the others" "its log is $(place "$VAR/postgres/postgresql.log")"
