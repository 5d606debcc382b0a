# shellcheck shell=sh
# First process of a lab's builder. A RUN step is somebody's program, as root: it gets a network of its own, from which it
# reaches what this machine reaches, but nothing that listens on the machine's loopback. lab/builder.ts writes before it:
#   CIDR      that network's, in which .2 is the gateway and .3 answers for names
#   WAYS_OUT  the ports of the machine's loopback that are its own way out, if any
mkdir -p /dev/net
mknod /dev/net/tun c 10 200
ip netns add builds
in_builds() { nsenter --net=/run/netns/builds "$@"; }

{
  slirp4netns --netns-type=path --configure --mtu=65520 --disable-host-loopback "--cidr=$CIDR" /run/netns/builds tap0
  pkill -x buildkitd # which is of no use without; both are started again together
} &
way_out=$!
until in_builds ip route | grep -q default; do
  kill -0 "$way_out" || exit 1
  sleep 0.05
done
for port in $WAYS_OUT; do
  socat "UNIX-LISTEN:/run/way-out-$port,fork" "TCP4:127.0.0.1:$port" &
  in_builds socat "TCP4-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:/run/way-out-$port" &
done

# shellcheck disable=SC2016 # expanded in there
in_builds unshare --mount sh -c 'mount --bind /slipway/resolv.conf /etc/resolv.conf && exec "$@"' \
  - /slipway/buildkitd --config /slipway/buildkitd.toml &
wait $!
