#!/usr/bin/env bash
# What docker-compose.yml needs before its first start, where it is missing: secrets, settings to begin with,
# and a certificate of our own making to try it with.  What is there is never touched.
#   prepare.sh [https://pay.example.com]         where browsers reach it; https://localhost:8443
# COMPOSE_FOLDER says where, as it does for docker-compose.yml.  Needs openssl.
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
FOLDER=${COMPOSE_FOLDER:-$TOP/var/compose}
SECRETS=$FOLDER/secrets
PUBLIC=${1:-https://localhost:8443}
SIMULATOR=http://localhost:${SIMULATOR_PORT:-8090}

fail() {
	printf 'prepare.sh: %s\n' "$1" >&2
	exit 1
}

# keep NAME: standard input becomes that secret; half of one never does.
keep() {
	cat > "$SECRETS/.$1.new"
	[ -s "$SECRETS/.$1.new" ] || fail "the secret $1 came out empty"
	# Others may read it, who cannot get here: in containers it is read by users of theirs.
	chmod 0444 "$SECRETS/.$1.new"
	mv "$SECRETS/.$1.new" "$SECRETS/$1"
	printf '  made       %s\n' "secrets/$1"
}

lacks() {
	[ ! -e "$SECRETS/$1" ]
}

# database_keep NAME DATABASE: a connection as that role, with a new password.
database_keep() {
	! lacks "$1-database" || printf 'host=database dbname=%s user=kassa_%s password=%s\n' \
	    "$2" "$1" "$(openssl rand -hex 24)" | keep "$1-database"
}

# certificate_make NAME: for a name or an address, good for a year, believed by nobody but who is told to.
certificate_make() {
	local kind=DNS
	case $1 in *[!0-9.]*) ;; *) kind=IP ;; esac
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
	    -subj "/CN=$1" -addext "subjectAltName=$kind:$1" \
	    -keyout "$SECRETS/.key" -out "$SECRETS/.certificate" 2> /dev/null ||
	    fail "openssl could not make a certificate for $1"
	keep tls-key < "$SECRETS/.key"
	keep tls-certificate < "$SECRETS/.certificate"
	rm "$SECRETS/.key" "$SECRETS/.certificate"
}

# webhook_key NUMBER: the public half of that key of the file, on one line.
webhook_key() {
	awk -v want="$1" '/^-----BEGIN/ { at++ } at == want' "$SECRETS/webhook-keys" |
	    openssl pkey -pubout -outform DER | openssl base64 -A
}

settings_write() {
	cat > "$FOLDER/.settings.new" <<-SETTINGS
		# Kassa's settings, one a line, without quotes; README.md has them all.  Secrets are not among them.
		KASSA_PUBLIC_URL=$PUBLIC
		KASSA_WORKERS=2

		# Against the simulator (docker compose --profile demo up).  For the real platform these become its own
		# values, or go where their defaults are the platform's: the two KASSA_WEBHOOK_ keys.
		KASSA_PLATFORM_URL=http://simulator:8090
		KASSA_AUTHORIZE_URL=$SIMULATOR/v2/oauth/chooselocation
		KASSA_CLIENT_ID=65f0b217a05c774da7f1efa5-demo
		KASSA_FRAME_ANCESTORS=https: $SIMULATOR
		KASSA_WEBHOOK_KEY=$(webhook_key 1)
		KASSA_WEBHOOK_RSA_KEY=$(webhook_key 2)
	SETTINGS
	mv "$FOLDER/.settings.new" "$FOLDER/settings.env"
	printf '  made       settings.env\n'
}

command -v openssl > /dev/null || fail "openssl is missing"
case $PUBLIC in
https://*[\ \'\"\|\\\&]*) fail "this is no address for browsers: $PUBLIC" ;;
https://?*) PUBLIC=${PUBLIC%/} ;;
*) fail "the address for browsers begins with https://" ;;
esac
umask 077
mkdir -p "$SECRETS"
chmod 0700 "$FOLDER" "$SECRETS"

! lacks postgres-password || openssl rand -hex 24 | keep postgres-password
database_keep owner kassa
database_keep server kassa
database_keep simulator kassa_simulator
! lacks master-key || printf 'k1:%s\n' "$(openssl rand -hex 32)" | keep master-key
! lacks client-secret || openssl rand -hex 24 | keep client-secret
! lacks sso-key || openssl rand -hex 24 | keep sso-key
# With these the simulator signs webhooks.
! lacks webhook-keys || { openssl genpkey -algorithm ed25519 &&
    openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:2048; } | keep webhook-keys
if lacks tls-certificate || lacks tls-key; then
	host=${PUBLIC#https://}
	certificate_make "${host%%[:/]*}"
fi
[ -e "$FOLDER/settings.env" ] || settings_write
printf '  ready      %s\n' "$FOLDER"
