#!/bin/sh
# Brings every backend to the image of now, one after the other, with always as many serving as before. Sessions are
# handed over and tabs come back by themselves. Run it after `git pull` (or with TCM_VERSION set to another tag).
set -eu
cd "$(dirname "$0")/../.."
compose=${COMPOSE:-docker compose}

$compose build backend
# The new version's secrets and Redis rules first, then its tables: the backends of the old one work with both.
$compose run --rm --no-deps secrets
REDISCLI_AUTH=$(cat secrets/operator/redis_operator_password)
export REDISCLI_AUTH
$compose exec -T -e REDISCLI_AUTH redis redis-cli --user operator ACL LOAD
$compose run --rm --no-deps migrate

old=$($compose ps --quiet backend)
count=$(echo "$old" | wc -w)
for each in $old; do
    $compose up --detach --wait --no-deps --no-recreate --scale "backend=$((count + 1))" backend
    docker stop --time 30 "$each" >/dev/null
    docker rm "$each" >/dev/null
done
$compose ps backend
