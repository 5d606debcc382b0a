# shellcheck shell=sh
# Prints what on a host is taken already: networks, volumes and published ports of containers, whosever they are, routes,
# and ports that processes listen on; what its kernel and its engine have, where that keeps things, and its platform; and
# the routes of other stacks in the edge. host/scripts/occupied.ts puts the variables in capitals before it, says what
# each is, and reads it. Needs docker; where there is no Linux beside the engine, what stands in /proc is left out.
set -eu

# Each call of docker is a twentieth of a second and more, before anything else can begin: so there are few, and they go
# side by side.

# Prints what each of these prints, one after the other, though all run at once. What fails is known of the last alone.
beside() {
  if [ $# = 1 ]; then
    "$1"
    return
  fi
  # A client of docker writes a line in several pieces, which would mix with another's.
  "$1" 2>/dev/null | {
    shift
    printed=$(beside "$@")
    cat
    printf '%s\n' "$printed"
  }
}

print_engine() {
  docker info --format 'engine {{.ServerVersion}} {{.MemoryLimit}} {{.SwapLimit}} {{.PidsLimit}} {{.DockerRootDir}}'
}
print_platform() { docker version --format 'platform {{.Server.Os}}/{{.Server.Arch}}'; }
print_volumes() { [ -z "$EXTERNAL_VOLUMES" ] || docker volume ls --format 'volume {{.Name}}'; }
print_networks() {
  inspect network "$(docker network ls --quiet --no-trunc)" \
    '{"id":{{json .Id}},"name":{{json .Name}},"labels":{{json .Labels}},"ipam":{{json .IPAM.Config}}}'
}
inspect() { # kind ids format
  [ -n "$2" ] || return 0
  # shellcheck disable=SC2086 # several ids
  # One that goes meanwhile is no failure.
  docker "$1" inspect --format "$1 $3" $2 2>/dev/null || true
}

print_containers() {
  containers=$(docker ps --all --no-trunc \
    --format '{{.ID}} {{.State}} {{.Label "slipway.project"}}/{{.Label "slipway.stack"}}/{{.Label "slipway.service"}}')
  # shellcheck disable=SC2016 # awk expands these
  edge=$(pick '$2 == "running" && $3 == edge && !found++ { print $1 }')
  # shellcheck disable=SC2016 # awk expands these
  others=$(pick '$3 != "//" && index($3, own) != 1 && !found++ { print $1 }')
  # shellcheck disable=SC2016 # awk expands these
  inspect container "$(pick '$2 ~ /^(running|paused|restarting)$/ { print $1 }')" \
    '{"name":{{json .Name}},"labels":{{json .Config.Labels}},"ports":{{json .NetworkSettings.Ports}},"bindings":{{json .HostConfig.PortBindings}}}'
  # One that goes meanwhile is not running.
  if [ -n "$edge" ] && print_routes; then echo edge; fi
}
pick() { printf '%s\n' "$containers" | awk -v own="$STACK/" -v edge="$EDGE_STACK/edge" "$1"; }
print_routes() {
  [ -n "$others" ] || return 0
  docker exec "$edge" sh -c '
    for file in /routes/*+*+*.yml; do
      case $file in *"*"* | *.maintenance.yml) continue ;; esac
      name=${file##*/}
      printf "edge-route %s " "${name%.yml}" && cat "$file" && echo
    done'
}

beside print_engine print_platform print_volumes print_networks print_containers

[ -r /proc/net/route ] || exit 0
awk 'FNR > 1 { print "route", $1, $2, $8 }' /proc/net/route
for protocol in tcp tcp6 udp udp6; do
  [ ! -r /proc/net/$protocol ] || awk -v protocol="${protocol%6}" \
    'FNR > 1 && ($4 == "0A" || protocol == "udp" && $4 == "07") { print "listening", protocol, $2, $8 }' /proc/net/$protocol
done
awk -F : '{ print "user", $3, $1 }' /etc/passwd
echo "kernel $(uname -r)"
# Empty where IPv6 is off, not there where the kernel has none.
! grep -q . /proc/net/if_inet6 2>/dev/null || echo ipv6
