import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Command } from "commander";
import { ByteCounter } from "../../backups/byte-counter.ts";
import { type Store, openStore } from "../../backups/store.ts";
import { type Manifest, backupFolder, backupName } from "../../model/data/backup.ts";
import { showSize } from "../../lib/size.ts";
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
  to: string;
  json?: boolean;
}

/** The host gives up after a minute without one. */
const SIGN_OF_LIFE_MILLISECONDS = 10_000;

/** `slipway backup` */
export function backupVerb(): Command {
  return new Command("backup")
    .description(
      "copy all volumes of a service off its host, into a file here or in a bucket; the service is stopped meanwhile, " +
        "so that its files are at rest, and started again whatever happens",
    )
    .argument("<service>", "one that has volumes")
    .addOption(placeOption("--to"))
    .addOption(stackOption())
    .option("--json", "print JSON: what was copied, and where it is")
    .action(async (name: string, options: Options) => {
      const { to, json } = options;
      const service = await readDeployedVolumes(await openSession(options), name);
      const store = await openStore(to, progress);
      const { manifest, file } = await backup(service, store);
      const { tarBytes, fileBytes } = manifest;
      process.stdout.write(
        json
          ? `${JSON.stringify({ file, ...manifest }, null, 2)}\n`
          : `${name}: ${showSize(tarBytes)} copied to ${file}, ${showSize(fileBytes)}\n`,
      );
    });
}

async function backup(service: DeployedVolumes, store: Store): Promise<{ manifest: Manifest; file: string }> {
  const time = new Date();
  const name = `${backupFolder(service)}/${backupName(time)}`;
  const [tar, file] = [new ByteCounter(), new ByteCounter()];
  const { stdin, stdout, ended } = copying(service, "save");
  const alive = setInterval(() => stdin.write("."), SIGN_OF_LIFE_MILLISECONDS);
  const stopShowing = showCopied(service.service, () => tar.bytes);
  /** The stream, which fails at its end where the host failed. */
  async function* whole() {
    yield* stdout as AsyncIterable<Buffer>;
    await ended;
  }
  try {
    const packed = pipeline(Readable.from(whole()), tar, createGzip(), file);
    await Promise.all([packed, store.write(`${name}.tar.gz`, file)]);
  } finally {
    clearInterval(alive);
    stopShowing();
    // Where the store failed, the end of both streams tells the host to stop copying.
    stdin.end();
    stdout.destroy();
    await ended.catch(() => undefined);
  }
  const { project, stack, service: of, volumes, image } = service;
  const manifest: Manifest = {
    ...{ project, stack, service: of, volumes: [...volumes.keys()], image },
    ...{ time: time.toISOString(), tarBytes: tar.bytes, fileBytes: file.bytes, sha256: file.sha256() },
  };
  // Last: without it there is no backup.
  await store.write(`${name}.json`, Readable.from([`${JSON.stringify(manifest, null, 2)}\n`]));
  return { manifest, file: store.address(`${name}.tar.gz`) };
}
