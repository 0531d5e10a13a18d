# What tests and benchmark need before they start: packages, Node modules, a build.
# Sourced by tests/run.sh and tests/bench/run.sh; bash.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/../../conf/dev/lib.sh"

TESTS=$TOP/tests

setup() {
	bash "$TOP/conf/dev/packages.sh" check
	node_modules_install
	make_here all
	make_here CRASH=1 kassa
	step build "programs in $(place "$BUILD")"
}

node_modules_install() {
	if ! cmp -s "$TESTS/package-lock.json" "$TESTS/node_modules/.kassa-lock"; then
		step npm "installing what tests/package.json names"
		npm ci --prefix "$TESTS" --ignore-scripts --no-audit --no-fund --loglevel=error ||
		    fail "npm could not install the tests' packages" "is the npm registry reachable?"
		cp "$TESTS/package-lock.json" "$TESTS/node_modules/.kassa-lock"
	fi
}
