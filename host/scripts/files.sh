# shellcheck shell=sh
# The volume of a service's files on its host, by `sh -s -- fill|remove`. Needs docker there, and may be killed after any
# line. host/scripts/files.ts puts its parts and, before them, the variables in capitals before it and says what each is.
# fill: makes VOLUME, unless it is there as it is to be, and removes the service's others that no container uses.
# remove: removes all of them that no container uses.
# shellcheck disable=SC2154 # lock.sh sets lock_image
set -eu
trap '' HUP PIPE

say() { printf '%s\n' "$*" >&2 || true; }

# The container through which the volume is read and written, which never runs.
helper=slipway-files.$PROJECT.$STACK.$SERVICE.${#PROJECT}
make_helper() {
  docker rm --force "$helper" >/dev/null 2>&1 || true
  { docker create --pull never --name "$helper" --network none --volume "$VOLUME:/slipway" "$lock_image" none >/dev/null; } 2>&1
}

# Its name says what is in it: so one that a kill has left half full is not taken for whole.
is_whole() {
  case $VOLUME in *-files-"$(files_digest "$helper:/slipway" | cut -c 1-32)") ;; *) return 1 ;; esac
}

fill() {
  docker volume create --driver local --label "slipway.project=$PROJECT" --label "slipway.stack=$STACK" \
    --label "slipway.service=$SERVICE" --label slipway.data=none "$VOLUME" >/dev/null
  kept_in=$(docker volume inspect --format '{{.Mountpoint}}' "$VOLUME")
  [ "$kept_in" = "$FOLDER" ] || { say "$SERVICE: its files are in $kept_in, not in $FOLDER; run pulumi up again" && exit 1; }
  made=$(make_helper) || { make_lock_image && made=$(make_helper); } || {
    say "$SERVICE: its files cannot be put on the host: $made"
    exit 1
  }
  trap 'docker rm --force "$helper" >/dev/null 2>&1 || true' EXIT
  is_whole || {
    # The content is in no command line, nor in an environment.
    printf %s "$CONTENT" | base64 -d | docker cp - "$helper:/slipway"
    is_whole || { say "$SERVICE: its files are not on the host as they were sent; is its disk full?" && exit 1; }
  }
  remove "$VOLUME"
}

# All but one. The engine itself refuses to remove one that a container uses, running or not.
remove() { # but
  ours=$(docker volume ls --quiet --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" \
    --filter "label=slipway.service=$SERVICE" --filter label=slipway.data=none)
  for one in $ours; do
    [ "$one" = "${1-}" ] || docker volume rm "$one" >/dev/null 2>&1 || true
  done
}

# On the last line, so that a script cut short in transit does nothing.
"$1" </dev/null
