# shellcheck shell=sh
# Moves one replica of a service from the container that serves requests to the one that was made for it. Runs on the
# service's host by `sh -s -- up|down`, needs docker there, and may be killed after any line: run again, it
# ends right. host/scripts/cutover.ts puts its parts before it and, before those, its variables, in capitals;
# model/rollout/cutover-variables.ts says what each is.
# up: exits 0 when NEW serves and the old one is stopped, 1 when the old one still serves.
#
# The restart policy is the mark of who serves: RESTART has taken over and comes back when the engine does, "no" has not,
# or no more. At least one healthy container carries it at any time, whatever is killed. What ends by itself (RESTART is
# "no") has the mark "done" here once it has ended with 0, and nothing has to be put back in its place.
set -eu
# A cut connection must not end a cutover half-way.
trap '' HUP PIPE

# What a run knows besides its variables. (The edge's id is route.sh's.)
# The service's containers at the last look, newest first: id, name, slot, restart policy, state, whether it runs, what
# the stack calls the host, whether it ends by itself, its exit code, its limit of processes, the mode of its network, its
# image's id and name, the seconds that Docker's check of it may take; and, in any order, its addresses, and the volumes
# that have a name of Docker's own, 64 hexadecimal digits, with the folders where they are mounted.
containers=''
# Ids of those that had taken over when the run began, newest first; empty: none had.
old=''
# Ids of those that ran then without having taken over: left by a cutover that was killed.
stragglers=''
# yes: NEW has taken over in this run; empty: in one before, or not yet.
took_over_now=''
# yes: the route may lead to NEW.
switched=''
# When NEW was started, as now() has it.
started=''
# Why the roll failed, and id of the container whose state and log explain it.
why=''
culprit=$NEW
# What a command that failed has printed, as it may be shown (evidence.sh).
problem=''
# What took how long, for the last line of a roll that succeeded.
durations="took over before"

say() { printf '%s\n' "$*" 2>/dev/null || true; }

# Ends a step that failed: `|| fail "what went wrong"` on a function's last line.
fail() {
  why=$1
  return 1
}

