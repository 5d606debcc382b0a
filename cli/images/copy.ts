import { Command } from "commander";
import { copyImage } from "../../registry/copy.ts";
import type { Account } from "../../registry/account.ts";
import { Repository } from "../../registry/client.ts";
import { UserError } from "../../lib/errors.ts";
import { joinImages } from "../../images/buildx.ts";
import { registryOf } from "../../model/image/reference.ts";
import { storedAccount } from "../../registry/credentials.ts";

/** `slipway copy` */
export function copyVerb(): Command {
  return new Command("copy")
    .description(
      "copy an image with all its platforms into another registry, digest kept; accounts: SLIPWAY_FROM_USER, " +
        "SLIPWAY_FROM_TOKEN, SLIPWAY_TO_USER, SLIPWAY_TO_TOKEN, or those of docker login",
    )
    .argument("<from>", "repository@sha256:…")
    .argument("<to>", "repository:tag")
    .option("--join <images...>", "images for further platforms, in the same repository: <to> is all of them")
    .action(async (from: string, to: string, { join = [] }: { join?: string[] }) => {
      const [, source = "", digest = ""] = /^(.+)@(sha256:[0-9a-f]{64})$/.exec(from) ?? [];
      const [, target = "", tag = ""] = /^(.+):([\w.-]+)$/.exec(to) ?? [];
      if (!source) throw new UserError(`from: not by digest, got "${from}"; expected repository@sha256:…`);
      if (!target) throw new UserError(`to: no tag, got "${to}"; expected repository:tag`);
      if (join.length) {
        process.stdout.write(`${await joinAll([from, ...join], target, tag)}\n`);
        return;
      }
      await copyImage(
        new Repository(source, given("FROM")),
        digest,
        new Repository(target, given("TO")),
        tag,
      );
      process.stdout.write(`${target}@${digest}\n`);
    });
}

/** Joins the parts of an image, which are in the target's repository already, and gives what they are together. */
async function joinAll(parts: readonly string[], target: string, tag: string): Promise<string> {
  const elsewhere = parts.find((part) => !part.startsWith(`${target}@sha256:`));
  if (elsewhere)
    throw new UserError(`join: in another repository, got "${elsewhere}"; expected ${target}@sha256:…`);
  const account = given("TO") ?? (await storedAccount(registryOf(target)));
  await joinImages(parts, `${target}:${tag}`, account);
  return `${target}@${await new Repository(target, account).digest(tag)}`;
}

function given(side: "FROM" | "TO"): Account | undefined {
  const user = process.env[`SLIPWAY_${side}_USER`];
  return user ? { user, token: process.env[`SLIPWAY_${side}_TOKEN`] ?? "" } : undefined;
}
