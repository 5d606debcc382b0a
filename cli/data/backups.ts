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
import { placeOption, readCopied } from "./service-volumes.ts";
import { useProjectTools } from "../project/environment.ts";
import { table } from "../../lib/table.ts";
import { shortDigest } from "../../lib/digest.ts";

interface Options {
  from: string;
  stack?: string;
  json?: boolean;
}

/** `slipway backups` */
export function backupsVerb(): Command {
  return new Command("backups")
    .description("the backups there are of a service, newest last")
    .argument("<service>", "one that has volumes")
    .addOption(placeOption("--from"))
    .option("--stack <name>", "the selected stack if not given")
    .option("--json", "for scripts: all of it")
    .action(async (name: string, { from, stack, json }: Options) => {
      await useProjectTools();
      const service = await readCopied(name, stack);
      const store = await openStore(from);
      const found = [];
      for (const backup of await backupsOf(service, store))
        found.push({ backup, ...(await readManifest(store, service, backup)) });
      process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : shown(found));
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

function shown(found: readonly (Manifest & { backup: string })[]): string {
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