# Looks at the service's containers and at the edge as they are now. In two calls of docker, each of which takes longer
# than what it asks for. (.ID and not .Id: with a name that only the engine's JSON has, docker reads all of the template from
# that, where times have no .Seconds, and what is not there is an error.)
look() {
  listed=$(list_services) || return 1
  ids=$(printf '%s\n' "$listed" | awk -v service="$SERVICE" '$3 == service { print $1 }')
  found=''
  format='{{.ID}} {{slice .Name 1}} {{or (index .Config.Labels "slipway.slot") "-"}} {{or .HostConfig.RestartPolicy.Name "no"}} {{.State.Status}} {{.State.Running}} {{or (index .Config.Labels "slipway.host") "-"}} {{or (index .Config.Labels "slipway.ends") "-"}} {{.State.ExitCode}} {{json .HostConfig.PidsLimit}} {{.HostConfig.NetworkMode}} {{.Image}} {{.Config.Image}} {{with .Config.Healthcheck}}{{printf "%.0f" .Timeout.Seconds}}{{else}}0{{end}}{{range .NetworkSettings.Networks}} address={{.IPAddress}}{{end}}{{range .Mounts}}{{if and (eq .Type "volume") (eq (len .Name) 64)}} {{.Name}}={{.Destination}}{{end}}{{end}}'
  # shellcheck disable=SC2086 # several ids
  [ -z "$ids" ] || found=$(docker inspect --format "$format" $ids) || return 1
  containers=$found
  set_edge "$listed"
}
# What awk prints of the containers of the last look.
pick() {
  printf '%s\n' "$containers" | awk -v new="$NEW" -v ours="$SLOT" -v here="$HOST" \
    "{ id = \$1; name = \$2; slot = \$3; policy = \$4; state = \$5; running = \$6; host = \$7; processes = \$10; mode = \$11; image = \$12; reference = \$13; limit = \$14
      if (\$8 == \"yes\") policy = state == \"exited\" && \$9 == 0 ? \"done\" : \"no\" } $1"
}
of_slot() { pick 'slot == ours && host == here { print id }'; }
name_of() { pick "id == \"$1\" { print name }"; }
# Ids of those that have taken over. (One that was never started has the mark from its creation.)
serving() { pick 'id != new && slot == ours && policy != "no" && policy != "done" && state != "created" { print id }'; }
# Whether NEW has taken over: a run that was killed may have come as far as that.
took_over() { [ -n "$(pick 'id == new && (policy == "done" || policy != "no" && running == "true") { print id }')" ]; }
left_by_a_kill() { pick 'id != new && slot == ours && policy == "no" && state == "running" { print id }'; }
# Whether the replica goes on here, on a host that the stack calls by another name now.
renamed() { [ -n "$(pick 'slot == ours && host != here && policy != "no" && state != "created" { print id }')" ]; }
# Where the edge finds one.
known_server() { server_at "$(pick "id == \"$1\" { print mode, name }")" "$GATEWAY"; }
# Its id, and how the container names it.
image_of_new() { pick 'id == new { print image, reference }'; }
# Names of those that serve as the service's other replicas.
others() { pick 'slot != ours && policy != "no" && state != "created" { print name }'; }

# One field of a container; nothing when it is not there.
field() { docker inspect --format "$2" "$1" 2>/dev/null || true; }
engine_answers() { docker version >/dev/null 2>&1; }
is_running() { [ "$(field "$1" '{{.State.Running}}')" = true ]; }
# Each says why, where it fails.
mark() { tell docker update --restart "$1" "$2"; }
stop() { tell docker stop -t "$STOP_GRACE_PERIOD" "$1"; }
tell() { quietly "$@" || { say "$SERVICE: $problem" && return 1; }; }

# Starts NEW and waits until it is healthy, and has been so for MIN_READY; or, where it ends by itself, until it has.
start_new() {
  if [ "$RESTART" = no ]; then
    started=$(now)
    run_to_end "$NEW" "the container" "$START_TIMEOUT" || return 1
    durations="ended with 0 after $(since "$started")"
    return
  fi
  join_networks
  started=$(now)
  quietly docker start "$NEW" || {
    fail "the new container could not be started: $problem"
    return
  }
  choose_check
  healthy_since=''
  until [ -n "$healthy_since" ] && [ $(($(now) - healthy_since)) -ge $((MIN_READY * 100)) ]; do
    if ! healthy; then
      healthy_since=''
      still_starting || return 1
    elif [ -z "$healthy_since" ]; then
      healthy_since=$(now)
      continue
    fi
    sleep 0.3
  done
  durations="healthy after $(since "$started")"
}
still_starting() {
  if ! is_running "$NEW"; then
    reason="it exited during start-up"
    # An engine that is being restarted does not answer; with live-restore the container runs on.
    engine_answers || { reason="the engine was restarted" && within 60 engine_answers; }
    is_running "$NEW" || fail "the new container did not become healthy: $reason" || return 1
  fi
  [ $(($(now) - started)) -ge $((START_TIMEOUT * 100)) ] || return 0
  fail "the new container did not become healthy within $START_TIMEOUT s${said:+: $(printf '%s\n' "$said" | cleaned 4000)}"
}

# The post-deploy check, in NEW, which has the requests already.
run_post_deploy() {
  [ -n "$POST_DEPLOY" ] || return 0
  capture post_deploy_check || fail "the post-deploy check failed with exit code $?: $problem"
}
post_deploy_check() { eval "limited $POST_DEPLOY_TIMEOUT docker exec $NEW $POST_DEPLOY"; }

# Takes a container out of what leads requests to it.
leave() {
  leave_own_proxy "$1"
  drain "$1"
}
retire() {
  mark no "$1"
  if [ "$ORDER" = start-first ]; then leave "$1"; fi
  stop "$1"
}

# Says why the roll failed, has the old container serve and ends NEW.
give_up() {
  within 60 engine_answers || true
  print_failure "$culprit" "$why"
  mark no "$NEW" || true
  # The oldest, if a killed cutover has left two: it has passed every check.
  keeper=$(printf '%s\n' "$old" | tail -n 1)
  if [ -n "$keeper" ]; then
    go_back_to "$keeper"
  else
    unroute
    stop "$NEW" || true
    [ "$RESTART" = no ] || say "there is no previous container to go back to"
  fi
  print_advice
  say "fix the service, then run pulumi up again"
  reject "$(image_of_new)" || true
  exit 1
}
go_back_to() {
  if [ "$ORDER" = stop-first ]; then stop "$NEW" || true; fi
  back="is still serving requests"
  tell docker start "$1" || back="could not be started"
  if [ "$ORDER" = stop-first ]; then restart_guests "$1"; fi
  return_to_own_proxy "$1"
  if [ -n "$switched" ]; then route_to "$(known_server "$1")" || true; fi
  if [ "$ORDER" = start-first ]; then retire "$NEW" || true; fi
  for id in $old; do
    if [ "$id" != "$1" ]; then retire "$id"; fi
  done
  say "the previous container $(name_of "$1") $back"
}
# What has a container's network has lost it with the container's stop, until it is started again itself.
restart_guests() {
  format='{{.Id}} {{.HostConfig.NetworkMode}} {{.State.Running}}'
  # shellcheck disable=SC2046 # several ids
  guests=$(docker inspect --format "$format" $(list_containers --quiet) 2>/dev/null |
    awk -v mode="container:$1" '$2 == mode && $3 == "true" { print $1 }') || true
  for id in $guests; do tell docker restart -t "$STOP_GRACE_PERIOD" "$id" || true; done
}

# What is written into a volume that only the image declares stays behind at the next roll, which gets a new, empty one.
# (A mount on a folder above is none on it: Docker puts a volume of its own over it.)
has_its_volumes() {
  # shellcheck disable=SC2016 # awk expands these
  bare=$(pick 'id == new { for (i = 15; i <= NF; i++) if (sub(/^[0-9a-f]+=/, "", $i)) { print $i; exit } }')
  [ -z "$bare" ] || fail "the image declares a volume at $bare and nothing is mounted there, so that data would be left \
behind at each roll. Add to the service's volumes: { source: \"data\", target: \"$bare\" }"
}

# Sets a container's limit of processes, which the Docker plugin cannot. Docker shows none as 0, null or -1.
limit_processes() { # id, what docker updates besides
  container=$1
  shift
  found=$(pick "id == \"$container\" { print processes }")
  # A job of another service is not among them.
  [ -n "$found" ] || found=$(field "$container" '{{json .HostConfig.PidsLimit}}')
  case $found in null | 0) found=-1 ;; esac
  [ "$found" = "$PIDS_LIMIT" ] || set -- "$@" --pids-limit "$PIDS_LIMIT"
  [ $# = 0 ] || quietly docker update "$@" "$container" || fail "its limit of processes could not be set: $problem"
}

# Brings NEW up while the old container serves, or, stop-first, in its place.
take_over() {
  has_its_volumes || give_up
  # With the mark in the same call: each takes a twentieth of a second.
  limit_processes "$NEW" --restart no || give_up
  run_pre_deploy || give_up
  culprit=$NEW
  for id in $stragglers; do retire "$id"; done
  stragglers=''
  if [ "$ORDER" = stop-first ]; then
    for id in $old; do stop "$id"; done
  fi
  start_new || give_up
  await_own_proxy || give_up
  mark "$RESTART" "$NEW"
  took_over_now=yes
}

# Gives NEW, which serves, the restart policy back that somebody has changed to another.
restore_mark() {
  [ "$RESTART" = no ] || [ "$(pick 'id == new { print policy }')" = "${RESTART%%:*}" ] || mark "$RESTART" "$NEW"
}

# Starts NEW, which serves, again where one that it wants to be started after has been started later.
start_again() {
  [ -n "$RESTART_AFTER" ] || return 0
  begun=$(field "$NEW" '{{.State.StartedAt}}')
  later=''
  for id in $RESTART_AFTER; do
    later=$(field "$id" '{{.State.StartedAt}}' | awk -v begun="$begun" '"" $0 > "" begun { print "yes" }')
    [ -z "$later" ] || break
  done
  [ -n "$later" ] || return 0
  tell docker restart -t "$STOP_GRACE_PERIOD" "$NEW" || fail "it could not be started again" || return 1
  start_new
}

up() {
  old=$(serving)
  stragglers=$(left_by_a_kill)
  # Where nobody has the mark, somebody may have changed it by hand: who runs is then taken for who serves.
  if [ "$RESTART" != no ] && [ -z "$old" ] && ! took_over; then old=$stragglers stragglers=''; fi
  if took_over; then
    restore_mark || exit 1
    limit_processes "$NEW" || { say "$SERVICE: $why" && exit 1; }
    start_again || { print_failure "$NEW" "$why" && exit 1; }
  else
    take_over
  fi
  switched=yes
  routed=$(now)
  route_to "$(known_server "$NEW")" || give_up
  durations="$durations, routed in $(since "$routed")"
  # A run that finds its work done checks nothing.
  if [ -n "$old" ] || [ -n "$took_over_now" ]; then run_post_deploy || give_up; fi
  retired=$(now)
  for id in $old $stragglers; do retire "$id"; done
  done=serves
  [ "$RESTART" != no ] || done="has done its work"
  say "$SERVICE: $(name_of "$NEW") $done ($durations, old one drained and stopped in $(since "$retired"))"
  retain "$(image_of_new)" || true
}

# The replica leaves the program or the host: no request may reach it while its container goes.
down() {
  leave_edge || exit 1
  leaving=$(of_slot)
  for id in $leaving; do mark no "$id" || true; done
  if renamed; then return; fi
  if [ -n "$(others)" ]; then route_to || true; else unroute; fi
  for id in $leaving; do leave "$id"; done
}

main() {
  lock_service
  # Asked many times, it need not say each time why not.
  within 60 look 2>/dev/null || { tell docker version || true; say "$SERVICE: the host's engine does not answer" && exit 1; }
  "$1"
}

# On the last line, so that a script cut short in transit does nothing.
main "$@" </dev/null
