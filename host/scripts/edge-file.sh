# Changes what a stack's edge reads, on the edge's host, by `sh -s -- write|remove|gates`. Needs docker there.
# host/scripts/edge-file.ts puts these variables before it:
#   PROJECT STACK   whose edge
#   FILE CONTENT    a file in its folder of routes, and what `write` puts there
#   API TEXT        `write` waits until this path of the edge's API has that text; API empty: does not wait
# gates: prints every gate file, one a line.
set -eu

edge=$(docker ps --quiet --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" \
  --filter label=slipway.service=edge | head -n 1)
running() { [ -n "$edge" ] || { echo "the edge is not running" >&2 && exit 1; }; }

# At one stroke, for the edge may read at any moment; for its own eyes, for it may hold a key.
write() {
  running
  printf '%s' "$CONTENT" |
    docker exec -i "$edge" sh -c 'umask 077 && cat >"/routes/$1.new" && mv "/routes/$1.new" "/routes/$1"' sh "$FILE"
  [ -n "$API" ] || return 0
  tries=0
  until docker exec "$edge" timeout 2 wget -q -O - "http://127.0.0.1:8080$API" 2>/dev/null | grep -qF "$TEXT"; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo "the edge did not take $FILE within 10 s" >&2 && exit 1; }
    sleep 0.1
  done
}

remove() { [ -z "$edge" ] || docker exec "$edge" rm -f "/routes/$FILE"; }

gates() {
  running
  docker exec "$edge" sh -c 'for file in /routes/*.gate.yml; do [ ! -e "$file" ] || { cat "$file" && echo; }; done'
}

# On the last line, so that a script cut short in transit does nothing.
"$1" </dev/null
