import { Command } from "commander";
import type { Settings } from "../../settings/load.ts";
import { imageSizes } from "../../registry/sizes.ts";
import { digestOf, repositoryOf } from "../../model/image/reference.ts";
import { UserError } from "../../lib/errors.ts";
import { type PlatformSize, growth } from "../../model/image/size.ts";
import { pinOf, pinnedRepository } from "../../model/history/pins.ts";
import { readRecipes } from "../../model/image/recipe.ts";
import { stockImages } from "../../model/image/stock.ts";
import { isReplica } from "../../model/rollout/replica.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openRepository } from "../lib/repository.ts";
import { openSession } from "../project/session.ts";
import { named, readSettings } from "../project/program-settings.ts";

/** `slipway sizes` */
export function sizesVerb(): Command {
  return new Command("sizes")
    .description(
      "what images weigh in the registry, for each platform, and which layers grew since what is deployed",
    )
    .argument("[service...]", "only these; all images of the stack otherwise")
    .addOption(stackOption())
    .action(async (names: string[], options: StackOption) => {
      const session = await openSession(options);
      const { settings, catalogue, pins } = await readSettings(session);
      const { containers } = await readDeployed(session);
      const images = [
        ...readRecipes(catalogue, settings).map(({ name, hash }) => ({ name, hash, where: undefined })),
        ...stockImages(catalogue, settings).map(({ name, digest, source, repository, mirror }) => {
          return { name, hash: digest, where: mirror ? repository : source };
        }),
      ];
      for (const { name, hash, where } of named(images, names)) {
        const own = `${settings.registry}/${name}`;
        const pin = pinOf(pins, name);
        const repository = await openRepository(
          pin ? pinnedRepository(pin, own, where ?? own) : (where ?? own),
          settings,
        );
        const digest = pin?.digest ?? (hash && (await repository.digest(hash)));
        if (!digest) {
          const problem = hash
            ? `no ${repository.name}:${hash}`
            : "not in the lock. Run: npx --no slipway lock";
          throw new UserError(`services/${name}: ${where ? "" : "not built yet: "}${problem}`);
        }
        const last = containers.find(
          ({ service, slot, leaving }) => service === name && isReplica(slot) && !leaving,
        )?.inputs.image;
        const before = last ? await deployedSizes(last, settings) : [];
        for (const line of growth(name, before, await imageSizes(repository, digest)))
          process.stdout.write(`${line}\n`);
      }
    });
}

/** What an image weighs that is given by digest. */
async function deployedSizes(image: string, settings: Settings): Promise<PlatformSize[]> {
  return imageSizes(await openRepository(repositoryOf(image), settings), digestOf(image) ?? "");
}
