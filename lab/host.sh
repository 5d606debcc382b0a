# First process of a lab's host; the host's address is written above. Nothing that dies in here comes back by itself.
chmod 644 /etc/ssh/authorized_keys

ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done # its cable is plugged in from outside
ip address add "$address/24" dev eth0
ip link set eth0 up

sh /slipway/engine
sh /slipway/sshd

# Reaps what others leave behind, as a first process must: wait takes any child, also one that was only inherited.
while :; do
  sleep 3600 &
  wait
done
