#!/usr/bin/env bash
# A private PostgreSQL 15 cluster on a Unix socket, with Kassa's roles and databases in it.
#   cluster.sh start FOLDER [durable|fast]   prints the socket's folder; fast: no fsync, for tests
#   cluster.sh stop FOLDER
# Used by prepare.sh, run.sh, down.sh and by the tests.
set -eu
. "$(dirname "$0")/lib.sh"

SOCKET_PATH_MAX=107	# bytes of a Unix socket's path, sockaddr_un(7)

# folder_make: as root it belongs to the user postgres, who has to reach it from /.
folder_make() {
	mkdir -p "$FOLDER"
	give "$DATABASE_USER" "$FOLDER"
	chmod 0711 "$FOLDER"
	local above=$FOLDER
	while ! as_database_user test -x "$above"; do
		above=$(dirname "$above")
		if as_database_user test -x "$(dirname "$above")"; then
			fail "user $DATABASE_USER cannot enter $above" \
			    "choose another place for the data, like: make run KASSA_VAR=/var/lib/kassa"
		fi
	done
}

# socket_folder: inside the cluster's folder, or in /tmp when its path would be too long.
socket_folder() {
	local inside=$FOLDER/socket path=$FOLDER/socket/.s.PGSQL.5432
	if [ "$(printf '%s' "$path" | wc -c)" -gt "$SOCKET_PATH_MAX" ]; then
		inside=$(cat "$FOLDER/socket-folder" 2>/dev/null || true)
		if [ ! -d "$inside" ]; then
			inside=$(mktemp -d /tmp/kassa-socket.XXXXXX)
			printf '%s\n' "$inside" > "$FOLDER/socket-folder"
		fi
	fi
	mkdir -p "$inside"
	give "$DATABASE_USER" "$inside"
	chmod 0755 "$inside"
	printf '%s' "$inside"
}

# data_make OPTION: under another name first, so that a half-made one is never used.
data_make() {
	[ ! -e "$DATA/PG_VERSION" ] || return 0
	rm -rf "$DATA.new"
	# shellcheck disable=SC2086 # no option is no word
	as_database_user "$POSTGRES_BIN/initdb" -D "$DATA.new" -U postgres -A peer -E UTF8 \
	    --locale=C.UTF-8 --data-checksums $1 > "$FOLDER/initdb.log" 2>&1 ||
	    { tail -n 5 "$FOLDER/initdb.log" >&2; fail "initdb could not make a cluster in $FOLDER"; }
	printf "include 'kassa.conf'\n" >> "$DATA.new/postgresql.conf"
	mv "$DATA.new" "$DATA"
}

# conf_write SOCKET fsync: written at each start, since users and places may have changed.
conf_write() {
	cat > "$DATA/kassa.conf" <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$1'
		fsync = $2
		synchronous_commit = $2
		full_page_writes = $2
		max_connections = 200
		timezone = 'UTC'
		log_timezone = 'UTC'
		log_line_prefix = '%m [%p] %q%u@%d '
	CONF
	# The second line is for base backups and standbys (docs/backup.md).
	printf 'local %s all peer map=kassa\n' all replication > "$DATA/pg_hba.conf"
	# Who works here may be anyone; the servers' users may be the servers' roles and nothing else.
	{
		for role in postgres kassa_owner kassa_server kassa_simulator; do
			printf 'kassa %s %s\n' "$(id -un)" "$role"
		done
		printf 'kassa %s postgres\n' "$DATABASE_USER"
		printf 'kassa %s kassa_server\n' "$SERVER_USER"
		printf 'kassa %s kassa_simulator\n' "$SIMULATOR_SERVER_USER"
	} | sort -u > "$DATA/pg_ident.conf"
	give "$DATABASE_USER" "$DATA/kassa.conf" "$DATA/pg_hba.conf" "$DATA/pg_ident.conf"
}

# roles_make SOCKET: roles and databases, which a migration cannot make for itself.
roles_make() {
	"$POSTGRES_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$1" -U postgres -d postgres \
	    -f "$TOP/conf/roles.sql" > /dev/null
}

start() {
	local fsync=on initdb_option="" socket
	[ -x "$POSTGRES_BIN/postgres" ] || fail "PostgreSQL 15 is not installed" \
	    "apt-get install -y --no-install-recommends postgresql-15"
	case ${1:-durable} in
	durable) ;;
	fast) fsync=off initdb_option=--no-sync ;;
	*) fail "usage: cluster.sh start FOLDER [durable|fast]" ;;
	esac
	folder_make
	data_make "$initdb_option"
	socket=$(socket_folder)
	if as_database_user "$POSTGRES_BIN/pg_ctl" -D "$DATA" status >/dev/null; then
		printf '%s\n' "$socket"
		return
	fi
	conf_write "$socket" "$fsync"
	as_database_user "$POSTGRES_BIN/pg_ctl" -D "$DATA" -l "$FOLDER/postgresql.log" -w -t 60 start \
	    > /dev/null || { tail -n 5 "$FOLDER/postgresql.log" >&2
	    fail "PostgreSQL did not start" "its log is $FOLDER/postgresql.log"; }
	roles_make "$socket"
	printf '%s\n' "$socket"
}

stop() {
	if as_database_user "$POSTGRES_BIN/pg_ctl" -D "$DATA" status >/dev/null 2>&1; then
		as_database_user "$POSTGRES_BIN/pg_ctl" -D "$DATA" -m fast -w -t 60 stop >/dev/null
	fi
	if [ -e "$FOLDER/socket-folder" ]; then
		rm -rf "$(cat "$FOLDER/socket-folder")" "$FOLDER/socket-folder"
	fi
}

[ $# -ge 2 ] || fail "usage: cluster.sh start|stop FOLDER [durable|fast]"
FOLDER=$2
DATA=$FOLDER/data
case $1 in
start) start "${3:-durable}" ;;
stop) stop ;;
*) fail "usage: cluster.sh start|stop FOLDER [durable|fast]" ;;
esac
