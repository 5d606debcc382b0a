import { Command } from "commander";
import { accountOf } from "../../settings/credentials.ts";
import { Repository } from "../../registry/client.ts";
import { isContentHash } from "../../lib/digest.ts";
import { UserError } from "../../lib/errors.ts";
import { pinOf } from "../../model/history/pins.ts";
import { type Tag, releaseTags, tagOf } from "../../model/image/tags.ts";
import type { Session } from "../../stack/session.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { currentCommit, hasChanges } from "../lib/git.ts";
import { progress } from "../lib/progress.ts";
import { readSettings } from "../project/program-settings.ts";
import { namedRecipes } from "./named-recipes.ts";

interface Options extends StackOption {
  tag: string[];
  move: boolean;
  dryRun: boolean;
}

/** `slipway tag` */
export function tagVerb(): Command {
  return new Command("tag")
    .description(
      "put release tags on the images of this content: version, branch, commit, pr-N, latest; builds nothing",
    )
    .argument("[service...]", "only these; all images of the stack otherwise")
    .addOption(stackOption())
    .option("--tag <tag...>", "these, in place of those that follow from git or CI", [])
    .option("--move", "move a version or commit's tag too, which else stays where it is", false)
    .option("--dry-run", "show what would be tagged", false)
    .action(async (names: string[], options: Options) => {
      await putTags(await openSession(options), names, options);
    });
}

async function putTags(
  session: Session,
  names: readonly string[],
  { tag, move, dryRun }: Options,
): Promise<void> {
  const { settings, catalogue, pins } = await readSettings(session);
  const wanted = namedRecipes(catalogue, settings, names);
  // The newest source of what is pinned is not built, and what it is pinned to has its tags.
  const recipes = wanted.filter(({ name }) => !pinOf(pins, name));
  const tags: Tag[] = tag.length
    ? tag.map((name) => ({ name, moves: true }))
    : releaseTags(currentCommit(), settings.latest);
  for (const { name } of tags) {
    if (name !== tagOf(name) || isContentHash(name))
      throw new UserError(
        `tag: not usable, got "${name}"; expected letters, digits, dots and dashes, no content hash`,
      );
    if (name === "latest" && !settings.latest)
      throw new UserError(
        `tag: latest is not allowed (Pulumi.${session.stack}.yaml has latest: false); expected another`,
      );
  }
  if (hasChanges())
    progress("not all is committed: the images of what lies in this folder are tagged, not of the commit");
  const account = await accountOf(settings.push);
  const problems: string[] = [];
  for (const { name, hash } of recipes) {
    const repository = new Repository(`${settings.registry}/${name}`, account);
    const manifest = await repository.manifest(hash);
    if (!manifest) {
      problems.push(`services/${name}: nothing to tag, no ${repository.name}:${hash}. Build it: pulumi up`);
      continue;
    }
    for (const { name: wanted, moves } of tags) {
      const before = await repository.digest(wanted);
      if (before === manifest.digest) continue;
      if (before && !moves && !move) {
        problems.push(
          `services/${name}: ${wanted} is ${before} already, got ${manifest.digest}; expected a new version, or --move`,
        );
        continue;
      }
      if (!dryRun) await repository.putManifest(wanted, manifest);
      progress(`${repository.name}:${wanted} → ${manifest.digest}${before ? `, was ${before}` : ""}`);
    }
  }
  if (problems.length) throw new UserError(problems.join("\n"));
}
