# shellcheck shell=sh
# Lets another stack's edge into this stack's network, on the host of both, by `sh -s -- join|leave`. Needs docker there.
# host/scripts/edge-network.ts puts containers.sh and, before that, the variables in capitals before it and says what each
# is. A new edge of that stack comes into the network by itself: route.sh, join_networks.
set -eu

edge=$(edge_of "$EDGE_STACK")

join() {
  [ -n "$edge" ] || { echo "the edge of $EDGE_STACK is not running on this host. Bring that stack up first" >&2 && exit 1; }
  in_network "$edge" || docker network connect --ip "$ADDRESS" "$NETWORK" "$edge"
}

# With the stack's last service: a network that a container is in cannot be removed.
leave() {
  [ -z "$edge" ] || ! in_network "$edge" || docker network disconnect "$NETWORK" "$edge"
}

in_network() {
  docker inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}' "$1" |
    grep -qxF "$NETWORK"
}

# On the last line, so that a script cut short in transit does nothing.
"$1" </dev/null
