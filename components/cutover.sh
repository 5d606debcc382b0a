# Moves a service from the container that answers to the one that was made for it. Runs on the service's host by
# `sh -s -- up|down`, needs docker and flock there, and may be killed after any line: run again, it ends right.
# components/cutover.ts puts these variables before it:
#   PROJECT STACK SERVICE SLOT   the labels that select the service's containers, all four always
#   NEW                          id of the container that is to answer, created, not started
#   ORDER                        start-first or stop-first
#   ROUTE                        route file with @SERVER@ for NEW's name; empty: not reached through the edge
#   GATE                         file of its open gate, which the route leads through (model/gate.ts)
#   HEALTH                       command, path or up
#   HEALTH_ARG                   the command, quoted for sh; `:port/path`; or seconds
#   START_WITHIN GRACE           seconds
# up: exits 0 when NEW answers and the old one is stopped, 1 when the old one answers still.
set -eu
# A cut connection must not end a cutover half-way.
trap '' HUP PIPE

say() { printf '%s\n' "$*" 2>/dev/null || true; }

# Ids of containers of this service, running or not, that match the further filters.
ours() {
  docker ps --quiet --no-trunc --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" \
    --filter "label=slipway.service=$SERVICE" --filter "label=slipway.slot=$SLOT" "$@"
}

# What answers now: runs, or was stopped by a stop-first cutover that did not get to its end ("always" marks it).
old_ones() {
  for id in $(ours --all); do
    [ "$id" != "$NEW" ] || continue
    case $(field "$id" '{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}') in
    true* | "false always") printf '%s\n' "$id" ;;
    esac
  done
}

# One field of a container; nothing when it is not there.
field() { docker inspect --format "$2" "$1" 2>/dev/null || true; }
name_of() { field "$1" '{{.Name}}' | tr -d /; }

edge() {
  docker ps --quiet --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" \
    --filter label=slipway.service=edge | head -n 1
}

# What a URL answers, asked from inside the edge, where containers' names lead to them.
ask() { docker exec "$1" timeout 2 wget -q -O - "$2" 2>/dev/null; }

healthy() {
  case $HEALTH in
  command) eval "timeout 5 docker exec $NEW $HEALTH_ARG" >/dev/null 2>&1 ;;
  path) ask "$(edge)" "http://$(name_of "$NEW")$HEALTH_ARG" >/dev/null ;;
  up) [ $(($(date +%s) - since)) -ge "$HEALTH_ARG" ] ;;
  esac
}

# Waits until NEW is healthy. Sets why when it is not: it ended, was started again, or took too long.
wait_healthy() {
  since=$(date +%s)
  start=$(field "$NEW" '{{.State.StartedAt}}')
  while :; do
    state=$(field "$NEW" '{{.State.Status}} {{.State.StartedAt}}')
    [ "$state" = "running $start" ] || { why="it ended while starting" && return 1; }
    if healthy; then return 0; fi
    [ $(($(date +%s) - since)) -lt "$START_WITHIN" ] || { why="not healthy within $START_WITHIN s" && return 1; }
    sleep 0.3
  done
}

# Points the route at a container and waits until the edge has taken it over.
route_to() {
  [ -n "$ROUTE" ] || return 0
  why="the edge is not running"
  edge=$(edge) && [ -n "$edge" ] || return 1
  why="the edge did not take the route within 10 s"
  server=$(name_of "$1")
  printf '%s' "$ROUTE" | sed "s/@SERVER@/$server/g" |
    docker exec -i "$edge" sh -c '
      # A gate that is there may be shut, for maintenance, and stays as it is.
      [ -e "/routes/$1.gate.yml" ] || { printf "%s" "$2" >"/routes/.$1" && mv "/routes/.$1" "/routes/$1.gate.yml"; }
      cat >"/routes/.$1" && mv "/routes/.$1" "/routes/$1.yml"' sh "$SERVICE" "$GATE" || return 1
  tries=0
  until ask "$edge" "http://127.0.0.1:8080/api/http/services/$SERVICE@file" | grep -qF "http://$server:"; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || return 1
    sleep 0.1
  done
}

stop() { docker stop --time "$GRACE" "$1" >/dev/null; }

# Leaves the old one answering and says what became of the new one.
give_up() {
  say "$SERVICE: the new container did not take over: $why"
  say "state: $(field "$NEW" '{{.State.Status}}, exit code {{.State.ExitCode}}, out of memory {{.State.OOMKilled}}{{.State.Error}}')"
  health=$(field "$NEW" '{{if .State.Health}}{{range .State.Health.Log}}{{.Output}}{{end}}{{end}}')
  [ -z "$health" ] || say "health check: $health"
  say "its last log lines:"
  docker logs --tail 50 "$NEW" 2>&1 || true
  stop "$NEW" || true
  for id in $old; do
    docker update --restart unless-stopped "$id" >/dev/null
    docker start "$id" >/dev/null
    route_to "$id" || true
    say "the old container $(name_of "$id") answers still"
  done
  [ -n "$old" ] || say "there is no old container to answer"
  say "mend the service and run pulumi up again"
  exit 1
}

# Stop-first: an engine restart from here on brings back what is marked always, and leaves what is marked no.
make_way() {
  for id in $old; do docker update --restart always "$id" >/dev/null; done
  docker update --restart no "$NEW" >/dev/null
  for id in $old; do stop "$id"; done
}

settle() {
  docker update --restart unless-stopped "$NEW" >/dev/null
  for id in $old; do docker update --restart no "$id" >/dev/null; done
}

up() {
  old=$(old_ones)
  [ "$ORDER" = start-first ] || make_way
  docker start "$NEW" >/dev/null || { why="it could not be started" && give_up; }
  wait_healthy || give_up
  route_to "$NEW" || give_up
  for id in $old; do stop "$id"; done
  [ "$ORDER" = start-first ] || settle
  say "$SERVICE: $(name_of "$NEW") answers"
}

# The service leaves the program: no request may reach it while its container goes.
down() {
  edge=$(edge)
  if [ -n "$ROUTE" ] && [ -n "$edge" ]; then docker exec "$edge" rm -f "/routes/$SERVICE.yml" "/routes/$SERVICE.gate.yml"; fi
  rm -f "$lock"
}

main() {
  command -v flock >/dev/null || { say "$SERVICE: the host has no flock; install util-linux" && exit 1; }
  lock=/tmp/slipway-$PROJECT-$STACK-$SERVICE-$SLOT.lock
  exec 9>"$lock"
  flock 9
  "$1"
}

# On the last line, so that a script cut short in transit does nothing.
main "$@" </dev/null
