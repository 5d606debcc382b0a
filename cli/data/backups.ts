import { Command } from "commander";
import { type Store, openStore } from "../../backups/store.ts";
import {
  type Manifest,
  type Source,
  backupFolder,
  backupsAmong,
  parseManifest,
} from "../../model/data/backup.ts";
import { showSize } from "../../lib/size.ts";
import { text } from "node:stream/consumers";
import { placeOption, readDeployedVolumes } from "./service-volumes.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { progress } from "../lib/progress.ts";
import { table } from "../../lib/table.ts";
import { shortDigest } from "../../lib/digest.ts";

interface Options extends StackOption {
  from: string;
  json?: boolean;
}

/** `slipway backups` */
export function backupsVerb(): Command {
  return new Command("backups")
    .description("the backups there are of a service, newest last")
    .argument("<service>", "one that has volumes")
    .addOption(placeOption("--from"))
    .addOption(stackOption())
    .option("--json", "print JSON")
    .action(async (name: string, options: Options) => {
      const { from, json } = options;
      const service = await readDeployedVolumes(await openSession(options), name);
      const store = await openStore(from, progress);
      const found = [];
      for (const backup of await backupsOf(service, store))
        found.push({ backup, ...(await readManifest(store, service, backup)) });
      process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : formatBackups(found));
    });
}

/** The names of a service's backups that are whole, oldest first. */
export async function backupsOf(service: Source, store: Store): Promise<string[]> {
  return backupsAmong(await store.list(backupFolder(service)));
}

/** What a backup is of. */
export async function readManifest(store: Store, service: Source, backup: string): Promise<Manifest> {
  const name = `${backupFolder(service)}/${backup}.json`;
  return parseManifest(await text(await store.read(name)), store.address(name));
}

function formatBackups(found: readonly (Manifest & { backup: string })[]): string {
  if (!found.length) return "no backups\n";
  const rows = found.map(({ backup, volumes, tarBytes, fileBytes, image }) => [
    backup,
    volumes.join(", "),
    showSize(tarBytes),
    showSize(fileBytes),
    shortDigest(image),
  ]);
  return table([["BACKUP", "VOLUMES", "DATA", "FILE", "IMAGE"], ...rows]);
}
