# shellcheck shell=sh
# Prints all there is on a host of a stack: each container, the images they are of, the memory they use. Needs docker
# there. host/scripts/inventory.ts puts containers.sh and, before that, its variables before it and reads what it prints.
set -eu

ids=$(list_containers --quiet)
[ -n "$ids" ] || exit 0
# shellcheck disable=SC2086 # several ids
set -- $ids
# A container that goes meanwhile is no failure: the others are printed.
docker inspect --format 'container {{.Id}} {{json .}}' "$@" || true
images=$(docker inspect --format '{{.Image}}' "$@" | sort -u) || true
# shellcheck disable=SC2086 # several ids
docker image inspect --format 'image {{.Id}} {{json .Config}}' $images || true
docker stats --no-stream --no-trunc --format 'memory {{.ID}} {{.MemUsage}}' "$@" || true
