#!/bin/sh
# Asks for a certificate, asks again twice a day (certbot renews when it is time), and hands each new one to nginx.
set -eu
# As the first process it would not end by a signal otherwise.
trap 'exit 0' TERM INT
live="/etc/letsencrypt/live/$DOMAIN"

hand_over() {
    # Written whole, then named: nginx never sees half of a pair for longer than a blink, and refuses one.
    cp "$live/privkey.pem" /certificate/.private-key.pem
    cp "$live/fullchain.pem" /certificate/.certificate.pem
    chmod 0444 /certificate/.private-key.pem /certificate/.certificate.pem
    chown "$(stat -c %u:%g /certificate)" /certificate/.private-key.pem /certificate/.certificate.pem
    mv /certificate/.private-key.pem /certificate/private-key.pem
    mv /certificate/.certificate.pem /certificate/certificate.pem
}

while true; do
    certbot certonly --non-interactive --agree-tos --keep-until-expiring --key-type ecdsa --server "$ACME_SERVER" \
        --email "$EMAIL" --domain "$DOMAIN" --webroot --webroot-path /var/www/acme || echo "No certificate this time."
    [ ! -e "$live/fullchain.pem" ] || cmp -s "$live/fullchain.pem" /certificate/certificate.pem || hand_over
    # Without any, the name or port 80 may not lead here yet: sooner again, and still below what Let's Encrypt allows.
    [ -e "$live/fullchain.pem" ] && pause=43200 || pause=1200
    sleep "$pause" &
    wait $!
done
