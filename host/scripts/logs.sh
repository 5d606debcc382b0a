# Prints the log lines of the containers that answer, each after its container's id, service and replica, and with its
# time. Needs docker there. host/scripts/live.ts puts live() and these variables before it:
#   PROJECT STACK SERVICES   whose; SERVICES has a space around each name
#   TAIL SINCE               of each container, as `docker logs` takes them; SINCE empty: from its start
#   FOLLOW                   empty: what there is; else goes on, over restarts and rolls, until standard input ends
set -eu

wanted() { live | while read -r id service slot; do case $SERVICES in *" $service "*) echo "$id $service $slot" ;; esac; done; }

# Lines of one container, after what tells whose they are.
lines() { # id service slot, then options
  whose="$1 $2 $3"
  shift 3
  docker logs --timestamps "$@" "${whose%% *}" 2>&1 | while IFS= read -r line || [ -n "$line" ]; do
    printf '%s %s\n' "$whose" "$line"
  done
}

all() { wanted | while read -r id service slot; do lines "$id" "$service" "$slot" --tail "$TAIL" ${SINCE:+--since "$SINCE"}; done; }

# One container, over its restarts, for as long as it answers. What was printed before may come again: each line has
# its time, by which the reader knows.
follow() { # id service slot, then options
  while :; do
    lines "$@" --follow || true
    until [ "$(docker inspect --format '{{.State.Running}}' "$1" 2>/dev/null)" = true ]; do
      # An engine that is being restarted says nothing.
      if answering=$(live); then case $answering in *"$1 "*) ;; *) return 0 ;; esac; fi
      sleep 0.5
    done
    set -- "$1" "$2" "$3" --since $(($(date +%s) - 10))
  done
}

# Begins with each container that answers and is not followed yet. The first ones from where it is asked for; those
# that take over later, from their first line.
follow_new() {
  while read -r id service slot; do
    case "$followed" in *" $id "*) continue ;; esac
    followed="$followed $id "
    if [ -n "$later" ]; then set --; else set -- --tail "$TAIL" ${SINCE:+--since "$SINCE"}; fi
    [ -z "$id" ] || follow "$id" "$service" "$slot" "$@" &
  done <<END
$(wanted)
END
  later=yes
}

# A look at first, and one whenever somebody may have taken over, which changes the restart policy. From a moment ago,
# so that nothing happens before it is watched; again when the engine was restarted.
follow_all() {
  followed='' later=''
  while :; do
    echo look
    docker events --since $(($(date +%s) - 2)) --filter type=container --filter event=update --filter event=start \
      --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" --format look || true
    sleep 1
  done | while read -r _; do follow_new; done
}

main() {
  # Without exit the shell would read on for more of the script.
  [ -n "$FOLLOW" ] || { all </dev/null; exit; }
  follow_all </dev/null &
  # The end of standard input is the end of whoever asked: a connection that is cut sends no signal.
  cat >/dev/null
  trap '' TERM
  kill 0
}

# On the last line, so that a script cut short in transit does nothing.
main
