# Moves one replica of a service from the container that answers to the one that was made for it. Runs on the
# service's host by `sh -s -- up|down`, needs docker and flock there, and may be killed after any line: run again, it
# ends right. components/service/cutover.ts puts host/scripts/retention.sh, KEEP for it and these variables before it:
#   PROJECT STACK SERVICE SLOT   the labels that select the replica's containers, all four always
#   NEW                          id of the container that is to answer, created, not started
#   JOB                          id of the pre-deploy job's container, created, not started; empty: none
#   ORDER                        start-first or stop-first
#   ROUTE PORT                   route file with "@SERVERS@" for the list of servers; empty: not reached by the edge
#   GATE                         file of the route's open gate (model/edge/maintenance.ts)
#   HEALTH HEALTH_ARG            command and its words, quoted for sh; path and `:port/path`; or up and seconds
#   CHECK                        words of the post-deploy check, quoted for sh; empty: none
#   SECRETS                      names of the environment variables whose values nobody may read
#   START_WITHIN STEADY DRAIN GRACE JOB_WITHIN CHECK_WITHIN   seconds
#   RELEASES                     repository that the images of the service's releases are tagged in
# up: exits 0 when NEW answers and the old one is stopped, 1 when the old one answers still.
#
# The restart policy is the mark of who answers: "always" has taken over and comes back when the engine does, "no" has
# not, or no more. At least one healthy container carries "always" at any time, whatever is killed.
set -eu
# A cut connection must not end a cutover half-way.
trap '' HUP PIPE

say() { printf '%s\n' "$*" 2>/dev/null || true; }

# Hundredths of a second since the machine started.
now() { read -r uptime _ </proc/uptime && printf '%s\n' "${uptime%.*}${uptime#*.}"; }
since() { printf '%s.%02d s' $((($(now) - $1) / 100)) $((($(now) - $1) % 100)); }

# Repeats a command until it succeeds, for so many seconds at most.
within() {
  deadline=$(($(now) + $1 * 100))
  shift
  until "$@"; do
    [ "$(now)" -lt $deadline ] || return 1
    sleep 0.1
  done
}

# The service's containers as they are now, newest first: id, name, replica, restart policy, state of each, and whether
# it runs; and the edge's container. In two calls of docker, each of which takes longer than what it asks for.
look() {
  listed=$(docker ps --all --no-trunc --filter "label=slipway.project=$PROJECT" \
    --filter "label=slipway.stack=$STACK" --format '{{.ID}} {{.State}} {{.Label "slipway.service"}}') || return 1
  ids=$(printf '%s\n' "$listed" | awk -v service="$SERVICE" '$3 == service { print $1 }')
  format='{{.Id}} {{slice .Name 1}} {{index .Config.Labels "slipway.slot"}} {{.HostConfig.RestartPolicy.Name}} {{.State.Status}} {{.State.Running}}'
  looked=
  [ -z "$ids" ] || looked=$(docker inspect --format "$format" $ids) || return 1
  seen=$looked
  edge=$(printf '%s\n' "$listed" | awk '$2 == "running" && $3 == "edge" { print $1; exit }')
}
# What awk prints of those that were seen.
among() { printf '%s\n' "$seen" | awk -v new="$NEW" -v slot="$SLOT" "$1"; }
of_slot() { among '$3 == slot { print $1 }'; }
name_of() { printf '%s\n' "$seen" | awk -v id="$1" '$1 == id { print $2 }'; }
# Ids of those that have taken over. (One that was never started has the mark from its creation.)
answering() { among '$1 != new && $3 == slot && $4 == "always" && $5 != "created" { print $1 }'; }
# Whether NEW has taken over: a run that was killed may have come as far as that.
took_over() { [ -n "$(among '$1 == new && $4 == "always" && $6 == "true"')" ]; }
# Ids of those that run without having taken over: left by a cutover that was killed.
stragglers() { among '$1 != new && $3 == slot && $4 == "no" && $5 == "running" { print $1 }'; }
# Names of those that answer for the service's other replicas.
others() { among '$3 != slot && $4 == "always" && $5 != "created" { print $2 }'; }

# One field of a container; nothing when it is not there.
field() { docker inspect --format "$2" "$1" 2>/dev/null || true; }
engine_answers() { docker version >/dev/null 2>&1; }
is_running() { [ "$(field "$1" '{{.State.Running}}')" = true ]; }
mark() { docker update --restart "$1" "$2" >/dev/null; }

edge_says() {
  if [ -n "$edge" ]; then say "its last log lines:" && docker logs --tail 5 "$edge" 2>&1; else say "none is running"; fi
}
in_edge() { docker exec -i "$edge" "$@" 2>/dev/null; }

