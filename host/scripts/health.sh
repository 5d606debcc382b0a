# shellcheck shell=sh
# Whether NEW is healthy: a part of cutover.sh, which stands before it and uses its functions.

# How NEW is checked, in HEALTH's words, and with what; "ports" is none of HEALTH's.
check=''
question=''
# Where the edge finds NEW.
server=''
# What the check last said: why NEW is not healthy.
said=''
# The longest a health command may take, in seconds.
command_timeout=''

# For a service that says nothing of health: its image's own check, else that one of its ports takes a connection, else
# that it stays up.
choose_check() {
  server=$(known_server "$NEW")
  check=$HEALTH question=$HEALTH_ARG
  case $check in image) ;; command) limit_command 5 && return 0 ;; *) return 0 ;; esac
  # The image's check as words quoted for sh, as Docker itself would run it; \x27 is a single quote.
  # shellcheck disable=SC2016 # the engine's client expands these
  words=$(field "$NEW" '{{with .Config.Healthcheck}}{{with .Test}}{{$kind := index . 0}}
    {{- if eq $kind "CMD-SHELL"}}{{with $.Config.Shell}}{{range .}}{{template "word" .}}{{end}}{{else}}/bin/sh -c {{end}}{{end}}
    {{- if ne $kind "NONE"}}{{range slice . 1}}{{template "word" .}}{{end}}{{end}}{{end}}{{end}}
    {{- define "word"}}{{"\x27"}}{{join (split . "\x27") "\x27\\\x27\x27"}}{{"\x27"}} {{end}}')
  if [ -n "$words" ]; then
    check=command question=$words
    # Docker's own default.
    limit_command 30
  elif [ -n "$question" ]; then
    check=ports
  else
    check=up question=2
  fi
}

# Gives a health command the time that Docker's own check gives it.
limit_command() { # seconds where that says nothing
  command_timeout=$(pick 'id == new { print limit }')
  [ "${command_timeout:-0}" -gt 0 ] || command_timeout=$1
}

healthy() {
  # shellcheck disable=SC2154 # cutover.sh knows when NEW was started
  case $check in
  command) passes ;;
  path) answers ;;
  ports) takes_connection ;;
  up) [ $(($(now) - started)) -ge $((question * 100)) ] && is_running "$NEW" ;;
  esac
}

# shellcheck disable=SC2154 # evidence.sh sets `recorded`
passes() {
  record health_command && return
  code=$?
  said="its health command failed with exit code $code: $(printf '%s\n' "$recorded" | tail -n 3)"
  # 124 is what limited() fails with, and 143 what some timeouts do.
  case $code in 124 | 143) said="its health command did not end within $command_timeout s" ;; esac
  return 1
}
health_command() { eval "limited $command_timeout docker exec $NEW $question"; }

# Whether the path is answered, through the edge.
answers() {
  if ! has_edge; then
    said="no edge is running to check its path through"
    look_again 1
    return
  fi
  # shellcheck disable=SC2153 # PORT is the service's
  said=$(ask_path "$server" "$PORT" "$question" "$ORIGIN") && return
  look_again $? || true
  if [ -n "$said" ]; then said="$question on port $PORT $said"; else said=$(nothing_listens "$PORT"); fi
  return 1
}

# Whether one of the ports takes a connection: asked from inside the edge, or without one told by the sockets that
# listen in the container, those on its own loopback left out.
takes_connection() {
  said=$(nothing_listens "$(echo "$question" | sed 's/ / or /g')")
  if has_edge; then
    # shellcheck disable=SC2016,SC2086 # the edge's shell expands these; several ports
    in_edge timeout 5 sh -c '
      server=$1 not_yet=$2
      shift 2
      begun=$(date +%s)
      for try in 1 2 3 4 5; do
        for port in "$@"; do nc -w 1 "$server" "$port" -e true 2>/dev/null && exit; done
        # As for a path.
        [ $(($(date +%s) - begun)) -le 1 ] || break
        sleep 0.1
      done
      exit "$not_yet"' sh "$server" "$NOT_YET" $question || look_again $?
  else
    listens
  fi
}
listens() {
  of_new=/proc/$(field "$NEW" '{{.State.Pid}}')/net
  # Where the engine's processes are not to be seen from here.
  [ -r "$of_new/tcp" ] || { check=up question=2 && return 1; }
  for port in $question; do
    # Address and port are in hexadecimal, bytes of the address from last to first; 0A is one that listens.
    cat "$of_new/tcp" "$of_new/tcp6" 2>/dev/null | awk -v port=":$(printf %04X "$port")$" '
      $4 == "0A" && $2 ~ port && $2 !~ /7F:/ && $2 !~ /^0*01000000:/ { found = 1 }
      END { exit !found }' && return
  done
  return 1
}
