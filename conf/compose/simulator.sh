#!/bin/sh
# The simulator in a container: its schema, the demo account with its keys (once), then the simulator itself.
# It is the only one in which the operator's connection and the master key are beside the simulator's: a demo.
set -eu
FOLDER=/var/lib/simulator
LOCATION=DemoLocation000000000001
CLIENT_ID=${KASSA_CLIENT_ID:-65f0b217a05c774da7f1efa5-demo}

# account VERB…: of the demo account; JSON.
account() {
	kassactl account "$@" --location "$LOCATION" --mode test
}

# keep PATTERN NAME: what fits in the account's JSON, as a file.
keep() {
	grep -o "$1" "$FOLDER/account" > "$FOLDER/$2.new"
	mv "$FOLDER/$2.new" "$FOLDER/$2"
}

umask 077
kassactl migrate --simulator
if [ ! -s "$FOLDER/api-key" ]; then
	od -An -N 24 -tx1 /dev/urandom | tr -d ' \n' > "$FOLDER/token"
	# A start that was cut off has made the account, and its keys were printed once: then it gets new ones.
	account create --json > "$FOLDER/account" || account keys rotate --json > "$FOLDER/account"
	account token --token-file "$FOLDER/token"
	keep 'kassa_pk_test_[A-Za-z0-9]*' publishable-key
	keep 'kassa_sk_test_[A-Za-z0-9]*' api-key	# last: it says that the others are there
	rm "$FOLDER/account"
fi

unset KASSA_OWNER_DATABASE_FILE KASSA_MASTER_KEY_FILE
SIMULATOR_PUBLISHABLE_KEY=$(cat "$FOLDER/publishable-key")
export SIMULATOR_PUBLISHABLE_KEY
export SIMULATOR_LOCATION_ID="$LOCATION"
export SIMULATOR_CLIENT_ID="$CLIENT_ID"
export SIMULATOR_API_KEY_FILE="$FOLDER/api-key"
export SIMULATOR_TOKEN_FILE="$FOLDER/token"
# Browsers go to the public address; the platform's own calls stay between the containers.
export SIMULATOR_PAYMENTS_URL="$KASSA_PUBLIC_URL/checkout"
export SIMULATOR_SETTINGS_URL="$KASSA_PUBLIC_URL/settings"
export SIMULATOR_BILLING_URL="$KASSA_PUBLIC_URL/billing"
export SIMULATOR_REDIRECT_URL="$KASSA_PUBLIC_URL/oauth/callback"
export SIMULATOR_QUERY_URL="$KASSA_URL/query"
export SIMULATOR_WEBHOOK_URL="$KASSA_URL/webhooks"
exec simulator
