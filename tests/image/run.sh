#!/usr/bin/env bash
# "make check-image": build the images of Dockerfile, start docker-compose.yml from them, and try both.  The
# last line is "N passed, N failed".  Needs root, for containers.
#
# Nothing is pulled: the base is made by mmdebstrap, and PostgreSQL's image is a stand-in (postgres/).  Base and
# images stay in var/image/ for the next time; containers do not.
set -eu
. "$(dirname "$0")/../../conf/dev/lib.sh"

HERE=$TOP/tests/image
KEPT=$VAR/image
LIMIT_SECONDS=280	# a run that takes longer has hung
export BUILDAH_ISOLATION=chroot

[ "$(id -u)" = 0 ] || fail "containers are made by root here" "try: sudo make check-image"
bash "$TOP/conf/dev/packages.sh" image
mkdir -p "$KEPT"
exec 9> "$KEPT/lock"
flock -n 9 || fail "make check-image runs already in $(place "$KEPT")"
work=$(mktemp -d /tmp/kassa-image.XXXXXX)
# The store remembers this place, so it is the same each time; and it has to be short.
running=/tmp/kassa-image-$(printf '%s' "$KEPT" | sha256sum | cut -c1-12)
trying=
# shellcheck disable=SC2317 # the trap reaches it
finish() {
	trap '' INT TERM
	[ -z "$trying" ] || { kill "$trying" && wait "$trying"; } 2> /dev/null || true
	[ ! -e "$work/containers.conf" ] || { podman rm -fa -t 1; podman volume rm -fa; } > /dev/null 2>&1 || true
	rm -rf "$work" "$running"
}
trap finish EXIT
trap 'exit 130' INT TERM

# --- where containers live ---------------------------------------------------------------------

# An overlay cannot lie on another one; copies always work, and are slow.
driver=overlay
[ "$(stat -f -c %T "$KEPT")" != overlayfs ] || driver=vfs
cat > "$work/storage.conf" <<-CONF
	[storage]
	driver = "$driver"
	graphroot = "$KEPT/store"
	runroot = "$running"
CONF
# Limits of a machine that is a container itself; no systemd, so cgroups by hand.
cat > "$work/containers.conf" <<-CONF
	[containers]
	default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
	netns = "host"
	[engine]
	runtime = "runc"
	cgroup_manager = "cgroupfs"
	events_logger = "file"
CONF
export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf

# --- images ------------------------------------------------------------------------------------

# logged WHAT COMMAND…: its output is shown when it fails.
logged() {
	local what=$1 began=$SECONDS
	shift
	"$@" > "$work/log" 2>&1 9>&- || { tail -n 40 "$work/log" >&2; fail "$what failed"; }
	step image "$what ($((SECONDS - began)) s)"
}

base_make() {
	[ -s "$KEPT/base.tar" ] || {
		mmdebstrap --variant=minbase bookworm "$KEPT/base.new.tar" &&
		mv "$KEPT/base.new.tar" "$KEPT/base.tar"
	} || return 1
	podman image exists docker.io/library/debian:bookworm-slim ||
	    podman import -c 'CMD ["bash"]' "$KEPT/base.tar" docker.io/library/debian:bookworm-slim
}

# image_build NAME FOLDER [OPTION…]: steps that did not change are taken from the last time.
image_build() {
	local name=$1 folder=$2
	shift 2
	buildah bud --isolation chroot --pull-never --layers --format docker "$@" \
	    -t "docker.io/library/$name" "$folder"
}

logged "base" base_make
logged "kassa" image_build kassa "$TOP" --build-arg REVISION=tested
logged "kassa-nginx" image_build kassa-nginx "$TOP" --target nginx
logged "kassa-simulator" image_build kassa-simulator "$TOP" --target simulator
logged "postgres, a stand-in" image_build postgres:15-bookworm "$HERE/postgres"
# Steps of earlier versions; those of the last week may be in use.
podman image prune -f --filter until=168h > /dev/null 2>&1

# --- the test, in a network of its own: only loopback, and no port that somebody else has --------

export COMPOSE_FOLDER=$work/compose
logged "secrets and settings" bash "$TOP/conf/compose/prepare.sh"
export DOCKER_HOST=unix://$work/podman.sock
python3 -c 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)' \
    < "$TOP/docker-compose.yml" > "$work/compose.json"
export IMAGE_WORK=$work NODE_EXTRA_CA_CERTS=$COMPOSE_FOLDER/secrets/tls-certificate
status=0
# shellcheck disable=SC2016 # the inner shell expands it
timeout -k 20 "$LIMIT_SECONDS" unshare --net bash -c 'exec 9>&-
	ip link set lo up
	podman system service --time 0 "$DOCKER_HOST" 2> "$IMAGE_WORK/service.log" &
	service=$!
	trap "kill $service" EXIT
	node --test-reporter=tap "$1"/image.test.mjs
' image "$HERE" > "$work/tap" &
trying=$!	# in the background, since a trap waits for what is in the foreground
wait "$trying" || status=$?
trying=
cat "$work/tap"
awk -v status="$status" '
	/^# pass [0-9]+$/ { pass = $3 }
	/^# (fail|cancelled) [0-9]+$/ { fail += $3 }
	END {
		if (pass + fail == 0 || (status != 0 && fail == 0))
			fail++
		printf "%d passed, %d failed\n", pass, fail
		exit fail > 0
	}' "$work/tap"
