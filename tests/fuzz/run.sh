#!/usr/bin/env bash
# "make fuzz": each target first on the inputs of corpus/, which must pass, then on random ones for
# FUZZ_SECONDS.  Speaks TAP; the last line says what was found, and so does the exit status.
# "make check" runs it for a few seconds.
#
# New inputs that reach new code are kept in var/fuzz/corpus/ and tried again next time; what fails is
# kept in var/fuzz/finds/.  To try one alone: build/fuzz/query_fuzz var/fuzz/finds/query-crash-…
set -eu
. "$(dirname "$0")/../../conf/dev/lib.sh"

SECONDS_EACH=${FUZZ_SECONDS:-600}
RSS_MB=1024		# a target that needs more is a finding
ONE_SECONDS=10		# and so is one that takes longer for one input
FINDS=$VAR/fuzz/finds

# Target and its longest input in bytes: beyond it nothing new is reached, only more slowly.
TARGETS="query:4096 money:64"

count=0
failed=0

# result STATUS TEXT: a line of TAP.
result() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
	fi
}

# fuzzer NAME WHAT ARGUMENT…: run a target; its chatter goes to a log, of which a failure shows the end.
fuzzer() {
	local name=$1 what=$2 log=$FINDS/$1.log status=0
	shift 2
	# In the background, since a trap waits for what is in the foreground.
	"$TOP/build/fuzz/${name}_fuzz" -rss_limit_mb="$RSS_MB" -timeout="$ONE_SECONDS" \
	    -artifact_prefix="$FINDS/$name-" "$@" > "$log" 2>&1 &
	child=$!
	wait "$child" || status=$?
	child=
	result "$status" "$what$(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\) .*/: \1 inputs in \2 s/p' "$log")"
	[ "$status" = 0 ] || tail -n 40 "$log" | sed 's/^/  # /'
}

child=
# shellcheck disable=SC2317 # the trap reaches it
interrupted() {
	[ -z "$child" ] || kill "$child" 2>/dev/null || true
	exit 130
}
trap interrupted INT TERM

command -v clang-14 > /dev/null || fail "clang-14 is missing" \
    "ask for: apt-get install -y --no-install-recommends clang libclang-rt-14-dev"
make_here fuzzers
mkdir -p "$FINDS"
for target in $TARGETS; do
	name=${target%:*}
	seeds=$TOP/tests/fuzz/corpus/$name
	mkdir -p "$VAR/fuzz/corpus/$name"
	fuzzer "$name" "$name: all $(find "$seeds" -type f | wc -l) inputs of corpus/$name pass" "$seeds" -runs=0
	fuzzer "$name" "$name: random inputs find nothing" -max_len="${target#*:}" -max_total_time="$SECONDS_EACH" \
	    -dict="$TOP/tests/fuzz/$name.dict" "$VAR/fuzz/corpus/$name" "$seeds"
done
echo "1..$count"
if [ "$failed" != 0 ]; then
	echo "# fuzz: $failed of $count failed; the inputs are in $(place "$FINDS")"
	exit 1
fi
echo "# fuzz: nothing found"
