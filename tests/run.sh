#!/usr/bin/env bash
# "make check": install what tests need, build, run every test, count.  The last line is
# "N passed, N failed"; the counts are taken from the TAP that each runner prints.
# "make check SAN=1" is the same against the sanitizer build.
set -eu
. "$(dirname "$0")/support/setup.sh"

REPORTS=$VAR/check
ARTEFACTS=$VAR/artefacts	# screenshots, for people to look at
FILE_SECONDS=600		# a test file that takes longer has hung
FUZZ_SECONDS=10			# random inputs for each target; "make fuzz" takes its time
SOAK_SECONDS=20			# the same for "make soak"

work=$(mktemp -d /tmp/kassa-check.XXXXXX)
chmod 0755 "$work"
# shellcheck disable=SC2317 # the trap reaches it
finish() {
	trap '' INT TERM
	bash "$TOP/conf/dev/cluster.sh" stop "$work/postgres" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
# Each of the two lanes ends what it has started; what it was just doing cleans up after itself.
# shellcheck disable=SC2317
interrupted() {
	trap '' INT TERM
	# shellcheck disable=SC2046 # words are wanted
	kill $(jobs -p) 2>/dev/null || true
	wait
	exit 130
}
trap interrupted INT TERM

# --- runners: each writes REPORTS/NAME.tap and its exit status ---------------------------------

# runner NAME COMMAND…
runner() {
	local name=$1 status=0 began=$SECONDS
	shift
	"$@" > "$REPORTS/$name.tap" 2> "$REPORTS/$name.err" || status=$?
	printf '%s %s\n' "$status" $((SECONDS - began)) > "$REPORTS/$name.status"
	report "$name"
}

# limited NAME COMMAND…: what dies in the middle, or hangs, says so in TAP.
limited() {
	local name=$1 status=0
	shift
	echo "# $name"
	# In the background, since a trap waits for what is in the foreground.
	timeout -k 10 "$FILE_SECONDS" "$@" &
	wait $! || status=$?
	case $status in
	124 | 137) echo "not ok - $name: stopped after $FILE_SECONDS s" ;;
	12[5-9] | 1[3-9]? | 2??) echo "not ok - $name: ended with status $status" ;;
	esac
	return "$status"
}

unit_run() {
	local program all=0
	for program in "$BUILD"/unit/*_test; do
		CMOCKA_MESSAGE_OUTPUT=TAP limited "$(basename "$program")" "$program" || all=1
	done
	return "$all"
}

sql_run() {
	pg_prove --verbose --failures -h "$socket" -U postgres -d kassa "$TESTS"/sql/*.sql
}

fuzz_run() {
	limited fuzz env FUZZ_SECONDS="$FUZZ_SECONDS" bash "$TESTS/fuzz/run.sh"
}

soak_run() {
	limited soak env SOAK_SECONDS="$SOAK_SECONDS" KASSA_BUILD="$BUILD" node "$TESTS/soak/soak.mjs"
}

# node_run FILE…: one after the other.
node_run() {
	local file all=0
	export KASSA_BUILD=$BUILD TEST_ARTEFACTS=$ARTEFACTS
	for file in "$@"; do
		limited "${file#"$TESTS/"}" node --test-reporter=tap "$file" || all=1
	done
	return "$all"
}

# node_files FOLDER…: in the order of their names.
node_files() {
	local folder
	for folder in "$@"; do
		[ ! -d "$TESTS/$folder" ] || find "$TESTS/$folder" -name '*.test.mjs' | sort
	done
}

# --- counting ---------------------------------------------------------------------------------

# tap_count NAME: "passed failed" of a runner.  Node says its own sums (its lines nest); others are counted
# by line, and so is what was stopped.
tap_count() {
	awk '
		/^# pass [0-9]+$/ { pass += $3; sums = 1 }
		/^# (fail|cancelled) [0-9]+$/ { fail += $3 }
		/^not ok - / && /: (stopped|ended)/ { stopped++; next }
		/^not ok/ { bad++; next }
		/^ok/ && !/# (SKIP|skip)/ { good++ }
		END { print sums ? pass + 0 : good + 0, (sums ? fail : bad) + stopped }
	' "$REPORTS/$1.tap"
}

# report NAME: its line, and what failed in it.
report() {
	local passed failed status seconds
	read -r status seconds < "$REPORTS/$1.status"
	read -r passed failed <<< "$(tap_count "$1")"
	if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then
		failed=1
		echo "# runner $1 ended with status $status after $passed tests" >> "$REPORTS/$1.tap"
	fi
	printf '%s %s\n' "$passed" "$failed" > "$REPORTS/$1.count"
	[ "$failed" = 0 ] || failures_show "$1"
	step "$1" "$passed passed, $failed failed ($seconds s)"
}

# failures_show NAME: failing tests with what they said; all of it is in the report.
failures_show() {
	echo "--- $1: $(place "$REPORTS/$1.tap")"
	awk '
		/^ *not ok/ { lines = 40 }
		/^ *ok / { lines = 0 }
		/^# runner/ { lines = 1 }
		lines-- > 0
	' "$REPORTS/$1.tap" | head -n 400
	tail -n 30 "$REPORTS/$1.err"
	echo "---"
}

# --- all of it --------------------------------------------------------------------------------

cd "$TOP"
setup
rm -rf "$REPORTS"
mkdir -p "$REPORTS" "$ARTEFACTS"

# One cluster for the SQL tests; the others bring their own.
socket=$(bash conf/dev/cluster.sh start "$work/postgres" fast)
KASSA_OWNER_DATABASE="host=$socket dbname=kassa user=kassa_owner" "$BUILD/kassactl" migrate > "$work/out" ||
    { cat "$work/out"; fail "the migrations in sql/ could not be applied"; }
"$POSTGRES_BIN/psql" -X -q -h "$socket" -U postgres -d kassa -c 'create extension pgtap'

mapfile -t house < <(node_files house)
mapfile -t api < <(node_files sql api)
mapfile -t browser < <(node_files browser)
# What the gates ask does not depend on the build.
gates=()
[ "$BUILD" != "$TOP/build" ] || mapfile -t gates < <(node_files gates)
# Files from 50 on take minutes: "make torture" has them.
mapfile -t torture < <(node_files torture | grep '/[1-4][^/]*$')

# Two lanes for two cores: the stacks wait more than they work, so they may overlap the rest.
(
	trap - EXIT
	trap interrupted INT TERM
	runner house node_run "${house[@]}"
	runner unit unit_run
	runner sql sql_run
	runner fuzz fuzz_run
	runner soak soak_run
	runner browser node_run "${browser[@]}"
	[ "${#gates[@]}" = 0 ] || runner gates node_run "${gates[@]}"
	runner torture node_run "${torture[@]}"
) &
lane=$!
runner api node_run "${api[@]}"
wait "$lane" || echo "--- the other lane ended with status $?"

for name in house unit sql fuzz soak api browser torture ${gates:+gates}; do
	cat "$REPORTS/$name.count" 2>/dev/null || echo 0 1	# it never came to its end
done | awk '{ passed += $1; failed += $2 }
	END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }'
