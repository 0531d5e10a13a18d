#!/usr/bin/env bash
# "make check": install what tests need, build, run every test, count.  The last line is
# "N passed, N failed"; the counts are taken from the TAP that everything prints.
# "make check SAN=1" is the same against the sanitizer build.
#
# The tests are parts (house, api, browser, …), and a part is made of tasks: a file, or a runner of many small
# programs.  Lanes take the next task that nobody has taken, each with a stack of its own.  What is judged by the
# clock, and what counts what the others have reached, comes after them, one at a time.
set -eu
. "$(dirname "$0")/support/setup.sh"

REPORTS=$VAR/check
ARTEFACTS=$VAR/artefacts	# screenshots, for people to look at
FILE_SECONDS=600		# a test file that takes longer has hung
FUZZ_SECONDS=10			# random inputs for each target; "make fuzz" takes its time
SOAK_SECONDS=20			# the same for "make soak"
LANES=$(($(nproc) + 2))		# tests wait a third of their time

work=$(mktemp -d /tmp/kassa-check.XXXXXX)
chmod 0755 "$work"
# shellcheck disable=SC2317 # the trap reaches it
finish() {
	trap '' INT TERM
	local folder
	for folder in postgres prepared/postgres; do
		bash "$TOP/conf/dev/cluster.sh" stop "$work/$folder" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap finish EXIT
# Each lane ends what it has started; what it was just doing cleans up after itself.
# shellcheck disable=SC2317
interrupted() {
	trap '' INT TERM
	# shellcheck disable=SC2046 # words are wanted
	kill $(jobs -p) 2>/dev/null || true
	wait
	exit 130
}
trap interrupted INT TERM

# --- tasks: a line of such a list is the part's name, and a command -----------------------------

PARTS=()

# part NAME TASK…: tasks of a part, in the order in which they are begun.
part() {
	tasks_add "$work/tasks" "$@"
}

# part_late NAME TASK…: tasks of it that have the machine to themselves.
part_late() {
	tasks_add "$work/late" "$@"
}

# tasks_add LIST PART TASK…
tasks_add() {
	local list=$1 name=$2 task
	shift 2
	[ $# != 0 ] || return 0
	if [ ! -e "$REPORTS/$name" ]; then
		PARTS+=("$name")
		mkdir "$REPORTS/$name"
	fi
	for task in "$@"; do
		printf '%s %s\n' "$name" "$task" >> "$list"
		: > "$(task_file "$name" "$task").todo"
	done
}

# task_file PART TASK: of its report, without an ending.
task_file() {
	local name=${2#"$TESTS/"}
	printf '%s/%s/%s' "$REPORTS" "$1" "${name//\//_}"
}

# lanes COUNT LIST: do its tasks.
lanes() {
	local i pid pids=()
	exec 9< "$2"
	for ((i = 0; i < $1; i++)); do
		(
			trap - EXIT
			trap interrupted INT TERM
			lane
		) &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || echo "--- a lane ended with status $?"
	done
}

# lane: do tasks until there are none.  All lanes read the same open file, one at a time.
lane() {
	local part task
	exec 8> "$work/lock"
	while flock 8 && read -r part task <&9; do
		flock -u 8
		task_run "$part" "$task"
		flock 8
		part_ended "$part"
		flock -u 8
	done
}

# task_run PART TASK: into its report; a file of tests is Node's, anything else one of the runners below.
task_run() {
	local file command=("$2") status=0 began=$SECONDS
	file=$(task_file "$1" "$2")
	[ "${2%.mjs}" = "$2" ] || command=(node_run "$2")
	"${command[@]}" > "$file.tap" 2> "$file.err" 8>&- 9<&- || status=$?
	printf '%s %s\n' "$status" $((SECONDS - began)) > "$file.status"
	rm "$file.todo"
}

# part_ended PART: say so, if this was its last task.
part_ended() {
	local todo
	todo=$(find "$REPORTS/$1" -name '*.todo')
	[ -n "$todo" ] || report "$1"
}

# --- runners: speak TAP ------------------------------------------------------------------------

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
	for program in "$COUNTED"/unit/*_test; do
		CMOCKA_MESSAGE_OUTPUT=TAP GCOV_ERROR_FILE=/dev/null limited "$(basename "$program")" "$program" || all=1
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

node_run() {
	local build=$BUILD status=0
	if grep -qxF "${1#"$TOP/"}" "$TESTS/gates/counted.txt"; then
		build=$COUNTED
		umask 0	# root starts the servers, and another user goes on with the same counters
	fi
	limited "${1#"$TESTS/"}" env KASSA_BUILD="$build" GCOV_PREFIX="$TEST_COUNTERS" GCOV_ERROR_FILE=/dev/null \
	    TEST_ARTEFACTS="$ARTEFACTS" node --test-reporter=tap "$1" || status=$?
	umask 022
	return "$status"
}

# node_files FOLDER…: in the order of their names.
node_files() {
	local folder
	for folder in "$@"; do
		[ ! -d "$TESTS/$folder" ] || find "$TESTS/$folder" -name '*.test.mjs' | sort
	done
}

# --- counting ---------------------------------------------------------------------------------

# tap_count FILE: "passed failed" in it.  Node says its own sums (its lines nest); others are counted by line,
# and so is what was stopped.
tap_count() {
	awk '
		/^# pass [0-9]+$/ { pass += $3; sums = 1 }
		/^# (fail|cancelled) [0-9]+$/ { fail += $3 }
		/^not ok - / && /: (stopped|ended)/ { stopped++; next }
		/^not ok/ { bad++; next }
		/^ok / && !/# (SKIP|skip)/ { good++ }
		END { print sums ? pass + 0 : good + 0, (sums ? fail : bad) + stopped }
	' "$1"
}

# report PART: its line, and what failed in it.
report() {
	local tap file passed failed status took sum_passed=0 sum_failed=0 seconds=0
	for tap in "$REPORTS/$1"/*.tap; do
		file=${tap%.tap}
		read -r status took < "$file.status"
		read -r passed failed <<< "$(tap_count "$tap")"
		if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then
			failed=1
			echo "# it ended with status $status after $passed tests" >> "$tap"
		fi
		[ "$failed" = 0 ] || failures_show "$file"
		sum_passed=$((sum_passed + passed))
		sum_failed=$((sum_failed + failed))
		seconds=$((seconds + took))
	done
	printf '%s %s\n' "$sum_passed" "$sum_failed" > "$REPORTS/$1.count"
	step "$1" "$sum_passed passed, $sum_failed failed ($seconds s)"
}

# failures_show FILE: failing tests with what they said; all of it is in the report.
failures_show() {
	echo "--- $(place "$1.tap")"
	awk '
		/^ *not ok/ { lines = 40 }
		/^ *ok / { lines = 0 }
		/^# it ended/ { lines = 1 }
		lines-- > 0
	' "$1.tap" | head -n 400
	tail -n 30 "$1.err"
	echo "---"
}

# --- all of it --------------------------------------------------------------------------------

cd "$TOP"
setup
# What the gates ask does not depend on the build.
if [ "$BUILD" = "$TOP/build" ]; then
	GATES=yes
	COUNTED=$BUILD/cov
	make_here COV=1 all unit
	find "$COUNTED" -name '*.gcda' -delete
else
	GATES=
	COUNTED=$BUILD
	make_here unit
fi
export TEST_COUNTERS=$work/counters
mkdir "$TEST_COUNTERS"
chmod 0777 "$TEST_COUNTERS"
rm -rf "$REPORTS"
mkdir -p "$REPORTS" "$ARTEFACTS"

# One cluster for the SQL tests; the others bring their own.
socket=$(bash conf/dev/cluster.sh start "$work/postgres" fast)
KASSA_OWNER_DATABASE="host=$socket dbname=kassa user=kassa_owner" "$BUILD/kassactl" migrate > "$work/out" ||
    { cat "$work/out"; fail "the migrations in sql/ could not be applied"; }
"$POSTGRES_BIN/psql" -X -q -h "$socket" -U postgres -d kassa -c 'create extension pgtap'

# The stacks begin with a copy of this one: making a cluster takes longer than many a test.
export TEST_PREPARED=$work/prepared
KASSA_VAR="$TEST_PREPARED" KASSA_BUILD="$BUILD" bash conf/dev/prepare.sh fast > "$work/out" 2>&1 ||
    { cat "$work/out"; fail "conf/dev/prepare.sh could not prepare a stack"; }
bash conf/dev/cluster.sh stop "$TEST_PREPARED/postgres"

# What waits or is long comes early, what is short comes last: no lane ends long before the others.
mapfile -t files < <(node_files house)
part house "${files[@]}"
if [ -n "$GATES" ]; then
	mapfile -t files < <(node_files gates | grep -v /coverage)
	part gates "${files[@]}"
	part_late gates "$TESTS/gates/coverage.test.mjs"
fi
mapfile -t files < <(node_files sql api)
part api "${files[@]}"
mapfile -t files < <(node_files browser)
part browser "${files[@]}"
part unit unit_run
part fuzz fuzz_run
part soak soak_run
part bench "$TESTS/bench/bench.test.mjs"
# Files from 50 on take minutes: "make torture" has them.
mapfile -t files < <(node_files torture | grep '/[1-4][^/]*$')
part torture "${files[@]}"
part sql sql_run
mapfile -t files < <(node_files timed)
part_late timed "${files[@]}"

lanes "$LANES" "$work/tasks"
lanes 1 "$work/late"

for name in "${PARTS[@]}"; do
	cat "$REPORTS/$name.count" 2>/dev/null || echo 0 1	# it never came to its end
done | awk '{ passed += $1; failed += $2 }
	END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }'
