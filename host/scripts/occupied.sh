# shellcheck shell=sh
# Prints what on a host is taken already: networks, volumes and published ports of containers, whosever they are, routes, and ports
# that processes listen on; what its kernel and its engine have, where that keeps things, and its platform.
# host/scripts/occupied.ts reads it. Needs docker; where there is no Linux beside the engine, what
# stands in /proc is left out.
set -eu

list() {
  ids=$("$@")
  [ -n "$ids" ] || return 0
  # shellcheck disable=SC2086 # several ids
  # One that goes meanwhile is no failure.
  docker "$kind" inspect --format "$kind $format" $ids 2>/dev/null || true
}

kind=network format='{"id":{{json .Id}},"name":{{json .Name}},"labels":{{json .Labels}},"ipam":{{json .IPAM.Config}}}'
list docker network ls --quiet --no-trunc
kind=container format='{"name":{{json .Name}},"labels":{{json .Config.Labels}},"ports":{{json .NetworkSettings.Ports}},"bindings":{{json .HostConfig.PortBindings}}}'
list docker ps --quiet --no-trunc
docker info --format 'engine {{.ServerVersion}} {{.MemoryLimit}} {{.SwapLimit}} {{.PidsLimit}} {{.DockerRootDir}}'
docker version --format 'platform {{.Server.Os}}/{{.Server.Arch}}'

docker volume ls --format 'volume {{.Name}}'

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
