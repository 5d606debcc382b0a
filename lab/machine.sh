# shellcheck shell=sh
# The first process of a machine of the lab, in namespaces of its own (see machine.ts). Builds the machine's root
# from the shared file system below and the machine's own folder above, moves into it and becomes /slipway/start.
# The kernel ends every process and every mount made here together with this process.
#
# Arguments: lab, name, shared file system, the machine's folder, then pairs: path outside, path inside.
set -eu
umask 022
lab=$1 name=$2 rootfs=$3 folder=$4
shift 4

cd "$folder"
mkdir -p lower upper work root
# Relative names, because a path with a comma or a colon cannot be written in overlay's options.
mount --bind "$rootfs" lower
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root
cd root
cp -R ../files/. .

mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /sys/fs/cgroup sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty dev/
mkdir dev/net dev/pts dev/shm
mknod -m 666 dev/net/tun c 10 200 # as udev makes it
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr

while [ $# -gt 0 ]; do
  if [ -d "$1" ]; then mkdir -p "./$2"; else mkdir -p "$(dirname "./$2")" && touch "./$2"; fi
  mount --bind "$1" "./$2"
  shift 2
done
hostname "$name"

pivot_root . mnt
umount -l /mnt
mount --make-rshared / # as systemd does
cd /
exec sh /slipway/start "$lab" "$name"
