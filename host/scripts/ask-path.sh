# shellcheck shell=sh
# What is asked from inside the edge, where containers' names lead to them: a part of the scripts that use it, which stands
# before them. Needs docker.

# Id of the edge's container that is running; empty: none is.
edge=''
# What the edge's own scripts exit with when they did not see what they waited for. Any other failure may mean that the
# edge is another container by now.
NOT_YET=7

in_edge() { docker exec -i "$edge" "$@" 2>/dev/null; }

# Where the edge finds a container: by its name; by the name of the one whose network it has; where it has the host's, at
# the host's address in the fleet's network.
server_of() { # id, that address
  server_at "$(docker inspect --format '{{.HostConfig.NetworkMode}} {{slice .Name 1}}' "$1" 2>/dev/null || true)" "$2"
}
server_at() { # the mode of its network and its name, that address
  case $1 in
  "host "*) printf '%s\n' "$2" ;;
  container:*)
    owner=${1#container:}
    docker inspect --format '{{slice .Name 1}}' "${owner%% *}" 2>/dev/null || true
    ;;
  *) printf '%s\n' "${1#* }" ;;
  esac
}

# Sends its words as the lines of a request on its standard output, which is a connection, and gives the first line that
# comes back within 2 s to descriptor 5, with something before it, so that it is never empty.
# shellcheck disable=SC2016 # the edge's shell expands these
ask='printf "%s\r\n" "$@" ""; IFS= read -r -t 2 line; printf "> %s" "$line" | tr -cd " -~" | cut -c 1-100 >&5'

# Whether a server answers a path with success or a redirection, asked as the edge would for a client: by the service's
# own name, with the scheme that clients use. (No redirection is followed: it may lead anywhere.) By nc, which unlike wget
# tells the status. Several times in one call of the engine, which takes far more CPU than the asking, and thirty services
# may start at once. Prints how it was answered when it was not so, nothing where nothing took the connection.
ask_path() { # container's name, port, path, scheme://name
  # shellcheck disable=SC2016 # the edge's shell expands these
  in_edge timeout 5 sh -c '
    server=$1 port=$2 ask=$3 not_yet=$4
    shift 4
    begun=$(date +%s)
    for try in 1 2 3 4 5; do
      answer=$(nc -w 1 "$server" "$port" -e sh -c "$ask" sh "$@" 5>&1 2>/dev/null)
      case $answer in
      "> HTTP/"*" "[23]*) exit ;;
      "> HTTP/"*) answer="was answered ${answer#*/* }" ;;
      "> ") answer="was not answered within 2 s" && break ;;
      "> "*) answer="was answered with no HTTP" ;;
      esac
      # What takes long to say nothing may have ended: its name is looked for elsewhere then.
      [ $(($(date +%s) - begun)) -le 1 ] || break
      sleep 0.1
    done
    echo "$answer"
    exit "$not_yet"' \
    sh "$1" "$2" "$ask" "$NOT_YET" "GET $3 HTTP/1.1" "Host: ${4#*://}" "X-Forwarded-Host: ${4#*://}" \
    "X-Forwarded-Proto: ${4%%:*}" "User-Agent: slipway" "Connection: close"
}
nothing_listens() { echo "nothing takes connections from outside the container on port $1"; }
