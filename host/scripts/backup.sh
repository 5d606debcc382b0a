# shellcheck shell=sh
# Copies the volumes of a service off its host or back to it, as one tar stream, while the service, and whoever shares
# them, is stopped: nothing else gives a database's files at rest. Runs on the host by `sh -c … sh save|load|copy|start`, so
# that standard input is the stream's; needs docker there. host/scripts/backup.ts puts its parts and, before them, the
# variables in capitals before it and says what each is.
# save: writes the stream to standard output, and starts the service again whatever happens. Reads a sign of life from
#       standard input at least once a minute: without one it gives up, for nobody is there any more.
# load: empties the volumes, fills them with the stream from standard input, and leaves the service stopped: only who
#       sent it knows whether it was whole.
# copy: empties the volumes, fills them with what is in others on the host, and starts the service.
# start: starts the service.
#
# Its containers keep the mark of who serves (host/scripts/cutover.sh), so they come back with the engine, and with the
# next run of this script, should it be killed.
set -eu
# A cut connection must not end it half-way.
trap '' HUP INT TERM PIPE

say() { printf '%s\n' "$*" >&2 || true; }

# The container through which the volumes are read and written.
# No name has a dot but those of projects and stacks: the length says where the project's ends.
helper=slipway-backup.$PROJECT.$STACK.$SERVICE.${#PROJECT}
# Ids of the containers that serve, and the id of their image.
ids=''
image=''

start() {
  failed=''
  for id in $ids; do docker start "$id" >/dev/null || failed=yes; done
  if [ -n "$failed" ]; then
    say "$SERVICE: could not be started again"
    return 1
  fi
  say "$SERVICE: started again"
}

stop() {
  # shellcheck disable=SC2086 # several ids
  docker stop -t "$STOP_GRACE_PERIOD" $ids >/dev/null
  say "$SERVICE: stopped"
}

# A container that never runs: its volumes can be read and written whatever its image has in it, as it needs no shell.
with_helper() {
  docker rm --force "$helper" >/dev/null 2>&1 || true
  # shellcheck disable=SC2086 # several words
  docker create --name "$helper" --network none $MOUNTS "$image" none >/dev/null
}
without_helper() { docker rm --force "$helper" >/dev/null || true; }

save() {
  with_helper
  stop || { start && exit 1; }
  exec 3<&0
  docker cp "$helper:/slipway" - </dev/null &
  copy=$!
  {
    while [ -n "$(limited 60 head -c 1 <&3)" ]; do :; done
    kill "$copy"
  } >/dev/null 2>&1 &
  watch=$!
  code=0
  wait "$copy" || code=$?
  kill "$watch" 2>/dev/null || true
  start || code=1
  without_helper
  return "$code"
}

load() {
  with_helper
  stop
  empty || give_up_emptying
  code=0
  docker cp - "$helper:/" || code=$?
  without_helper
  return "$code"
}
# What the others hold is left as it is.
copy() {
  for volume in $ORIGINALS; do
    docker volume inspect "$volume" >/dev/null || exit 1
    users=$(docker ps --filter "volume=$volume" --format '{{.Names}}' | tr '\n' ' ')
    [ -z "$users" ] || { say "$volume: is in use, so its files may not be at rest; run docker stop $users" && exit 1; }
  done
  with_helper
  from=$helper.from
  docker rm --force "$from" >/dev/null 2>&1 || true
  # shellcheck disable=SC2086 # several words
  docker create --name "$from" --network none $ORIGINAL_MOUNTS "$image" none >/dev/null
  stop
  empty || give_up_emptying
  say "$SERVICE: copying"
  failed=$({ { docker cp "$from:/slipway" - || echo yes >&3; } | docker cp - "$helper:/" || echo yes >&3; } 3>&1 >/dev/null)
  docker rm --force "$from" >/dev/null || true
  without_helper
  [ -z "$failed" ] || { say "$SERVICE: not copied; it is left stopped. Run the same again" && exit 1; }
  start
}
give_up_emptying() {
  start
  say "$SERVICE: no image has a shell to empty the volumes with; run docker pull busybox on the host" && exit 1
}
empty() {
  edge=$(list_services | edge_among)
  for shell in "$image" $(docker inspect --format '{{.Image}}' "$edge" 2>/dev/null) busybox; do
    # shellcheck disable=SC2086 # several words
    docker run --rm --pull never --network none --user 0:0 $MOUNTS --entrypoint sh "$shell" -c \
      'rm -rf /slipway/*/..?* /slipway/*/.[!.]* /slipway/*/*' 2>/dev/null && return
  done
  return 1
}

main() {
  # The same as the cutover's: while a service is copied it is not rolled.
  lock_service
  # Other services may share a volume of it.
  sharing=" $(for volume in $VOLUMES; do list_containers --quiet --filter "volume=$volume"; done | tr '\n' ' ')"
  ids=$(live | awk -v service="$SERVICE" -v sharing="$sharing" \
    '$2 == service || index(sharing, " " $1 " ") { print $1 }')
  [ -n "$ids" ] || { say "$SERVICE: no container is serving; run pulumi up first" && exit 1; }
  # shellcheck disable=SC2086 # several ids
  image=$(docker inspect --format '{{.Image}}' $ids | head -n 1)
  "$1"
}

# On the last line, so that a script cut short in transit does nothing.
main "$@"
