#!/bin/sh
# Runs nginx, and reloads it when the replicas behind $BACKEND change or the certificate does. Nobody's terminal ends
# by a reload. Needs nginx, getent and the few tools of any Debian; writes below /tmp alone.
set -u
backend=${BACKEND:-backend}
port=${BACKEND_PORT:-8000}
pause=${BACKEND_PAUSE:-2}
conf=${NGINX_CONF:-/etc/tcm/nginx.conf}
list=/tmp/backends.conf
secrets=/run/secrets

replicas() {
    # Names are asked anew each time; an IPv6 address stands in brackets.
    found=$(getent ahosts "$backend" | awk '{ print ($1 ~ /:/) ? "[" $1 "]" : $1 }' | sort -u)
    # No answer says nothing about who is there: those of before stay. And an upstream must have a server; nobody
    # listens on port 9, so "away" is said at once.
    [ -n "$found" ] || { cat "$list" 2>/dev/null || echo "server 127.0.0.1:9 max_fails=0;"; return; }
    for address in $found; do echo "server $address:$port max_fails=0;"; done
}

certificate() { cksum "$secrets/certificate.pem" "$secrets/private-key.pem" 2>/dev/null; }

# nginx reads copies in memory: a pair that is being replaced, or does not fit, never stands in the way of a reload.
take() {
    mkdir -p "$1"
    cp -f "$2/certificate.pem" "$2/private-key.pem" "$1/"
}

case ${PUBLIC_URL:-https://localhost} in
*[!A-Za-z0-9.:/_\[\]-]*) echo "PUBLIC_URL is no address." >&2; exit 1 ;;
esac
mkdir -p /tmp/client /tmp/proxy /tmp/fastcgi /tmp/uwsgi /tmp/scgi
echo "map \"\" \$public_url { default \"${PUBLIC_URL:-https://localhost}\"; }" >/tmp/public-url.conf
replicas >"$list"
served=$(certificate)
take /tmp/tls "$secrets" || exit 1

nginx -c "$conf" -g 'daemon off;' &
nginx=$!
trap 'kill -TERM "$nginx" 2>/dev/null; wait "$nginx"; exit 0' TERM INT
trap 'kill -HUP "$nginx"' HUP

while kill -0 "$nginx" 2>/dev/null; do
    sleep "$pause" &
    wait $!
    reload=no
    replicas >"$list.new"
    if ! cmp -s "$list" "$list.new"; then
        mv "$list.new" "$list"
        reload=yes
    fi
    now=$(certificate)
    if [ "$now" != "$served" ]; then
        served=$now
        take /tmp/tls.before /tmp/tls
        if take /tmp/tls "$secrets" && nginx -q -t -c "$conf"; then
            reload=yes
        else
            take /tmp/tls /tmp/tls.before
        fi
    fi
    [ "$reload" = no ] || kill -HUP "$nginx"
done
wait "$nginx"