# What the edge's own scripts exit with when they did not see what they waited for; else it may be another container now.
NOT_YET=7
# Whether a URL answers within two seconds, asked from inside the edge, where containers' names lead to them. Several
# times in one call of the engine, which takes far more CPU than the asking, and thirty services may start at once.
answers() {
  in_edge timeout 2 sh -c 'for try in 1 2 3 4 5; do timeout 2 wget -q -O /dev/null "$1" && exit; sleep 0.1; done; exit $2' \
    sh "$1" $NOT_YET || look_again $?
}
look_again() {
  [ "$1" = $NOT_YET ] || look || true
  return 1
}

# Points the route at the containers of these names and at the service's other replicas, and waits until the edge has
# taken it over.
route_to() {
  [ -n "$ROUTE" ] || return 0
  servers=
  for name in "$@" $(others); do servers="$servers${servers:+,}{\"url\":\"http://$name:$PORT\"}"; done
  within 15 edge_takes_route && return
  why="the edge did not take the route within 15 s; $(edge_says)"
  return 1
}
# One call of the edge: the file is put in place whole, then the edge is asked, for a second or so, until it has it.
edge_takes_route() {
  printf '%s' "$ROUTE" | sed "s|\"@SERVERS@\"|[$servers]|" |
    in_edge sh -c '
      # A gate that is there may be shut, for maintenance, and stays as it is.
      [ -e "/routes/$1.gate.yml" ] || { printf "%s" "$2" >"/routes/.$1" && mv "/routes/.$1" "/routes/$1.gate.yml"; }
      cat >"/routes/.$1" && mv "/routes/.$1" "/routes/$1.yml"
      for try in $(seq 20); do
        timeout 2 wget -q -O - "http://127.0.0.1:8080/api/http/services/$1@file" | grep -qF "\"servers\":[$3]" && exit
        sleep 0.05
      done
      exit $4' sh "$SERVICE" "$GATE" "$servers" $NOT_YET || look_again $?
}
# Takes the route away, and waits until the edge has let go of it.
unroute() {
  [ -n "$ROUTE" ] || return 0
  in_edge sh -c '
    rm -f "/routes/$1.yml" "/routes/$1.gate.yml"
    for try in $(seq 20); do
      timeout 2 wget -q -O /dev/null "http://127.0.0.1:8080/api/http/services/$1@file" || exit 0
      sleep 0.05
    done' sh "$SERVICE" || true
}

# Waits until the edge has no connection to a container any more. It keeps no idle ones: each is a request, a
# websocket or an event stream under way.
drain() {
  [ -n "$ROUTE" ] || return 0
  address=$(field "$1" '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}')
  [ -n "$address" ] || return 0
  # As /proc/net/tcp has it: bytes of the address from last to first, then the port, all in hexadecimal.
  connection=$(printf '%02X%02X%02X%02X:%04X 01 ' $(echo "$address" | awk -F. '{ print $4, $3, $2, $1 }') "$PORT")
  within "$DRAIN" drained || true
}
drained() { ! in_edge cat /proc/net/tcp /proc/net/tcp6 | grep -qF "$connection"; }

stop() { docker stop --time "$GRACE" "$1" >/dev/null; }

healthy() {
  case $HEALTH in
  command) eval "timeout 5 docker exec $NEW $HEALTH_ARG" >/dev/null 2>&1 ;;
  path) answers "http://$(name_of "$NEW")$HEALTH_ARG" ;;
  up) [ $(($(now) - started)) -ge $((HEALTH_ARG * 100)) ] && is_running "$NEW" ;;
  esac
}

# Starts NEW and waits until it is healthy, and has been so for STEADY. Sets why when it is not.
start_new() {
  started=$(now)
  why="it could not be started: $(docker start "$NEW" 2>&1 >/dev/null)" || return 1
  healthy_since=
  until [ -n "$healthy_since" ] && [ $(($(now) - healthy_since)) -ge $((STEADY * 100)) ]; do
    if ! healthy; then
      healthy_since=
      still_starting || return 1
    elif [ -z "$healthy_since" ]; then
      healthy_since=$(now)
      continue
    fi
    sleep 0.3
  done
  times="healthy after $(since "$started")"
}
still_starting() {
  if ! is_running "$NEW"; then
    why="it ended while starting"
    # An engine that is being restarted says nothing; with live-restore the container runs on.
    engine_answers || { why="the engine was restarted" && within 60 engine_answers; }
    is_running "$NEW" || return 1
  fi
  why="not healthy within $START_WITHIN s"
  # A path is asked for from inside the edge.
  [ "$HEALTH" != path ] || [ -n "$edge" ] || why="$why: no edge is running, from which it is asked"
  [ $(($(now) - started)) -lt $((START_WITHIN * 100)) ]
}

# The pre-deploy job: once for each NEW, also when the cutover is run again.
run_job() {
  [ -n "$JOB" ] || return 0
  culprit=$JOB
  [ "$(field "$JOB" '{{.State.Status}} {{.State.ExitCode}}')" != "exited 0" ] || return 0
  why="the pre-deploy job could not be started: $(docker start "$JOB" 2>&1 >/dev/null)" || return 1
  why="the pre-deploy job did not end within $JOB_WITHIN s"
  code=$(timeout "$JOB_WITHIN" docker wait "$JOB") || { docker kill "$JOB" >/dev/null 2>&1 || true; return 1; }
  why="the pre-deploy job failed with exit code $code"
  [ "$code" = 0 ]
}

