# The containers that answer for a stack's services, newest first: id, service and replica of each. The restart policy
# is the mark of it, see host/scripts/cutover.sh. Needs PROJECT and STACK; stands before the scripts that use it.
live() {
  ids=$(docker ps --all --quiet --no-trunc --filter "label=slipway.project=$PROJECT" \
    --filter "label=slipway.stack=$STACK") || return 1
  [ -n "$ids" ] || return 0
  format='{{.HostConfig.RestartPolicy.Name}} {{.State.Status}} {{.Id}} {{index .Config.Labels "slipway.service"}} {{index .Config.Labels "slipway.slot"}}'
  # One that goes meanwhile is no failure.
  { docker inspect --format "$format" $ids 2>/dev/null || true; } |
    awk '$1 == "always" && $2 != "created" { print $3, $4, $5 }'
}
