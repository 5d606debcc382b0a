# Runs a command in the container that answers for a replica, and ends with its exit code. Needs docker there.
# host/scripts/live.ts puts live() and these variables before it:
#   PROJECT STACK SERVICE SLOT   whose
#   TTY                          -t where the command is to have a terminal; else empty
set -eu

find() { live | awk -v service="$SERVICE" -v slot="$SLOT" '$2 == service && $3 == slot { print $1; exit }'; }

id=$(find)
[ -n "$id" ] || { echo "$SERVICE: no container of replica $SLOT answers; slipway status says more" >&2 && exit 1; }
name=$(docker inspect --format '{{slice .Name 1}}' "$id")
code=0
docker exec --interactive $TTY "$id" "$@" || code=$?
if [ "$(find)" != "$id" ] || [ "$(docker inspect --format '{{.State.Running}}' "$id" 2>/dev/null)" != true ]; then
  echo "$SERVICE: $name was replaced or stopped while the command ran; the same command again reaches the one that answers now" >&2
fi
exit $code