# The post-deploy check, in NEW, which has the requests already.
run_check() {
  [ -n "$CHECK" ] || return 0
  code=0
  printed=$(eval "timeout $CHECK_WITHIN docker exec $NEW $CHECK" 2>&1) || code=$?
  why="the post-deploy check failed with exit code $code: $(printf '%s\n' "$printed" | tail -n 20)"
  [ "$code" = 0 ]
}

# Hides the values of secret environment variables.
masked() {
  values=$(field "$NEW" '{{range .Config.Env}}{{println .}}{{end}}' | while IFS= read -r line; do
    case " $SECRETS " in *" ${line%%=*} "*) printf '%s\n' "${line#*=}" ;; esac
  done)
  VALUES=$values awk 'BEGIN { n = split(ENVIRON["VALUES"], value, "\n") }
    { for (i = 1; i <= n; i++) if (value[i] != "") {
        done = ""
        while (at = index($0, value[i])) {
          done = done substr($0, 1, at - 1) "[secret]"
          $0 = substr($0, at + length(value[i]))
        }
        $0 = done $0
      }
      print }' 2>/dev/null || true
}

# Has the old one answer, stops the new one and says what became of it.
give_up() {
  within 60 engine_answers || true
  {
    say "$SERVICE: the new container did not take over: $why"
    say "state: $(field "$culprit" '{{.State.Status}}, exit code {{.State.ExitCode}}, out of memory {{.State.OOMKilled}}{{with .State.Error}}, {{.}}{{end}}')"
    health=$(field "$culprit" '{{if .State.Health}}{{range .State.Health.Log}}{{.Output}}{{end}}{{end}}')
    [ -z "$health" ] || say "health check: $health"
    say "its last log lines:"
    docker logs --tail 50 "$culprit" 2>&1 || true
  } | masked
  mark no "$NEW" || true
  # The oldest, if a killed cutover has left two: it has passed every check.
  keeper=$(printf '%s\n' $old | tail -n 1)
  if [ -z "$keeper" ]; then
    unroute
    stop "$NEW" || true
    say "there is no old container to answer"
  else
    [ "$ORDER" = start-first ] || stop "$NEW" || true
    docker start "$keeper" >/dev/null || say "the old container could not be started"
    [ -z "$switched" ] || route_to "$(name_of "$keeper")" || true
    [ "$ORDER" = stop-first ] || retire "$NEW" || true
    for id in $old; do [ "$id" = "$keeper" ] || retire "$id"; done
    say "the old container $(name_of "$keeper") answers still"
  fi
  say "mend the service and run pulumi up again"
  reject "$NEW" || true
  exit 1
}

retire() {
  mark no "$1"
  [ "$ORDER" = stop-first ] || drain "$1"
  stop "$1"
}

up() {
  old=$(answering) && left=$(stragglers) && switched='' && culprit=$NEW
  times="took over before"
  if ! took_over; then
    fresh=yes
    run_job || give_up
    culprit=$NEW
    mark no "$NEW"
    for id in $left; do retire "$id"; done
    left=
    [ "$ORDER" = start-first ] || for id in $old; do stop "$id"; done
    start_new || give_up
    mark always "$NEW"
  fi
  routed=$(now) && switched=yes
  route_to "$(name_of "$NEW")" || give_up
  times="$times, routed in $(since "$routed")"
  [ -z "$old${fresh:-}" ] || run_check || give_up
  retired=$(now)
  for id in $old $left; do retire "$id"; done
  say "$SERVICE: $(name_of "$NEW") answers ($times, old one drained and stopped in $(since "$retired"))"
  retain "$NEW" || true
}

# The replica leaves the program: no request may reach it while its container goes.
down() {
  mine=$(of_slot)
  for id in $mine; do mark no "$id" || true; done
  if [ -n "$(others)" ]; then route_to || true; else unroute; fi
  for id in $mine; do drain "$id"; done
  rm -f "$lock"
}

main() {
  command -v flock >/dev/null || { say "$SERVICE: the host has no flock; install util-linux" && exit 1; }
  lock=/tmp/slipway-$PROJECT-$STACK-$SERVICE.lock
  # Again when the one who had the lock has removed its file.
  until [ "$lock" -ef "${descriptor:-}" ]; do
    exec 9>"$lock"
    flock --nonblock 9 || { say "$SERVICE: waiting for another cutover to end" && flock 9; }
    descriptor=/proc/$$/fd/9
  done
  within 60 look || { say "$SERVICE: the host's engine does not answer" && exit 1; }
  "$1"
}

# On the last line, so that a script cut short in transit does nothing.
main "$@" </dev/null
