# shellcheck shell=sh
# First process of a lab's host. Nothing that dies in here comes back by itself. lab/host.ts writes before it:
#   ADDRESS   the host's, in the lab's network
chmod 644 /etc/ssh/authorized_keys

ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done # its cable is plugged in from outside
ip address add "$ADDRESS/24" dev eth0
ip link set eth0 up

sh /slipway/engine
sh /slipway/sshd

# Reaps what others leave behind, as a first process must: wait takes any child, also one that was only inherited.
while :; do
  sleep 3600 &
  wait
done
