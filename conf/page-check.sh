#!/usr/bin/env bash
# What a browser gets of Kassa's pages, compared with this release and with what was recorded when it was put into
# operation: documents, scripts, styles, and the headers that fence them in (PCI DSS 11.6.1; docs/pci.md).
#   page-check.sh record URL FILE   once after each deployment: what is served must be this release's, then it is kept
#   page-check.sh check URL FILE    from then on, at least weekly and from another machine: exit status 1, with what
#                                   has changed, if anything has
# It asks as a browser would: with gzip, from outside, through nginx and whatever else stands in between.
set -eu -o pipefail
ASSETS=$(cd "$(dirname "$0")/.." && pwd)/assets
SECONDS_MAX=20	# for one answer
HEADERS='content-security-policy|strict-transport-security|x-content-type-options|referrer-policy|x-frame-options'
HEADERS="$HEADERS|permissions-policy|link|refresh|set-cookie|content-type"

fail() {
	echo "page-check: $1" >&2
	exit 2
}

# pages: their addresses, and the document of this release that each has to be.  Without a plan /billing is 404.
pages() {
	echo "/checkout checkout.html"
	echo "/settings settings.html"
	echo "/billing billing.html"
}

# addresses: of everything that is looked at.
addresses() {
	local file
	pages | cut -d' ' -f1
	for file in "$ASSETS"/*.mjs "$ASSETS"/*.js "$ASSETS"/*.css; do
		echo "/assets/${file##*/}"
	done
}

# ask: all of it, by one curl; what came for the n-th address is in $work/n.head and n.body.
ask() {
	local address n=0 next=""
	while read -r address; do
		n=$((n + 1))
		printf '%surl = "%s"\n' "$next" "$url$address"
		printf 'compressed\nheader = "accept: text/html"\nmax-time = %s\n' "$SECONDS_MAX"
		printf 'dump-header = "%s/%s.head"\noutput = "%s/%s.body"\n' "$work" "$n" "$work" "$n"
		next=$'next\n'
	done < <(addresses) > "$work/config"
	curl -sS --fail-early -K "$work/config" || fail "$url does not answer"
}

# served: status, headers of interest in the order of their names, digest of the body; of each address.
served() {
	local address status n=0
	ask
	while read -r address; do
		n=$((n + 1))
		status=$(sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p' "$work/$n.head")
		printf '%s status %s\n' "$address" "$status"
		tr -d '\r' < "$work/$n.head" | grep -iE "^($HEADERS):" | sed -E 's/^([^:]*):/\L\1\E:/' | sort |
		    sed "s|^|$address |" || true
		[ "$status" != 200 ] || printf '%s sha256 %s\n' "$address" "$(sha256sum < "$work/$n.body" | cut -d' ' -f1)"
	done < <(addresses)
}

# released: the digests that this release would have.
released() {
	local address name
	while read -r address name; do
		printf '%s sha256 %s\n' "$address" "$(sha256sum < "$ASSETS/$name" | cut -d' ' -f1)"
	done < <(pages)
	(cd "$ASSETS" && sha256sum -- *.mjs *.js *.css) | sed -E 's|^([0-9a-f]*) +(.*)|/assets/\2 sha256 \1|'
}

[ $# = 3 ] || fail "usage: page-check.sh record|check URL FILE"
url=${2%/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
served > "$work/served"
case $1 in
record)
	released | grep -v '^/billing ' > "$work/released"
	grep -q '^/billing status 404$' "$work/served" || released | grep '^/billing ' >> "$work/released"
	if ! diff <(sort "$work/released") <(grep -F ' sha256 ' "$work/served" | sort) > "$work/difference"; then
		sed -n 's/^< /this release: /p; s/^> /served:       /p' "$work/difference"
		echo "page-check: what is served is not this release; nothing was recorded" >&2
		exit 1
	fi
	cp "$work/served" "$3"
	echo "recorded $(grep -c ' sha256 ' "$3") documents, scripts and styles in $3"
	;;
check)
	[ -r "$3" ] || fail "there is no $3; record first"
	if ! diff "$3" "$work/served" > "$work/difference"; then
		sed -n 's/^< /recorded: /p; s/^> /now:      /p' "$work/difference"
		echo "page-check: the pages have changed" >&2
		exit 1
	fi
	echo "unchanged: $(grep -c ' sha256 ' "$3") documents, scripts and styles"
	;;
*)
	fail "usage: page-check.sh record|check URL FILE"
	;;
esac
