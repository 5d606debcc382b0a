# shellcheck shell=sh
# What a cutover has to do with the edge: a part of cutover.sh, which stands before it and uses its functions.

# What the edge calls the service's route: model/edge/names.ts.
route_name="$PROJECT+$STACK+$SERVICE"

# From lines as list_services prints them; another stack's edge is not among them.
set_edge() {
  if [ -n "$EDGE_STACK" ]; then edge=$(edge_of "$EDGE_STACK"); else edge=$(printf '%s\n' "$1" | edge_among); fi
}

# Other stacks may stand behind the edge: a new one comes into their networks before its start, where they have said so
# by a label.
join_networks() {
  [ "$SERVICE" = edge ] || return 0
  docker network ls --filter "label=slipway.edge=$PROJECT/$STACK" \
    --format '{{.Name}} {{.Label "slipway.edge-address"}}' |
    while read -r network address; do
      joined=$(docker network connect --ip "$address" "$network" "$NEW" 2>&1) ||
        case $joined in *"already exists in network"*) ;; *) say "not in network $network: $joined" ;; esac
    done
}

# An edge stays as long as another stack stands behind it.
leave_edge() {
  [ "$SERVICE" = edge ] || return 0
  behind=$(docker network ls --filter "label=slipway.edge=$PROJECT/$STACK" \
    --format '{{.Label "slipway.project"}}/{{.Label "slipway.stack"}}' | sort | tr '\n' ' ')
  [ -z "$behind" ] || {
    say "the edge stays: stacks stand behind it: $behind"
    say "destroy those first, or let them have another edge (the setting edge)"
    return 1
  }
}

has_edge() { [ -n "$edge" ]; }
print_edge_log() {
  if has_edge; then
    say "its last log lines:"
    # It may know of secrets of its own.
    docker logs --tail 5 "$edge" 2>&1 | shown 8000 "*" "$edge"
  else
    say "none is running"
  fi
}

# After a script of the edge that failed: looks where the edge is now, unless all it says is "not yet".
look_again() {
  [ "$1" = "$NOT_YET" ] || look || true
  return 1
}

# Ids, on one line, of containers to which the edge had no connection when it had taken over a route that leads to none of them.
left=''

# Points the route at the containers of these names and at the service's other replicas, and waits until the edge has
# taken it over.
route_to() {
  [ -n "$ROUTE" ] || return 0
  servers=''
  for name in "$@" $(others); do servers="$servers${servers:+,}{\"url\":\"$SCHEME://$name:$PORT\"}"; done
  connections=''
  # shellcheck disable=SC2154 # cutover.sh knows the old ones
  if [ "$ORDER" = start-first ]; then connections=$(for id in $old; do connections_to "$id"; done); fi
  within 15 edge_takes_route || fail "the edge did not take the route within 15 s; $(print_edge_log)"
}
# One call of the edge: the file is put in place whole, then the edge is asked, for a second or so, until it has it; and
# then whether it still has connections to the old ones. Beside the files, in a folder of their own, they are no event: at
# each of those the edge reads all of its files.
edge_takes_route() {
  # shellcheck disable=SC2016 # the edge's shell expands these
  answer=$(printf '%s' "$ROUTE" | sed "s|\"@SERVERS@\"|[$servers]|" |
    in_edge sh -c '
      mkdir -p /routes/new
      new="/routes/new/$1" maintenance="/routes/$1.maintenance.yml"
      # One that is there may say that the service is in maintenance, and stays as it is.
      [ -e "$maintenance" ] || { printf "%s" "$2" >"$new" && mv "$new" "$maintenance"; }
      cat >"$new"
      # The edge would read all of them again.
      cmp -s "$new" "/routes/$1.yml" || { mv "$new" "/routes/$1.yml" && sleep 0.1; }
      for try in $(seq 20); do
        if timeout 2 wget -q -O - "http://127.0.0.1:8080/api/http/services/$1@file" | grep -qF "\"servers\":[$3]"; then
          # For what it has just sent the former way.
          [ -z "$5" ] || sleep 0.05
          [ -n "$5" ] && cat /proc/net/tcp /proc/net/tcp6 | grep -qF "$5" || echo left
          exit
        fi
        sleep 0.05
      done
      exit $4' sh "$route_name" "$MAINTENANCE" "$servers" "$NOT_YET" "$connections") || look_again $? || return 1
  [ "$answer" != left ] || left=$(printf '%s' "$old" | tr '\n' ' ')
}

# Takes the route away, and waits until the edge has let go of it.
unroute() {
  [ -n "$ROUTE" ] || return 0
  # shellcheck disable=SC2016 # the edge's shell expands these
  in_edge sh -c '
    rm -f "/routes/$1.yml" "/routes/$1.maintenance.yml"
    for try in $(seq 20); do
      timeout 2 wget -q -O /dev/null "http://127.0.0.1:8080/api/http/services/$1@file" || exit 0
      sleep 0.05
    done' sh "$route_name" || true
}

# Waits until the edge has no connection to a container any more. It keeps no idle ones: each is a request, a
# websocket or an event stream under way.
drain() {
  [ -n "$ROUTE" ] || return 0
  case " $left " in *" $1 "*) return ;; esac
  connections=$(connections_to "$1")
  [ -n "$connections" ] || return 0
  within "$DRAIN_TIMEOUT" drained || true
}
# The edge's connections to a container, as /proc/net/tcp has them: bytes of the address from last to first, then the port,
# all in hexadecimal. What does not run has none; the engine has other words for that.
connections_to() {
  addresses_of "$1" |
    awk -F. -v port="$PORT" '/^[0-9]+(\.[0-9]+)+$/ { printf "%02X%02X%02X%02X:%04X 01 \n", $4, $3, $2, $1, port }'
}
# Lines, some of which are addresses.
addresses_of() {
  mode=$(pick "id == \"$1\" { print mode }")
  case $mode in
  host) printf '%s\n' "$GATEWAY" ;;
  container:*) field "${mode#container:}" '{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}' ;;
  # What did not run at the last look may do so now.
  *)
    if [ -n "$(pick "id == \"$1\" && running == \"true\" { print }")" ]; then
      pick "id == \"$1\" { for (i = 15; i <= NF; i++) if (sub(/^address=/, \"\", \$i)) print \$i }"
    else
      field "$1" '{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}'
    fi
    ;;
  esac
}
drained() { ! in_edge cat /proc/net/tcp /proc/net/tcp6 | grep -qF "$connections"; }
