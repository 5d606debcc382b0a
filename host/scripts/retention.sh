# shellcheck shell=sh
# The images of releases on a host: a part of cutover.sh and of prune.sh, which stands before them. Needs docker.
# An image that was pulled by digest has no tag. With graph drivers `docker image prune` removes it as soon as no
# container uses it; with the containerd image store, the default since engine 29, only `docker image prune --all` does.
# So that it stays in both, and can be counted, each release gets a tag in a repository of its service
# (host/scripts/retention.ts): `7-<hex of its digest>` is the seventh that took over, `0-<hex>` one that did not.

# Tags that are going to be removed, on one line.
doomed=''
# yes: what would be removed is printed, nothing is.
dry_run=''

# The releases' tags in a repository, a line each.
release_tags() { docker image ls --format '{{.Tag}}' "$1" | awk '/^[0-9]+-[0-9a-f]+$/'; }

# Which tags of a repository, given a line each, need not be kept, on one line: all but those of the newest so many, and
# of the failed ones. What was gone back to counts as the newest.
outdated() {
  sort -rn | awk -F- -v repository="$1" -v keep="$2" '
    $1 == 0 || seen[$2]++ || ++kept > keep { printf "%s:%s ", repository, $0 }'
}

# Sets what a reference's image has: its tags, what it was pulled as by digest, its id, its size in bytes. The containerd store
# has what was pulled by digest among the tags too, and makes up a digest in the repository of each tag: to remove that
# is to remove the tag.
look_at() {
  format='{{range .RepoTags}}{{.}} {{end}}{{println}}{{range .RepoDigests}}{{.}} {{end}}{{println}}{{.Id}} {{.Size}}'
  facts=$(docker image inspect --format "$format" "$1" 2>/dev/null) || return 1
  { read -r names && read -r more && read -r id bytes; } <<FACTS
$facts
FACTS
  tags='' tagged=' ' pulled=''
  for name in $names; do
    case $name in *@*) ;; *) tags="$tags $name" tagged="$tagged${name%:*} " ;; esac
  done
  for name in $names $more; do
    case $name in *@*) case $tagged in *" ${name%@*} "*) ;; *) pulled="$pulled $name" ;; esac ;; esac
  done
}

# Removes a reference, and its image when nothing else needs that: no tag that is not among `doomed`, another stack's or
# a person's, and no container made from it, whoever's, running or not. Without force, so the engine has the last word.
# Prints what became of it, its image's id and size, and why; with dry_run, what would.
discard() {
  look_at "$1" || return 0
  outcome=removed reason=''
  # The digest first: killed after that, the tag is there to find the image by.
  # shellcheck disable=SC2086 # several references
  references=$(printf '%s\n' $pulled "$1" | grep -F "${1##*[-:]}" | awk '!seen[$0]++')
  users=$(docker ps --all --filter "ancestor=$id" --format '{{.Names}}') || return 0
  if [ -n "$users" ]; then outcome=kept reason="used by $users"; fi
  for tag in $tags; do
    case " $doomed " in *" $tag "*) ;; *) outcome=untagged reason="tagged $tag" references=$1 ;; esac
  done
  if [ -z "$dry_run" ] && [ $outcome != kept ]; then
    # shellcheck disable=SC2086 # several references
    refused=$(docker rmi $references 2>&1 >/dev/null) || is_gone "$1" || outcome=kept reason=$refused
  fi
  # shellcheck disable=SC2086 # on one line, whatever it was
  echo $outcome "$1" "$id" "$bytes" $reason
}

is_gone() { docker version >/dev/null 2>&1 && ! docker image inspect "$1" >/dev/null 2>&1; }

# Tags what a container runs as the newest release in RELEASES, if it is not that already, and lets go of those that are
# not among the KEEP newest any more.
retain() { # the image's id and the reference that the container was made by
  [ -n "$1" ] || return 1
  id=${1% *} hex=${1#*@sha256:}
  tags=$(release_tags "$RELEASES") || return 1
  newest=$(echo "$tags" | sort -rn | head -n 1)
  case $newest in
  [1-9]*-"$hex") ;;
  *)
    next=$((${newest%%-*} + 1))-$hex
    tell docker tag "$id" "$RELEASES:$next" || return 1
    # shellcheck disable=SC2086 # several tags, or none
    tags=$(printf '%s\n' $tags "$next")
    ;;
  esac
  doomed=$(echo "$tags" | outdated "$RELEASES" "$KEEP")
  for reference in $doomed; do discard "$reference" >/dev/null; done
}

# Tags what a container that did not take over is made from, so that it goes when the container has gone.
reject() { [ -n "$1" ] && tell docker tag "${1% *}" "$RELEASES:0-${1#*@sha256:}"; } # as retain
