#!/usr/bin/env bash
# The demo location installs the app as any other would: in the simulator's marketplace, by a code that comes
# back to Kassa; then its provider is registered and connected.  Once; run.sh starts it when both are ready.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/lib.sh"

LOCATION=DemoLocation000000000001
COMPANY=DemoCompany0000000000001
SIMULATOR=http://127.0.0.1:$SIMULATOR_PORT
CONNECT_TRIES=200	# of 0.05 s each

# ask PATH [BODY]: of the simulator; its JSON.
ask() {
	curl -sS --fail --max-time 10 ${2:+-H 'content-type: application/json' -d "$2"} "$SIMULATOR$1"
}

is_connected() {
	ask "/simulator/providers/$LOCATION" 2> /dev/null | grep -q '"apiKeySha256"'
}

is_connected && exit 0
ask /simulator/companies '{"id":"'$COMPANY'","name":"Demo agency","locations":[{"id":"'$LOCATION'","name":"Demo shop"}]}' \
    > /dev/null || fail "the simulator does not take the demo location"
redirect=$(ask /simulator/installations '{"locationIds":["'$LOCATION'"],"by":"location"}' |
    grep -o '"redirect":"[^"]*"' | cut -d'"' -f4) || fail "the simulator does not install the app"
curl -sS --fail --max-time 20 -o /dev/null "$redirect" || fail "Kassa does not take the installation"
tries=$CONNECT_TRIES
until is_connected; do
	[ "$tries" -gt 0 ] || fail "the demo location was not connected"
	tries=$((tries - 1))
	sleep 0.05
done
step install "app installed for $LOCATION, provider registered and connected"
