# shellcheck shell=sh
# Prints the log lines of the containers that serve, each after its container's id, service and replica, and with its
# time. Needs docker there. host/scripts/logs.ts puts containers.sh and, before that, the variables in capitals before
# it, says what each is and reads what this prints.
set -eu

# Those of the services asked for: id, service and replica of each that serves; of a replica of which none does, the last
# one that ran.
wanted() {
  serving=$(live) || return 1
  {
    printf '%s\n' "$serving"
    list_containers --format '{{.ID}} {{.Label "slipway.service"}} {{.Label "slipway.slot"}} {{.State}}'
  } | awk -v services="$SERVICES" '$3 ~ /^[0-9]+$/ && $4 != "created" && index(services, " " $2 " ") {
      whose = $2 " " $3
      if (NF == 3) serves[whose] = 1
      else if (whose in serves) next
      else serves[whose] = 1
      print $1, whose
    }'
}
# Says which services have nothing that could have logged.
must_have() { # what wanted has printed
  for service in $SERVICES; do
    case $1 in *" $service "*) continue ;; esac
    echo "$service: no container of it is here, so it has no log; slipway up $service makes one" >&2
    return 1
  done
}

# Lines of one container, after what tells whose they are.
lines() { # id service slot, then options
  whose="$1 $2 $3"
  shift 3
  docker logs --timestamps "$@" "${whose%% *}" 2>&1 | while IFS= read -r line || [ -n "$line" ]; do
    printf '%s %s\n' "$whose" "$line"
  done
}

print_all() {
  found=$(wanted)
  [ -z "$found" ] || printf '%s\n' "$found" | while read -r id service slot; do
    lines "$id" "$service" "$slot" --tail "$TAIL" ${SINCE:+--since "$SINCE"}
  done
  must_have "$found"
}

# Whether a container serves still. An engine that is being restarted does not say: then it does.
serves() {
  serving=$(live) || return 0
  case $serving in *"$1 "*) return 0 ;; *) return 1 ;; esac
}
is_running() { [ "$(docker inspect --format '{{.State.Running}}' "$1" 2>/dev/null)" = true ]; }

# One container, over its restarts, for as long as it serves. What was printed before may come again: each line has
# its time, by which the reader knows.
follow() { # id service slot, then options
  while :; do
    lines "$@" --follow || true
    until is_running "$1"; do
      serves "$1" || return 0
      sleep 0.5
    done
    set -- "$1" "$2" "$3" --since $(($(date +%s) - 10))
  done
}

# Begins with each container that serves and is not followed yet. The first ones from where it is asked for; those
# that take over later, from their first line.
follow_new() {
  while read -r id service slot; do
    case "$followed" in *" $id "*) continue ;; esac
    followed="$followed $id "
    if [ -n "$later" ]; then set --; else set -- --tail "$TAIL" ${SINCE:+--since "$SINCE"}; fi
    if [ -n "$id" ]; then follow "$id" "$service" "$slot" "$@" & fi
  done <<END
$(wanted)
END
  later=yes
}

# Prints a line at first, and one whenever somebody may have taken over, which changes the restart policy. From a moment
# ago, so that nothing happens before it is watched; again when the engine was restarted.
changes() {
  while :; do
    echo changed
    docker events --since $(($(date +%s) - 2)) --filter type=container --filter event=update --filter event=start \
      --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" --format changed || true
    sleep 1
  done
}
follow_all() {
  followed='' later=''
  changes | while read -r _; do follow_new; done
}

main() {
  if [ -z "$FOLLOW" ]; then
    print_all </dev/null
    # Else the shell would read on for more of the script.
    exit
  fi
  follow_all </dev/null &
  # The end of standard input is the end of whoever asked: a connection that is cut sends no signal.
  cat >/dev/null
  trap '' TERM
  kill 0
}

# On the last line, so that a script cut short in transit does nothing.
main
