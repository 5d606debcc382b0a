# Prints all there is on a host of a stack: each container, the images they are of, the memory they use. Needs docker
# there. host/scripts/inventory.ts puts PROJECT and STACK before it and reads what it prints.
set -eu

ids=$(docker ps --all --quiet --no-trunc --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK")
[ -n "$ids" ] || exit 0
# A container that goes meanwhile is no failure: the others are printed.
docker inspect --format 'container {{.Id}} {{json .}}' $ids || true
images=$(docker inspect --format '{{.Image}}' $ids | sort -u) || true
docker image inspect --format 'image {{.Id}} {{json .Config}}' $images || true
docker stats --no-stream --no-trunc --format 'memory {{.ID}} {{.MemUsage}}' $ids || true
