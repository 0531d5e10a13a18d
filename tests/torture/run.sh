#!/usr/bin/env bash
# "make torture": HTTP of every wrong kind, slow clients, clients that vanish, and load, against Kassa alone and
# behind nginx; what vanishes and load also against the sanitizer build.  It prints its figures; the last line is
# "N passed, N failed".  Files below 50 are also a part of "make check".
set -eu
. "$(dirname "$0")/../support/setup.sh"

REPORTS=$VAR/torture
FILE_SECONDS=600	# a file that takes longer has hung

cd "$TOP"
[ "$(basename "$BUILD")" != san ] || fail "make torture makes both builds itself" "leave out SAN=1"
bash conf/dev/packages.sh check
node_modules_install
SAN_BUILD=$BUILD/san
make_here all
BUILD=$SAN_BUILD make_here all
step build "programs in $(place "$BUILD"), the same under sanitizers in $(place "$SAN_BUILD")"
rm -rf "$REPORTS"
mkdir -p "$REPORTS"

# tortured BUILD FILE…: one after the other; figures and failures are shown, counts kept.
tortured() {
	local file name build=$1
	shift
	for file in "$@"; do
		name=$(basename "$file" .test.mjs)-$(basename "$build")
		step torture "$name"
		KASSA_BUILD=$build timeout -k 10 "$FILE_SECONDS" node --test-reporter=tap "$file" \
		    > "$REPORTS/$name.tap" 2> "$REPORTS/$name.err" ||
		    echo "# $name ended with status $?" >> "$REPORTS/$name.tap"
		show "$name"
	done
}

# show NAME: its figures, what failed, and its sums into NAME.count.  A file without sums has failed.
show() {
	sed -n 's/^ *# \(.*[0-9].*\)$/             \1/p' "$REPORTS/$1.tap" |
	    grep -Ev '^ *(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms|Subtest:) ' | cut -c 1-200 || true
	awk '/^ *not ok/ { lines = 30 } /^ *ok / { lines = 0 } lines-- > 0' "$REPORTS/$1.tap" | head -n 200
	awk '
		/^# pass [0-9]+$/ { pass = $3; sums = 1 }
		/^# (fail|cancelled) [0-9]+$/ { fail += $3 }
		END { print pass + 0, sums ? fail + 0 : 1 }
	' "$REPORTS/$1.tap" > "$REPORTS/$1.count"
}

tortured "$BUILD" tests/torture/*.test.mjs
tortured "$SAN_BUILD" tests/torture/10-*.test.mjs tests/torture/5[1-9]-*.test.mjs

cat "$REPORTS"/*.count | awk '{ passed += $1; failed += $2 }
	END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }'
