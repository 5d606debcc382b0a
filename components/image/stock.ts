import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { commandLine } from "../../lib/shell.ts";
import { type StockImage, unlockedProblems } from "../../model/image/stock.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { credentialsAt } from "../../settings/registry.ts";
import { accountOfCopy } from "./copy-account.ts";
import type { StockImageArgs } from "./image.ts";

/**
 * Makes sure of what each stock image is, before any resource is declared.
 * @throws pulumi.RunError with every one that the lock does not have
 */
export function checkLocked(images: readonly StockImage[]): void {
  const problems = unlockedProblems(images);
  if (problems.length) throw new pulumi.RunError(problems.join("\n"));
}

/** The digest of a stock image; where the stack mirrors it, what runs it waits until it is in the stack's own registry. */
export function declareStock(
  name: string,
  { stock, settings }: StockImageArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { digest = "", source, repository, mirror } = stock;
  if (!mirror) return pulumi.output(digest);
  // A tag keeps it from a registry's clean-up, and this one no image of ours has.
  const to = `${repository}:${digest.replace("sha256:", "")}`;
  const copy = new command.local.Command(
    names.imageCopy(name),
    {
      create: commandLine(["node", "cli/slipway.mjs", "copy", `${source}@${digest}`, to]),
      environment: {
        ...accountOfCopy("FROM", credentialsAt(source, settings)),
        ...accountOfCopy("TO", settings.push),
      },
      addPreviousOutputInEnv: false,
    },
    { parent },
  );
  return copy.urn.apply(() => digest);
}
