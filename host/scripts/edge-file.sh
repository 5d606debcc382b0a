# shellcheck shell=sh
# Changes what a stack's edge reads, on the edge's host, by `sh -s -- write|remove|maintenance`.
# Needs docker there. host/scripts/edge-file.ts puts its parts and, before them, the variables in capitals before it and
# says what each is.
# write: puts the file there, and waits until the edge has taken it over. remove: removes it.
# maintenance: prints every maintenance file, one a line.
set -eu

if [ -n "$EDGE_STACK" ]; then edge=$(edge_of "$EDGE_STACK"); else edge=$(list_services | edge_among); fi

# What evidence.sh reads: whose secrets no message may show. And what it sets.
# shellcheck disable=SC2034
SECRETS='*'
# shellcheck disable=SC2034
NEW=$edge
# shellcheck disable=SC2034
PRE_DEPLOY=''
problem=''

must_run() {
  [ -n "$edge" ] || { echo "the edge is not running" >&2 && exit 1; }
}

# At one stroke, for the edge may read at any moment; for its own eyes, for it may hold a key.
write() {
  must_run
  capture put_file || { echo "the edge did not take $FILE: $problem" >&2 && exit 1; }
  [ -n "$API" ] || return 0
  tries=0
  until docker exec "$edge" timeout 2 wget -q -O - "http://127.0.0.1:8080$API" 2>/dev/null | grep -qF "$TEXT"; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo "the edge did not take $FILE within 10 s" >&2 && exit 1; }
    sleep 0.1
  done
}

put_file() {
  # shellcheck disable=SC2016 # the edge's shell expands these
  printf '%s' "$CONTENT" |
    docker exec -i "$edge" sh -c 'mkdir -p /routes/new && umask 077 && cat >"/routes/new/$1" && mv "/routes/new/$1" "/routes/$1"' sh "$FILE"
}

remove() {
  [ -z "$edge" ] || capture docker exec "$edge" rm -f "/routes/$FILE" || {
    echo "the edge did not let go of $FILE: $problem" >&2 && exit 1
  }
}

maintenance() {
  must_run
  # shellcheck disable=SC2016 # the edge's shell expands these
  docker exec "$edge" sh -c '
    for file in /routes/*.maintenance.yml; do
      [ ! -e "$file" ] || { cat "$file" && echo; }
    done'
}

# On the last line, so that a script cut short in transit does nothing.
"$1" </dev/null
