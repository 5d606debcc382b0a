import { Command } from "commander";
import { accountOf } from "../../settings/credentials.ts";
import { imageSizes } from "../../registry/sizes.ts";
import { Repository } from "../../registry/client.ts";
import { UserError } from "../../lib/errors.ts";
import { growth } from "../../model/image/size.ts";
import { pinOf } from "../../model/history/pins.ts";
import { readRecipes } from "../../model/image/recipe.ts";
import { isReplica } from "../../model/rollout/replica.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { useProjectTools } from "../project/environment.ts";
import { named, readSettings } from "../project/program-settings.ts";
import { digestOf, repositoryOf } from "../../model/image/reference.ts";

/** `slipway sizes` */
export function sizesVerb(): Command {
  return new Command("sizes")
    .description(
      "what images weigh in the registry, for each platform, and which layers grew since what is deployed",
    )
    .argument("[service...]", "only these; all images of the stack otherwise")
    .action(async (names: string[]) => {
      await useProjectTools();
      const { settings, catalogue, pins } = await readSettings();
      const account = await accountOf(settings.pull);
      const { containers } = await readDeployed();
      for (const { name, hash } of named(readRecipes(catalogue, settings), names)) {
        const repository = new Repository(`${settings.registry}/${name}`, account);
        const digest = pinOf(pins, name)?.digest ?? (await repository.digest(hash));
        if (!digest) throw new UserError(`services/${name}: not built yet: no ${repository.name}:${hash}`);
        const last = containers.find(
          ({ service, slot, leaving }) => service === name && isReplica(slot) && !leaving,
        );
        const deployed = last?.inputs.image ?? "";
        const lastDigest = digestOf(deployed);
        const before = lastDigest
          ? await imageSizes(new Repository(repositoryOf(deployed), account), lastDigest)
          : [];
        for (const line of growth(name, before, await imageSizes(repository, digest)))
          process.stdout.write(`${line}\n`);
      }
    });
}
