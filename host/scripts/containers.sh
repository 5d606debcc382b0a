# shellcheck shell=sh
# The containers of a stack on this host: a part of the scripts that use it, which stands before them. Needs docker,
# PROJECT and STACK.

# `docker ps` of all of them, newest first, with whole ids; the arguments are further ones of its own.
list_containers() {
  docker ps --all --no-trunc --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" "$@"
}

# A line for each: id, state and service.
list_services() { list_containers --format '{{.ID}} {{.State}} {{.Label "slipway.service"}}'; }

# From such lines, the id of the edge that is running; empty: none is.
edge_among() { awk '$2 == "running" && $3 == "edge" && !found++ { print $1 }'; }

# The same of another stack, `project/stack`.
edge_of() {
  docker ps --no-trunc --filter "label=slipway.project=${1%/*}" --filter "label=slipway.stack=${1#*/}" \
    --filter label=slipway.service=edge --format '{{.ID}} {{.State}} edge' | edge_among
}

# What a template of docker prints for nothing differs between engines: so none is asked for here, but by `or`.

# Those that serve requests: id, service and replica of each. The restart policy is the mark of it, see cutover.sh.
live() {
  live_ids=$(list_containers --quiet) || return 1
  [ -n "$live_ids" ] || return 0
  # shellcheck disable=SC2086 # several ids
  set -- $live_ids
  # One that goes meanwhile is no failure.
  {
    docker inspect --format '{{or .HostConfig.RestartPolicy.Name "no"}} {{.State.Status}} {{.Id}} {{or (index .Config.Labels "slipway.service") "-"}} {{or (index .Config.Labels "slipway.slot") "-"}}' \
      "$@" 2>/dev/null || true
  } | awk '$1 != "no" && $2 != "created" { print $3, $4, $5 }'
}
