import { Command } from "commander";
import { copyImage } from "../../registry/copy.ts";
import type { Account } from "../../registry/account.ts";
import { Repository } from "../../registry/client.ts";
import { UserError } from "../../lib/errors.ts";

/** `slipway copy` */
export function copyVerb(): Command {
  return new Command("copy")
    .description(
      "copy an image with all its platforms into another registry, digest kept; accounts: SLIPWAY_FROM_USER, " +
        "SLIPWAY_FROM_TOKEN, SLIPWAY_TO_USER, SLIPWAY_TO_TOKEN, or those of docker login",
    )
    .argument("<from>", "repository@sha256:…")
    .argument("<to>", "repository:tag")
    .action(async (from: string, to: string) => {
      const [, source = "", digest = ""] = /^(.+)@(sha256:[0-9a-f]{64})$/.exec(from) ?? [];
      const [, target = "", tag = ""] = /^(.+):([\w.-]+)$/.exec(to) ?? [];
      if (!source) throw new UserError(`from: not by digest, got "${from}"; expected repository@sha256:…`);
      if (!target) throw new UserError(`to: no tag, got "${to}"; expected repository:tag`);
      await copyImage(
        new Repository(source, given("FROM")),
        digest,
        new Repository(target, given("TO")),
        tag,
      );
      process.stdout.write(`${target}@${digest}\n`);
    });
}

function given(side: "FROM" | "TO"): Account | undefined {
  const user = process.env[`SLIPWAY_${side}_USER`];
  return user ? { user, token: process.env[`SLIPWAY_${side}_TOKEN`] ?? "" } : undefined;
}
