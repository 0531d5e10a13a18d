#!/usr/bin/env bash
# Which Debian packages Kassa needs, and why.  As root it installs those that are missing; an
# ordinary user is told the command.  Used by run.sh ("run"), tests/run.sh ("check"), tests/image/run.sh ("image").
set -eu
. "$(dirname "$0")/lib.sh"

# The reasons are in README.md, "Dependencies".
RUN="build-essential curl kore libpq-dev libcurl4-openssl-dev libssl-dev libyajl-dev postgresql-15"
RUN="$RUN ca-certificates openssl"
CHECK="libcmocka-dev postgresql-15-pgtap libtap-parser-sourcehandler-pgtap-perl"
CHECK="$CHECK postgresql-15-plpgsql-check chromium-headless-shell wrk"
CHECK="$CHECK clang libclang-rt-14-dev"
CHECK="$CHECK prometheus"
CHECK="$CHECK clang-format clang-tidy cppcheck git shellcheck systemd"
CHECK="$CHECK nginx-light slowhttptest"
IMAGE="mmdebstrap buildah podman runc uidmap docker-compose python3-yaml iproute2 openssl"

# missing PACKAGE…: those that are not installed.
missing() {
	local package
	for package in "$@"; do
		case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
		installed) ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

# node_packages: Node from elsewhere is as good as Debian's.
node_packages() {
	case $(node --version 2>/dev/null) in
	v1[89].* | v[2-9][0-9].*) ;;
	*) printf 'nodejs ' ;;
	esac
	command -v npm >/dev/null || printf 'npm '
}

[ -e /etc/debian_version ] || fail "this is not Debian" \
    "install what README.md lists under Dependencies, then run make, conf/dev/prepare.sh by hand"
case ${1:-} in
run) wanted=$RUN ;;
check) wanted="$RUN $CHECK $(node_packages)" ;;
image) wanted="$IMAGE $(node_packages)" ;;
*) fail "usage: packages.sh run|check|image" ;;
esac

# shellcheck disable=SC2086 # words are wanted
lacking=$(missing $wanted)
if [ -z "$lacking" ]; then
	step packages "all there"
	exit 0
fi
if [ "$(id -u)" != 0 ]; then
	fail "these Debian packages are missing: $lacking" \
	    "ask for: sudo apt-get install -y --no-install-recommends $lacking"
fi
step packages "installing $lacking"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
if ! { apt-get update && apt-get install -y --no-install-recommends $lacking; } > "$log" 2>&1; then
	tail -n 15 "$log" >&2
	fail "apt-get could not install them" \
	    "look at the lines above; then: apt-get install -y --no-install-recommends $lacking"
fi
