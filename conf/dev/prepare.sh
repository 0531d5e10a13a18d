#!/usr/bin/env bash
# Everything that a stack needs before its programs start, under $KASSA_VAR: a running cluster, the
# schema, a demo account in test mode, and the file "environment" for the two programs.
#   prepare.sh [durable|fast]
# Used by run.sh and by tests/support/stack.mjs, so that tests run what people run.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/lib.sh"

LOCATION=DemoLocation000000000001	# as long as the platform's own
CLIENT_ID=65f0b217a05c774da7f1efa5-demo	# of Kassa as a marketplace app; the app's id and more
SECRETS=$VAR/secrets
MADE=$(mktemp -d)
trap 'rm -rf "$MADE"' EXIT

# secret_write NAME: keep standard input as a file of ours.  The servers read theirs before they give up
# root's rights.
secret_write() {
	(umask 077 && cat > "$SECRETS/$1.new")
	[ -s "$SECRETS/$1.new" ] || fail "the secret $1 came out empty"
	mv "$SECRETS/$1.new" "$SECRETS/$1"
}

# keys_make: what Kassa and the simulator share, and what seals secrets at rest.
keys_make() {
	mkdir -p "$SECRETS"
	chmod 0700 "$SECRETS"
	[ -e "$SECRETS/master-key" ] ||
	    printf 'k1:%s\n' "$(openssl rand -hex 32)" | secret_write master-key
	[ -e "$SECRETS/simulator-token" ] ||
	    openssl rand -hex 24 | secret_write simulator-token
	[ -e "$SECRETS/client-secret" ] ||
	    openssl rand -hex 24 | secret_write client-secret
	[ -e "$SECRETS/sso-key" ] ||
	    openssl rand -hex 24 | secret_write sso-key
	# With these the simulator signs webhooks.
	[ -e "$SECRETS/webhook-keys" ] ||
	    { openssl genpkey -algorithm ed25519 &&
	    openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:2048; } |
	    secret_write webhook-keys
	# And with these Kassa verifies them: the public halves, on one line each.
	[ -e "$SECRETS/webhook-rsa.pub" ] || {
		pem_of 1 | openssl pkey -pubout -outform DER | base64 -w 0 | secret_write webhook.pub
		pem_of 2 | openssl pkey -pubout -outform DER | base64 -w 0 | secret_write webhook-rsa.pub
	}
}

# pem_of NUMBER: that key of the file.
pem_of() {
	awk -v want="$1" '/^-----BEGIN/ { at++ } at == want' "$SECRETS/webhook-keys"
}

