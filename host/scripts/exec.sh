# shellcheck shell=sh
# Runs a command in the container that serves as a replica, and ends with its exit code. Needs docker there.
# host/scripts/exec.ts puts containers.sh and, before that, the variables in capitals before it and says what each is.
set -eu

find_id() { live | awk -v service="$SERVICE" -v slot="$SLOT" '$2 == service && $3 == slot { print $1; exit }'; }

id=$(find_id)
[ -n "$id" ] || { echo "$SERVICE: no container of replica $SLOT is serving; see: slipway status" >&2 && exit 1; }
name=$(docker inspect --format '{{slice .Name 1}}' "$id")
code=0
docker exec --interactive ${TTY:+"$TTY"} "$id" "$@" || code=$?
if [ "$(find_id)" != "$id" ] || [ "$(docker inspect --format '{{.State.Running}}' "$id" 2>/dev/null)" != true ]; then
  echo "$SERVICE: $name was replaced or stopped while the command ran; run it again to reach the container that serves now" >&2
fi
exit $code
