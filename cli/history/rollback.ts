import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { type Pin, type PinsFile, describePin } from "../../model/history/pins.ts";
import type { LockOptions } from "../deploy/pulumi-up.ts";
import { deployedIn } from "../../model/state/deployed.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { onHost } from "../../host/run.ts";
import { addLockOptions } from "../deploy/lock-options.ts";
import { keepLogs } from "./keep-logs.ts";
import { type PinRequest, pinsFor, writePins } from "./pinning.ts";
import { progress } from "../lib/progress.ts";
import { loadProgram, readSettings } from "../project/program-settings.ts";
import { findUnchanged } from "../../model/state/unchanged.ts";

/** The options of `rollback` and `pin`. */
export interface ReleaseOptions extends StackOption {
  all?: boolean;
  to?: string;
  withConfig?: boolean;
  message?: string;
  json?: boolean;
}

interface Options extends ReleaseOptions, LockOptions {
  dryRun?: boolean;
}

/** `slipway rollback` */
export function rollbackVerb(): Command {
  const verb = new Command("rollback")
    .description(
      "goes back to what answered before what answers now: pins the services there, without a build, and rolls them " +
        "as any up does; what is newer waits until `slipway unpin`",
    )
    .argument("[service...]", "which ones")
    .option("--all", "all services; without --to those that the last release rolled")
    .option("--dry-run", "show what would be pinned");
  return addLockOptions(addReleaseOptions(verb)).action(async (names: string[], options: Options) => {
    const session = await openSession(options);
    // All that takes long to load is loaded while pulumi is asked for the stack's configuration.
    const [, { pinned, pins }, { targets }, { deploy }] = await Promise.all([
      loadProgram(session),
      pinsFor(session, pinRequest(names, options, "before")),
      import("../../model/rollout/targets.ts"),
      import("../deploy/pulumi-up.ts"),
    ]);
    // The connection that all the rest shares is made meanwhile; where that fails, the update itself says why.
    for (const host of deployedIn(pinned.deployment).hosts) onHost(host, "true").catch(() => undefined);
    const next = { ...pinned.pins, ...pins };
    // Before anything is written: what is pinned must go together with what is declared.
    const loaded = await readSettings(session, next);
    printPins(pins, options);
    if (options.dryRun) return;
    await keepLogs(session, deployedIn(pinned.deployment), Object.keys(pins));
    writePins(pinned, next);
    progress(`${pinned.file}: written; commit it, so that others do not undo this`);
    const { resources } = pinned;
    const unchanged = findUnchanged(resources, []);
    const args = targets(loaded.catalogue, Object.keys(pins), { unchanged, pins: next }).flatMap((name) => [
      "--target",
      name,
    ]);
    try {
      await deploy(session, args, options, { read: pinned.deployment, loaded });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const names = Object.keys(pins).join(" ");
      throw new UserError(
        `${error.message}. ${names}: pinned all the same, and so the next up tries it again; what has not rolled ` +
          `answers as before. To stay with the newest source: npx --no slipway unpin ${names}`,
      );
    }
  });
}

/** Gives a verb the options that name a release. */
export function addReleaseOptions(verb: Command): Command {
  return verb
    .addOption(stackOption())
    .option("--to <release>", "the number of an update, a commit, tag or branch, a version, or a digest")
    .option("--with-config", "what services.ts said then, too; secrets stay those of today")
    .option("-m, --message <why>", "why, for the pins file")
    .option("--json", "print JSON: the pins by service");
}

/** What names and options of a verb ask for. */
export function pinRequest(
  names: readonly string[],
  options: ReleaseOptions,
  otherwise: PinRequest["otherwise"],
): PinRequest {
  const { all = false, to, withConfig = false, message } = options;
  if (all === names.length > 0) throw new UserError("name services or pass --all, not both");
  return { names, all, to, otherwise, withConfig, why: message };
}

/** Prints what is pinned, or would be. */
export function printPins(pins: PinsFile, { json, dryRun }: { json?: boolean; dryRun?: boolean }): void {
  const verb = dryRun ? "would be pinned" : "pinned";
  const lines = Object.entries(pins).map(
    ([name, pin]) => `${name}: ${describePin(pin as Pin, [], [], verb)}\n`,
  );
  process.stdout.write(json ? `${JSON.stringify(pins, null, 2)}\n` : lines.join(""));
}
