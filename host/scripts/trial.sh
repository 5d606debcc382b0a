# shellcheck shell=sh
# Runs a container for so many seconds at most, on the engine that docker speaks to here, prints how that went, and removes
# it. Needs docker there. Its arguments are those of docker create, image and command with them.
# host/scripts/trial.ts puts waiting.sh and, before that, the variables in capitals before it and says what each is.
set -eu

# Also where nobody reads any more what it prints: who started it may have been killed.
trap 'docker rm --force --volumes "$NAME" >/dev/null 2>&1 || true' EXIT
trap 'exit 143' HUP INT TERM PIPE

lines() { sed "s/^/$1 /"; }

problem=$(docker create --pull never --name "$NAME" --label slipway.trial --network none "$@" 2>&1 >/dev/null) || {
  echo 'ended 125'
  printf '%s\n' "$problem" | lines log
  exit
}
problem=$(docker start "$NAME" 2>&1 >/dev/null) || true
# In the background, as a signal waits for what runs in the foreground.
limited "$MOST" docker wait "$NAME" >/dev/null 2>&1 &
wait $! || true
docker inspect --format '{{if .State.Running}}running{{else}}ended {{.State.ExitCode}}{{end}}{{if .State.OOMKilled}}
log killed: it had used all of its memory{{end}}' "$NAME"
docker diff "$NAME" | lines changed
[ -z "$problem" ] || printf '%s\n' "$problem" | lines log
docker logs --tail 100 "$NAME" 2>&1 | tr -d '\r' | lines log
