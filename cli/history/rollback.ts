import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { type Pin, type PinsFile, describePin } from "../../model/history/pins.ts";
import { targets } from "../../model/rollout/targets.ts";
import { type Patience, deploy } from "../deploy/pulumi-up.ts";
import { deployedIn } from "../../model/state/deployed.ts";
import { useProjectTools } from "../project/environment.ts";
import { onHost } from "../../host/run.ts";
import { withPatience } from "../deploy/lock-options.ts";
import { type Wish, pinsFor, writePins } from "./pinning.ts";
import { progress } from "../lib/progress.ts";
import { loadProgram, readSettings } from "../project/program-settings.ts";
import { findUnchanged } from "../../model/state/unchanged.ts";

/** The options of `rollback` and `pin`. */
export interface ReleaseOptions {
  all?: boolean;
  to?: string;
  withConfig?: boolean;
  message?: string;
  json?: boolean;
}

interface Options extends ReleaseOptions, Patience {
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
    .option("--dry-run", "only say what would be pinned");
  return withPatience(toRelease(verb)).action(async (names: string[], options: Options) => {
    await useProjectTools();
    const [{ pinned, pins }] = await Promise.all([pinsFor(wishOf(names, options, "before")), loadProgram()]);
    // The connection that all the rest shares is made meanwhile; where that fails, the update itself says why.
    for (const host of deployedIn(pinned.deployment).hosts) onHost(host, "true").catch(() => undefined);
    const next = { ...pinned.pins, ...pins };
    // Before anything is written: what is pinned must go together with what is declared.
    const { settings, catalogue } = await readSettings(next);
    tell(pins, options.json);
    if (options.dryRun) return;
    writePins(pinned, next);
    progress(`${pinned.file}: written; commit it, so that others do not undo this`);
    const { resources } = pinned;
    const unchanged = findUnchanged(resources, []);
    const args = targets(catalogue, Object.keys(pins), {
      ...settings,
      unchanged,
      resources,
      pins: next,
    }).flatMap((name) => ["--target", name]);
    try {
      await deploy(args, options, pinned.deployment);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const names = Object.keys(pins).join(" ");
      throw new UserError(
        `${error.message}. ${names}: pinned all the same, and so the next up tries it again; what has not rolled ` +
          `answers as before. To stay with the newest source: npx slipway unpin ${names}`,
      );
    }
  });
}

/** Gives a verb the options that name a release. */
export function toRelease(verb: Command): Command {
  return verb
    .option("--to <release>", "the number of an update, a commit, tag or branch, a version, or a digest")
    .option("--with-config", "what services.ts said then, too; secrets stay those of today")
    .option("-m, --message <why>", "why, for the pins file")
    .option("--json", "for scripts: the pins by service");
}

/** What the words of a verb come to. */
export function wishOf(
  names: readonly string[],
  options: ReleaseOptions,
  otherwise: Wish["otherwise"],
): Wish {
  const { all = false, to, withConfig = false, message } = options;
  if (all === names.length > 0)
    throw new UserError(
      `which services is not clear, got ${all ? "names and --all" : "none"}; expected names, or --all`,
    );
  return { names, all, to, otherwise, withConfig, why: message };
}

/** Prints what is pinned. */
export function tell(pins: PinsFile, json = false): void {
  const lines = Object.entries(pins).map(([name, pin]) => `${name}: ${describePin(pin as Pin, [])}\n`);
  process.stdout.write(json ? `${JSON.stringify(pins, null, 2)}\n` : lines.join(""));
}
