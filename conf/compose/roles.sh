#!/bin/sh
# Roles and databases with the passwords of the secrets; docker-compose.yml runs it at every start, so a changed
# password is in force after the next one.
set -eu
PGPASSWORD=$(cat /run/secrets/postgres-password)
export PGPASSWORD PGUSER=postgres PGDATABASE=postgres

# password ROLE: the one in the connection that the server is given for it.
password() {
	sed -n 's/.*password=\([^ ]*\).*/\1/p' "/run/secrets/$1-database"
}

run_sql() {
	psql -X -q -v ON_ERROR_STOP=1 "$@"
}

run_sql -f /conf/roles.sql
for role in owner server simulator; do
	secret=$(password "$role")
	[ -n "$secret" ] || { echo "the secret $role-database has no password=" >&2; exit 1; }
	# By standard input: arguments can be seen by others.
	run_sql <<-SQL
		\set secret '$secret'
		alter role kassa_$role password :'secret';
	SQL
done
echo "roles and databases are there"
