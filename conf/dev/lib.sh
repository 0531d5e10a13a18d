# What the scripts beside this file share: words for the user, places, users, processes.
# Sourced by packages.sh, cluster.sh, prepare.sh, run.sh, up.sh, down.sh and tests/run.sh; bash.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the places and users are for those who source this

umask 022	# PostgreSQL's user passes through what is made here; secrets say so themselves
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VAR=${KASSA_VAR:-$TOP/var}
case $VAR in /*) ;; *) VAR=$PWD/$VAR ;; esac
BUILD=${KASSA_BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
KASSA_PORT=${KASSA_PORT:-8080}
SIMULATOR_PORT=${SIMULATOR_PORT:-8090}
POSTGRES_BIN=/usr/lib/postgresql/15/bin

# Root runs nothing as root: PostgreSQL refuses it, and Kassa gives it up.
if [ "$(id -u)" = 0 ]; then
	DATABASE_USER=postgres
	SERVER_USER=${KASSA_USER:-nobody}
	SIMULATOR_SERVER_USER=${SIMULATOR_USER:-nobody}
else
	DATABASE_USER=$(id -un)
	SERVER_USER=$DATABASE_USER
	SIMULATOR_SERVER_USER=$DATABASE_USER
fi

# step WHAT TEXT: one line for each thing done.
step() {
	printf '  %-10s %s\n' "$1" "$2"
}

# fail TEXT [WHAT TO DO]: say both and stop.
fail() {
	printf '\nkassa: %s\n' "$1" >&2
	[ -z "${2:-}" ] || printf '       %s\n' "$2" >&2
	exit 1
}

# make_here TARGET…: into $BUILD.  Started from a make of its own, so that one's flags are not passed on.
make_here() {
	local san=""
	[ "$(basename "$BUILD")" != san ] || san=SAN=1
	# shellcheck disable=SC2086 # no option is no word
	(unset MAKEFLAGS MFLAGS MAKELEVEL SAN KASSA_BUILD
	exec make -s -C "$TOP" -j"$(nproc)" $san "$@" 9>&-) ||
	    fail "the build failed" "the first error above says where"
}

# place PATH: the path as short as it can be said.
place() {
	case $1 in "$TOP"/*) printf '%s' "${1#"$TOP"/}" ;; *) printf '%s' "$1" ;; esac
}

# as_database_user COMMAND…: from /, since that user may not enter this folder.
as_database_user() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec setpriv --reuid "$DATABASE_USER" --regid "$DATABASE_USER" --init-groups "$@")
	else
		"$@"
	fi
}

# give USER PATH…: only root can, and only root has to.
give() {
	local user=$1
	shift
	[ "$(id -u)" != 0 ] || chown "$user" "$@"
}

# process_start PID: its start time in ticks since boot; a number is used again, this pair is not.
# A process that has ended and only waits for its parent to notice has none.
process_start() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# shellcheck disable=SC2086 # words are wanted
	set -- ${stat##*) }
	[ "$1" != Z ] && printf '%s' "${20}"
}

# process_remember PID FILE
process_remember() {
	printf '%s %s\n' "$1" "$(process_start "$1" || echo gone)" > "$2"
}

# process_of FILE: the remembered process's number, if it is still that process.
process_of() {
	local pid start
	read -r pid start 2>/dev/null < "$1" || return 1
	[ "$(process_start "$pid")" = "$start" ] || return 1
	printf '%s' "$pid"
}

# process_stop FILE [SECONDS]: SIGTERM, wait for its end, SIGKILL after that.
process_stop() {
	local pid tries=$((${2:-15} * 20))
	if pid=$(process_of "$1"); then
		kill -TERM "$pid" 2>/dev/null || true
		while [ "$tries" -gt 0 ] && process_of "$1" >/dev/null; do
			sleep 0.05
			tries=$((tries - 1))
		done
		if [ "$tries" = 0 ]; then
			step stop "process $pid did not stop in ${2:-15} s: killed"
			kill -KILL "$pid" 2>/dev/null || true
		fi
	fi
	rm -f "$1"
}

# port_is_taken PORT
port_is_taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# is_ready PORT: whether GET /readyz is answered with 200.
is_ready() {
	local status
	status=$(
		exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
		printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
		read -r -t 2 status <&3 && printf '%s' "$status"
	) || return 1
	case $status in *" 200 "*) return 0 ;; *) return 1 ;; esac
}
