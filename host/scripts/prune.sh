# Removes the images that a stack needs no more on a host, and prints what became of each. Needs docker there.
# host/scripts/retention.ts puts retention.sh and these variables before it, and reads what it prints:
#   RELEASES       repository of the stack's releases: those of a service are in one below it
#   SERVICES       the services that the stack has on the host
#   REPOSITORIES   what their images are pulled from
#   KEEP           how many releases of each stay
#   DRY            not empty: nothing is removed
set -eu
docker version >/dev/null

repositories=$(docker image ls --filter "reference=$RELEASES/*" --format '{{.Repository}}' | sort -u)
doomed=$(for repository in $repositories; do
  # Of a service that is no more, none is kept.
  case " $SERVICES " in *" ${repository##*/} "*) keep=$KEEP ;; *) keep=0 ;; esac
  docker image ls --format '{{.Tag}}' "$repository" | outdated "$repository" "$keep"
done)

# First what was pulled and has no tag, as it never came to its cutover: what loses its tag below is told of there.
for repository in $REPOSITORIES; do
  digests='{{.Repository}}@{{.Digest}}'
  for reference in $(docker image ls --all --digests --format "$digests" "$repository" | grep @sha256: | sort -u); do
    look_at "$reference" && [ -n "$tags" ] || discard "$reference"
  done
done
for repository in $repositories; do
  for reference in $(docker image ls --format '{{.Repository}}:{{.Tag}}' "$repository"); do
    case " $doomed " in
    *" $reference "*) discard "$reference" ;;
    *) look_at "$reference" && echo kept "$reference" "$id" "$bytes" || true ;;
    esac
  done
done
