import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePruned, pruneScript } from "../../../../host/scripts/prune.ts";
import { releaseRepository } from "../../../../host/scripts/retention.ts";
import { quote } from "../../../../lib/shell.ts";
import { runWithDocker } from "./sh.ts";

const hex = (release: number) => String(release).repeat(64);
const OWNER = { project: "fleet", stack: "prod" };
const RELEASES = releaseRepository(OWNER.project, OWNER.stack);

/**
 * An engine's image store: a file with a reference and an image's id in each line.
 * @param containerd whether it has references by digest among the tags, and makes up one in the repository of each tag,
 * which goes with that tag and takes it along: as engine 29 does by default; else as engine 20.10
 */
const store = (file: string, containerd: boolean) => `
  file=${quote(file)} containerd=${containerd ? "yes" : ""}
  hex_of() { awk -v name="$1" '$1 == name { print $2; exit }' "$file"; }
  tags_of() { awk -v id="$1" '$2 == id && $1 !~ /@/ { print $1 }' "$file"; }
  digests_of() {
    awk -v id="$1" '$2 == id && $1 ~ /@/ { print $1 }' "$file"
    [ -z "$containerd" ] || tags_of "$1" | sed "s/:[^:]*$/@sha256:$1/" | sort -u
  }
  case "$1 $2" in
  "version "*) ;;
  "ps "* | "volume ls") ;;
  "image ls")
    for last; do :; done
    case $* in
    *Repository}}) awk '$1 ~ /^slipway\\// { sub(/:[^:]*$/, "", $1); print $1 }' "$file" ;;
    *:{{.Tag}}*) awk -v repository="$last" 'index($1, repository ":") == 1 { print $1 }' "$file"
      [ -z "$containerd" ] || echo "$last:<none>" ;;
    *Tag}}*) awk -v repository="$last" 'index($1, repository ":") == 1 { print substr($1, length(repository) + 2) }' "$file"
      [ -z "$containerd" ] || echo '<none>' ;;
    *Digest}}*) awk -v repository="$last" 'index($1, repository "@") == 1 { print $1 }' "$file"
      echo "$last@<none>" ;;
    esac ;;
  "image inspect")
    for last; do :; done
    id=$(hex_of "$last")
    [ -n "$id" ] || { echo "Error: No such image: $last" >&2; exit 1; }
    case $* in
    *RepoTags*)
      # shellcheck disable=SC2046
      echo $(tags_of "$id") $([ -z "$containerd" ] || digests_of "$id")
      echo $(digests_of "$id")
      echo "sha256:$id 1000" ;;
    esac ;;
  "rmi "*)
    shift
    for name; do
      id=$(hex_of "$name")
      made_up=''
      case $name in slipway/*@*) [ -z "$containerd" ] || made_up=yes id=\${name#*@sha256:} ;; esac
      [ -n "$id" ] || { echo "Error: No such image: $name" >&2; code=1; continue; }
      if [ -n "$made_up" ]; then pattern="\${name%@*}:"; else pattern=$name; fi
      awk -v pattern="$pattern" -v id="$id" -v made_up="$made_up" \\
        '!($2 == id && (made_up ? index($1, pattern) == 1 : $1 == pattern))' "$file" >"$file.new"
      mv "$file.new" "$file"
    done
    exit \${code:-0} ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
  esac`;

describe("the images that are removed from a host", () => {
  let file: string;
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), "slipway-store-")), "references");
  });
  afterEach(() => {
    rmSync(join(file, ".."), { recursive: true });
  });

  for (const containerd of [false, true]) {
    const name = containerd ? "containerd" : "graph drivers";
    const prune = async (references: Record<string, number>, dryRun = false) => {
      const lines = Object.entries(references).map(
        ([reference, release]) => `${reference} ${hex(release)}\n`,
      );
      writeFileSync(file, lines.join(""));
      const args = { ...OWNER, services: ["web"], repositories: ["registry/web"], keep: 2, dryRun };
      const { code, stdout, stderr } = await runWithDocker(pruneScript(args), store(file, containerd));
      assert.deepEqual([code, stderr.toString()], [0, ""]);
      const left: string[] = readFileSync(file, "utf8").match(/^\S+/gm) ?? [];
      return { pruned: parsePruned(stdout.toString()), left };
    };
    const release = (number: number) => ({
      [`${RELEASES}/web:${number}-${hex(number)}`]: number,
      [`registry/web@sha256:${hex(number)}`]: number,
    });

    it(`${name}: are those of old releases, by every name they have, and are told as removed`, async () => {
      const all = { ...release(1), ...release(2), ...release(3), ...release(4) };
      for (const dryRun of [true, false]) {
        const { pruned, left } = await prune(all, dryRun);
        assert.deepEqual(
          pruned.map(({ outcome, release: number, why }) => [outcome, number, why]),
          [1, 2, 3, 4].map((number) => [number > 2 ? "kept" : "removed", number, undefined]),
        );
        assert.deepEqual(left, Object.keys(dryRun ? all : { ...release(3), ...release(4) }));
      }
    });

    it(`${name}: are what was pulled and never rolled, and not what else has a like name`, async () => {
      const others = {
        [`registry/web-admin@sha256:${hex(8)}`]: 8,
        [`${RELEASES}/web-admin2:1-${hex(7)}`]: 7,
        [`${RELEASES}/web:mine`]: 6,
      };
      const { pruned, left } = await prune({
        ...release(4),
        [`registry/web@sha256:${hex(9)}`]: 9,
        ...others,
      });
      const told = pruned.map(({ service, outcome, digest }) => `${service} ${outcome} ${digest.at(-1)}`);
      // web-admin2 is no service any more.
      assert.deepEqual(told, ["web removed 9", "web kept 4", "web-admin2 removed 7"]);
      const expected = Object.keys({ ...release(4), ...others }).filter(
        (reference) => !reference.includes("admin2"),
      );
      assert.deepEqual(left, expected);
    });

    it(`${name}: stay when a person or another stack has tagged them, and are told as untagged`, async () => {
      const mine = `backup:mine`;
      const { pruned, left } = await prune({ ...release(1), ...release(3), ...release(4), [mine]: 1 });
      const [first] = pruned;
      assert.deepEqual([first?.outcome, first?.why], ["untagged", `tagged ${mine}`]);
      assert.ok(left.includes(mine) && left.includes(`registry/web@sha256:${hex(1)}`));
      assert.ok(!left.includes(`${RELEASES}/web:1-${hex(1)}`));
    });
  }
});
