#!/bin/sh
# nginx in a container: conf/nginx.conf with what is different here (ports that need no rights, where Kassa
# and the certificate are, the public name), then nginx itself.
#   nginx-start            NGINX_UPSTREAM, NGINX_HTTP_PORT, NGINX_HTTPS_PORT, KASSA_PUBLIC_URL
#   nginx-start health     whether it answers, for HEALTHCHECK
set -eu
EXAMPLE=/etc/nginx/kassa.conf
CONF=/tmp/nginx.conf
HTTP=${NGINX_HTTP_PORT:-8081}
HTTPS=${NGINX_HTTPS_PORT:-8443}
UPSTREAM=${NGINX_UPSTREAM:-kassa:8080}

fail() {
	echo "nginx-start: $1" >&2
	exit 1
}

# The redirect needs neither certificate nor Kassa: it says that nginx turns.
if [ "${1:-}" = health ]; then
	exec bash -c 'exec 3<> "/dev/tcp/127.0.0.1/$1" && printf "GET / HTTP/1.0\r\n\r\n" >&3 &&
	    IFS= read -r -t 4 line <&3 && [[ $line == "HTTP/1."?" 301 "* ]]' health "$HTTP"
fi

case ${KASSA_PUBLIC_URL:-} in
https://*[\|\\\&\;]*) fail "KASSA_PUBLIC_URL has characters that no address has" ;;
https://?*) ;;
*) fail "KASSA_PUBLIC_URL should begin with https://" ;;
esac
public=${KASSA_PUBLIC_URL%/}
name=${public#https://}
name=${name%%[:/]*}

sed -e "s|server 127\.0\.0\.1:8080;|server $UPSTREAM;|" \
    -e "s|/etc/ssl/pay\.example\.com/fullchain\.pem|/run/secrets/tls-certificate|" \
    -e "s|/etc/ssl/pay\.example\.com/privkey\.pem|/run/secrets/tls-key|" \
    -e "s|https://pay\.example\.com|$public|" \
    -e "s|pay\.example\.com|$name|g" \
    -e "s|^pid .*|pid /tmp/nginx.pid;|" \
    -e "s|\(listen [^;]*\)\<80\>|\1$HTTP|" \
    -e "s|\(listen [^;]*\)\<443\>|\1$HTTPS|" "$EXAMPLE" > "$CONF"
# Where there is no IPv6, listening for it would stop the start.
[ -e /proc/net/if_inet6 ] || sed -i '/listen \[::\]/d' "$CONF"

# What was not found was not changed, and nginx might start all the same.
for wanted in "server $UPSTREAM;" "listen $HTTP " "listen $HTTPS " "pid /tmp/nginx.pid;" \
    "ssl_certificate /run/secrets/tls-certificate;" "ssl_certificate_key /run/secrets/tls-key;" \
    "server_name $name;" "$public\$request_uri"; do
	grep -qF "$wanted" "$CONF" || fail "conf/nginx.conf has changed, this does not come out of it any more: $wanted"
done
exec nginx -c "$CONF" -g 'daemon off;'
