# shellcheck shell=sh
# Removes the images and the volumes of files that a stack needs no more on a host, and prints what became of each. Needs
# docker there.
# host/scripts/prune.ts puts retention.sh and, before that, the variables in capitals before it, says what each is and
# reads what this prints.
# shellcheck disable=SC2034,SC2153,SC2154 # retention.sh reads doomed and dry_run, and sets tags, id and bytes; KEEP is no keep
set -eu
dry_run=$DRY_RUN
docker version >/dev/null

# Volumes of files that no container uses; whatever the script does between this and the removal, the engine refuses that
# of one that is used.
for volume in $(docker volume ls --quiet --filter "label=slipway.project=$PROJECT" --filter "label=slipway.stack=$STACK" \
  --filter label=slipway.data=none --filter dangling=true); do
  if [ -n "$dry_run" ] || docker volume rm "$volume" >/dev/null 2>&1; then echo "volume $volume"; fi
done

repositories=$(docker image ls --filter "reference=$RELEASES/*" --format '{{.Repository}}' | sort -u)
doomed=$(for repository in $repositories; do
  # Of a service that is no more, none is kept.
  case " $SERVICES " in *" ${repository##*/} "*) keep=$KEEP ;; *) keep=0 ;; esac
  release_tags "$repository" | outdated "$repository" "$keep"
done)

# First what was pulled and has no tag, as it never came to its cutover: what loses its tag below is reported there.
for repository in $REPOSITORIES; do
  digests='{{.Repository}}@{{.Digest}}'
  for reference in $(docker image ls --all --digests --format "$digests" "$repository" | grep @sha256: | sort -u); do
    if ! look_at "$reference" || [ -z "$tags" ]; then discard "$reference"; fi
  done
done
for repository in $repositories; do
  for tag in $(release_tags "$repository"); do
    reference=$repository:$tag
    case " $doomed " in
    *" $reference "*) discard "$reference" ;;
    *) if look_at "$reference"; then echo kept "$reference" "$id" "$bytes"; fi ;;
    esac
  done
done