# environment_write SOCKET: for the programs, for kassactl, and for people (set -a; . FILE).
environment_write() {
	cat > "$VAR/environment" <<-ENVIRONMENT
		KASSA_PORT='$KASSA_PORT'
		KASSA_DATABASE='host=$1 dbname=kassa user=kassa_server'
		KASSA_OWNER_DATABASE='host=$1 dbname=kassa user=kassa_owner'
		KASSA_PUBLIC_URL='${KASSA_PUBLIC_URL:-http://127.0.0.1:$KASSA_PORT}'
		KASSA_PLATFORM_URL='${KASSA_PLATFORM_URL:-http://127.0.0.1:$SIMULATOR_PORT}'
		KASSA_FRAME_ANCESTORS='${KASSA_FRAME_ANCESTORS:-http://127.0.0.1:$SIMULATOR_PORT http://localhost:$SIMULATOR_PORT}'
		KASSA_MASTER_KEY_FILE='$SECRETS/master-key'
		KASSA_CLIENT_ID='$CLIENT_ID'
		KASSA_CLIENT_SECRET_FILE='$SECRETS/client-secret'
		KASSA_SSO_KEY_FILE='$SECRETS/sso-key'
		KASSA_WEBHOOK_KEY='$(cat "$SECRETS/webhook.pub")'
		KASSA_WEBHOOK_RSA_KEY='$(cat "$SECRETS/webhook-rsa.pub")'
		KASSA_AUTHORIZE_URL='${KASSA_AUTHORIZE_URL:-http://127.0.0.1:$SIMULATOR_PORT/v2/oauth/chooselocation}'
		SIMULATOR_PORT='$SIMULATOR_PORT'
		SIMULATOR_DATABASE='host=$1 dbname=kassa_simulator user=kassa_simulator'
		SIMULATOR_PUBLIC_URL='${SIMULATOR_PUBLIC_URL:-http://127.0.0.1:$SIMULATOR_PORT}'
		SIMULATOR_PAYMENTS_URL='${SIMULATOR_PAYMENTS_URL:-http://127.0.0.1:$KASSA_PORT/checkout}'
		SIMULATOR_QUERY_URL='${SIMULATOR_QUERY_URL:-http://127.0.0.1:$KASSA_PORT/query}'
		SIMULATOR_LOCATION_ID='$LOCATION'
		SIMULATOR_API_KEY_FILE='$SECRETS/api-key'
		SIMULATOR_PUBLISHABLE_KEY='$(cat "$SECRETS/publishable-key" 2>/dev/null || true)'
		SIMULATOR_TOKEN_FILE='$SECRETS/simulator-token'
		SIMULATOR_CLIENT_ID='$CLIENT_ID'
		SIMULATOR_CLIENT_SECRET_FILE='$SECRETS/client-secret'
		SIMULATOR_SETTINGS_URL='${SIMULATOR_SETTINGS_URL:-http://127.0.0.1:$KASSA_PORT/settings}'
		SIMULATOR_BILLING_URL='${SIMULATOR_BILLING_URL:-http://127.0.0.1:$KASSA_PORT/billing}'
		SIMULATOR_REDIRECT_URL='${SIMULATOR_REDIRECT_URL:-http://127.0.0.1:$KASSA_PORT/oauth/callback}'
		SIMULATOR_SSO_KEY_FILE='$SECRETS/sso-key'
		SIMULATOR_WEBHOOK_URL='${SIMULATOR_WEBHOOK_URL:-http://127.0.0.1:$KASSA_PORT/webhooks}'
		SIMULATOR_WEBHOOK_KEYS='$SECRETS/webhook-keys'
	ENVIRONMENT
}

# with_environment COMMAND…
with_environment() {
	(
		unset KASSA_BUILD
		set -a
		# shellcheck disable=SC1091 # written above
		. "$VAR/environment"
		exec "$@"
	)
}

# migrate: both databases.  The simulator's role owns its own, and the simulator knows no other name for it.
migrate() {
	with_environment "$BUILD/kassactl" migrate &&
	    with_environment env SIMULATOR_OWNER_DATABASE="host=$socket dbname=kassa_simulator user=kassa_simulator" \
	    "$BUILD/kassactl" migrate --simulator
}

# account_make: once; the keys are printed once and kept in secrets/.
account_make() {
	[ ! -e "$SECRETS/api-key" ] || return 0
	with_environment "$BUILD/kassactl" account create --location "$LOCATION" --mode test --json \
	    > "$MADE/account" || fail "the demo account could not be made" \
	    "if its keys were lost, begin anew: make down && rm -r $(place "$VAR")"
	grep -o 'kassa_pk_test_[A-Za-z0-9]*' "$MADE/account" |
	    secret_write publishable-key
	with_environment "$BUILD/kassactl" account token --location "$LOCATION" --mode test \
	    --token-file "$SECRETS/simulator-token" > /dev/null ||
	    fail "the demo account could not be given its platform token"
	# Last, since it says that all the others are there.
	grep -o 'kassa_sk_test_[A-Za-z0-9]*' "$MADE/account" |
	    secret_write api-key
}

case $VAR in *[\'\"\\]*) fail "KASSA_VAR may not contain quotes: $VAR" ;; esac
mkdir -p "$VAR"
socket=$(bash "$HERE/cluster.sh" start "$VAR/postgres" "${1:-durable}")
step postgres "cluster in $(place "$VAR/postgres"), on a Unix socket only"
keys_make
environment_write "$socket"
migrate > "$MADE/out" 2>&1 || { cat "$MADE/out" >&2; fail "the migrations in sql/ could not be applied"; }
step schema "databases kassa and kassa_simulator are up to date"
account_make
environment_write "$socket"
step account "demo location $LOCATION, test mode; keys in $(place "$SECRETS")"
