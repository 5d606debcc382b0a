# shellcheck shell=sh
# One cutover, backup or restore of a service at a time on a host: a part of the scripts that use it, which stands before
# them. Needs docker, waiting.sh, say(), PROJECT, STACK and SERVICE.
#
# The lock is a container that is never started: the engine gives a name to one container only, and lets nobody make or
# remove one who is not its user. It has none of the stack's labels, so that nothing takes it for one of the stack's.

# No name has a dot but those of projects and stacks: the length says where the project's ends.
lock_name=slipway-lock.$PROJECT.$STACK.$SERVICE.${#PROJECT}
# Of an image with nothing in it.
lock_image=slipway-lock
# Id of the lock, held until this process ends.
lock=''
# How long somebody else's is waited for, in seconds.
LOCK_TIMEOUT=1800

# Which machine this is, and since when it has run: in a container, since when that has.
machine() {
  if [ -s /etc/machine-id ]; then cat /etc/machine-id; else sysctl -n kern.uuid 2>/dev/null || uname -n; fi
}
boot() {
  if [ -r /proc/sys/kernel/random/boot_id ]; then
    echo "$(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/self/ns/pid)"
  else
    sysctl -n kern.bootsessionuuid
  fi
}
# When a process started; empty: not to be seen.
started_at() {
  if [ -r "/proc/$1/stat" ]; then
    # Its name, in parentheses, may have anything in it.
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
  else
    LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null || true
  fi
}

make_lock() {
  docker create --pull never --name "$lock_name" --network none --label "slipway.lock.machine=$(machine)" \
    --label "slipway.lock.boot=$(boot)" --label "slipway.lock.process=$$" \
    --label "slipway.lock.started=$(started_at $$)" --label "slipway.lock.user=$(id -un) on $(uname -n)" \
    $lock_image none 2>&1
}
# Twice 512 bytes of nothing are an empty archive.
make_lock_image() { head -c 1024 /dev/zero | docker import - $lock_image >/dev/null 2>&1; }

# Waits for the lock and holds it.
lock_service() {
  lock_deadline=$(($(now) + LOCK_TIMEOUT * 100))
  told='' tried=''
  until made=$(make_lock); do
    case $made in
    *"already in use"*) wait_for_holder ;;
    *)
      # Either there is no such image yet, or the engine does not answer.
      { [ -z "$tried" ] && within 60 make_lock_image; } ||
        { say "$SERVICE: cannot be locked: $(printf %.2000s "$made")" && exit 1; }
      tried=yes
      ;;
    esac
  done
  lock=$(printf '%s\n' "$made" | tail -n 1)
  trap unlock_service EXIT
}
unlock_service() { docker rm "$lock" >/dev/null 2>&1 || true; }

# Looks once who has the lock: takes it away from one who is dead, and waits a moment for any other.
wait_for_holder() {
  label='{{index .Config.Labels "slipway.lock.'
  # On lines of their own, for each may be empty.
  holder=$(docker inspect --type container --format "{{.Id}}
${label}machine\"}}
${label}boot\"}}
${label}process\"}}
${label}started\"}}
${label}user\"}}" "$lock_name" 2>/dev/null) || return 0
  {
    read -r holder_id
    read -r holder_machine
    read -r holder_boot
    read -r holder_process
    read -r holder_started
    read -r holder_user
  } <<END
$holder
END
  # By its id: another who finds it dead may have its own there by now.
  if is_dead; then
    docker rm "$holder_id" >/dev/null 2>&1 || true
    return
  fi
  who="another cutover or backup: process $holder_process of $holder_user"
  [ "$(now)" -lt "$lock_deadline" ] || {
    say "$SERVICE: waited $LOCK_TIMEOUT s for $who. If it is surely dead, run on the host: docker rm $lock_name"
    exit 1
  }
  [ -n "$told" ] || say "$SERVICE: waiting for $who"
  told=yes
  sleep 0.3
}
# A process of this machine's past, or one that is no more. Of another machine's nothing is known.
is_dead() {
  [ "$holder_machine" = "$(machine)" ] || return 1
  [ "$holder_boot" = "$(boot)" ] || return 0
  started=$(started_at "$holder_process")
  [ -z "$started" ] || [ -z "$holder_started" ] || [ "$started" = "$holder_started" ] || return 0
  # Another user's process cannot be signalled, and lives.
  case $(LC_ALL=C kill -0 "$holder_process" 2>&1) in *"o such process"*) return 0 ;; *) return 1 ;; esac
}
