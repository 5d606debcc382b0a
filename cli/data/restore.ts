import { Command } from "commander";
import { ByteCounter } from "../../backups/byte-counter.ts";
import { checkBackup, unpackBackup } from "../../backups/reading.ts";
import { type Store, openStore } from "../../backups/store.ts";
import { type Manifest, backupFolder, backupMeant, findMismatch } from "../../model/data/backup.ts";
import { UserError } from "../../lib/errors.ts";
import { showSize } from "../../lib/size.ts";
import { backupsOf, readManifest } from "./backups.ts";
import { confirm } from "../lib/confirm.ts";
import {
  type DeployedVolumes,
  copying,
  placeOption,
  showCopied,
  readDeployedVolumes,
} from "./service-volumes.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { progress } from "../lib/progress.ts";

interface Options extends StackOption {
  from: string;
  yes?: boolean;
  json?: boolean;
}

/** `slipway restore` */
export function restoreVerb(): Command {
  return new Command("restore")
    .description("put a backup back into the volumes of a service, in the place of what is in them now")
    .argument("<service>", "one that has volumes")
    .argument(
      "[backup]",
      "one that `slipway backups` names, of another stack as <stack>/<backup>; the newest if not given",
    )
    .addOption(placeOption("--from"))
    .option("--yes", "skip the confirmation")
    .addOption(stackOption())
    .option("--json", "print JSON: what was put back")
    .action(async (name: string, wanted: string | undefined, options: Options) => {
      const { from, yes, json } = options;
      const service = await readDeployedVolumes(await openSession(options), name);
      const store = await openStore(from, progress);
      const meant = backupMeant(service, wanted);
      const { source } = meant;
      const backups = await backupsOf(source, store);
      const backup = meant.name ?? backups.at(-1);
      const file = store.address(`${backupFolder(source)}/${backup ?? ""}`);
      if (backup === undefined) throw new UserError(`${file}: no backup of ${name} is there`);
      if (!backups.includes(backup))
        throw new UserError(
          `${file}: no such backup; expected ${backups.join(", ") || "none, for none is there"}. ` +
            "One of another stack is named as <stack>/<backup>",
        );
      const manifest = await readManifest(store, source, backup);
      const why = findMismatch(manifest, service, [...service.volumes.keys()]);
      if (why) throw new UserError(`${file}: ${why}`);
      progress(`${name}: what is in ${manifest.volumes.join(", ")} now is deleted, and replaced by ${file}.`);
      if (!yes) await confirm(`slipway restore ${name} ${wanted ?? backup} --yes`);
      await restore(service, store, `${backupFolder(source)}/${backup}.tar.gz`, manifest);
      process.stdout.write(
        json
          ? `${JSON.stringify({ backup, ...manifest }, null, 2)}\n`
          : `${name}: ${showSize(manifest.tarBytes)} put back as of ${manifest.time}\n`,
      );
    });
}

async function restore(
  service: DeployedVolumes,
  store: Store,
  name: string,
  manifest: Manifest,
): Promise<void> {
  // Before anything is deleted.
  await checkBackup(store, name, manifest);
  const file = new ByteCounter();
  const { stdin, ended } = copying(service, "load");
  const stopShowing = showCopied(service.service, () => file.bytes, manifest.fileBytes);
  try {
    await unpackBackup(store, name, manifest, file, stdin);
    await ended;
  } catch (error) {
    // The host's own word, where that is why the stream broke.
    const why = await ended.then(
      () => error,
      (said: unknown) => said,
    );
    throw new UserError(
      `${(why as Error).message}\n${service.service}: not put back; its volumes may be half filled, so it is left ` +
        "stopped if it is. The backup is as it was: run slipway restore again",
    );
  } finally {
    stopShowing();
  }
  // Only now: with half of its files it would take them for all.
  const { stdin: nothing, ended: started } = copying(service, "start");
  nothing.end();
  await started;
}
