import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import { RECORD_FILE, formatRecord } from "../../model/image/record.ts";
import { parseState } from "../../model/state/parse.ts";
import { readState } from "../../stack/state.ts";
import { progress } from "../lib/progress.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";

/** `slipway record` */
export function recordVerb(): Command {
  return new Command("record")
    .description(
      "write down the digests of what this stack has built; a stack with promoteRecord takes over these alone, whatever " +
        "the registry's tags say",
    )
    .option("--file <path>", "where to; commit it, or hand it on as a release does", RECORD_FILE)
    .addOption(stackOption())
    .action(async ({ file, ...options }: { file: string } & StackOption) => {
      const { resources = [] } = await readState(await openSession(options));
      // What is pinned was built by an earlier update; what a stock image is, the lock says to every stack.
      const built = [...parseState(resources).images].flatMap(([name, { hash, digest, stock, pin }]) =>
        hash && digest && !pin && stock === undefined ? [[name, { hash, digest }] as const] : [],
      );
      if (!built.length) throw new UserError("nothing is built yet; run pulumi up");
      writeFileSync(resolve(paths.project, file), formatRecord(Object.fromEntries(built)));
      progress(`${file}: ${built.length} images recorded`);
    });
}
