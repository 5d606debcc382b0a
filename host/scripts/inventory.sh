# shellcheck shell=sh
# Prints all there is on a host of a stack: each container, the images they are of, and, where MEMORY is not empty, which
# takes two seconds, the memory they use; how those in CHECKS answer their paths; all volumes and networks, whoever's they
# are; the files of the stack's edge, of its own ones the SHA-256. Needs docker there. host/scripts/inventory.ts puts
# containers.sh, ask-path.sh and, before those, its variables before it and reads what it prints.
set -eu

# How a container answers: "healthy", or why not.
check() { # id, port, path, scheme://name, the host's address in the fleet's network
  [ "$(docker inspect --format '{{.State.Running}}' "$1" 2>/dev/null)" = true ] || return 0
  name=$(server_of "$1" "$5")
  if said=$(ask_path "$name" "$2" "$3" "$4"); then said=healthy; else said="$3 on port $2 ${said:-takes no connection}"; fi
  echo "health $1 $said"
}

docker network ls --no-trunc --format 'network {{.ID}}'
docker volume ls --format 'volume {{.Name}}'

if [ -n "$EDGE_STACK" ]; then edge=$(edge_of "$EDGE_STACK"); else edge=$(list_services | edge_among); fi
# shellcheck disable=SC2016 # the edge's shell expands these
[ -z "$edge" ] || docker exec "$edge" sh -c '
  echo edge
  for file in /routes/*.yml; do
    [ -e "$file" ] || continue
    printf "route %s " "${file##*/}"
    # What it has of its own may hold a key.
    case $file in */edge.*) sha256sum <"$file" | cut -c -64 ;; *) tr -d "\n" <"$file" && echo ;; esac
  done' || true

ids=$(list_containers --quiet)
[ -n "$ids" ] || exit 0
# shellcheck disable=SC2086 # several ids
set -- $ids
# A container that goes meanwhile is no failure: the others are printed.
docker inspect --format 'container {{.Id}} {{json .}}' "$@" || true
images=$(docker inspect --format '{{.Image}}' "$@" | sort -u) || true
# shellcheck disable=SC2086 # several ids
docker image inspect --format 'image {{.Id}} {{or .Created "-"}} {{json .Config}}' $images || true
given=$(docker inspect --format '{{.Id}}{{range .Mounts}}{{if eq .Destination "/run/slipway"}} {{.Name}}{{end}}{{end}}' "$@") || true
printf '%s\n' "$given" | awk 'NF == 2 && !seen[$2]++' | while read -r id volume; do
  echo "files $volume $(files_digest "$id:/run/slipway")"
done
# Its first file says, on one line, what they are, and has the secrets in them.
[ -z "$ABOUT_FILES" ] || printf '%s\n' "$given" | awk 'NF == 2 { print $1 }' | while read -r id; do
  docker cp "$id:/run/slipway/000" - 2>/dev/null </dev/null | tar -xOf - 2>/dev/null | sed "s/^/about $id /"
done
[ -z "$MEMORY" ] || docker stats --no-stream --no-trunc --format 'memory {{.ID}} {{.MemUsage}}' "$@" || true
[ -n "$edge" ] || exit 0
printf '%s' "$CHECKS" | {
  while read -r id port path origin gateway; do check "$id" "$port" "$path" "$origin" "$gateway" </dev/null & done
  wait
}
