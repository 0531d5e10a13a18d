#!/usr/bin/env bash
# "make gates": what is asked of the code beside that it works.  Without a name all of them, else those named:
#   analysis   clang-tidy and cppcheck find nothing in src/
#   coverage   lines of src/core, src/pay, src/store that tests run (make coverage: the table of all rooms)
#   flags      everything is compiled with warnings as errors
#   format     clang-format, blanks, lengths of lines
#   links      links of README.md and docs/ lead somewhere
#   scripts    shellcheck finds nothing
#   sbom       the bill of materials is valid, and true of this machine
#   secrets    no key or token in the tree or in a commit
#   sql        plpgsql_check on the simulator's functions too; Kassa's own are checked by tests/sql
# "make check" runs them as one of its parts.  Speaks TAP.
set -eu
. "$(dirname "$0")/../support/setup.sh"

cd "$TOP"
setup
if [ "${1:-}" = coverage-table ]; then
	exec node tests/gates/coverage.mjs
fi
all=0
for gate in "${@:-*}"; do
	for file in tests/gates/$gate.test.mjs; do
		echo "# $file"
		node --test-reporter=tap "$file" || all=1
	done
done
exit "$all"
