# shellcheck shell=sh
# One cutover, backup or restore of a service at a time on this host: a part of the scripts that use it, which stands
# before them. Needs flock, say(), PROJECT, STACK and SERVICE.

lock_file=/tmp/slipway-$PROJECT-$STACK-$SERVICE.lock

# Waits for the lock and holds it, as file descriptor 9, until this process and all that inherit it have ended.
lock_service() {
  command -v flock >/dev/null || { say "$SERVICE: the host has no flock; install util-linux" && exit 1; }
  lock_descriptor=
  # Again when the one who had the lock has removed its file.
  # shellcheck disable=SC3013 # dash, bash and busybox's sh all have -ef
  until [ "$lock_file" -ef "$lock_descriptor" ]; do
    exec 9>"$lock_file"
    flock --nonblock 9 || { say "$SERVICE: waiting for another cutover or backup to end" && flock 9; }
    lock_descriptor=/proc/$$/fd/9
  done
}

# For the one who holds the lock, once nobody else is going to want it.
remove_lock() { rm -f "$lock_file"; }
