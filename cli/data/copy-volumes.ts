import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { confirm } from "../lib/confirm.ts";
import { progress } from "../lib/progress.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { copying, readDeployedVolumes } from "./service-volumes.ts";

interface Options extends StackOption {
  yes?: boolean;
  json?: boolean;
}

/** A Docker volume's name. Source: https://github.com/moby/moby/blob/v20.10.24/volume/names/names.go */
const PAIR = /^([^=]+)=([a-zA-Z0-9][a-zA-Z0-9_.-]+)$/;

/** `slipway copy-volumes` */
export function copyVolumesVerb(): Command {
  return new Command("copy-volumes")
    .description(
      "fill volumes of a service with what is in others on its host, as in those that Compose has made, which stay as " +
        "they are; the service is stopped meanwhile",
    )
    .argument("<service>", "one that has volumes, deployed already")
    .argument(
      "<volume=original...>",
      "its volume by the name in services.ts, and the other's name as docker volume ls has it",
    )
    .option("--yes", "skip the confirmation")
    .addOption(stackOption())
    .option("--json", "print JSON: what was copied")
    .action(async (name: string, pairs: string[], { yes, json, ...options }: Options) => {
      const service = await readDeployedVolumes(await openSession(options), name);
      const originals = parseOriginals(pairs, service.volumes);
      const volumes = new Map([...service.volumes].filter(([volume]) => originals.has(volume)));
      progress(
        `${name}: what is in ${[...volumes.keys()].join(", ")} now is deleted, and replaced by a copy of ${[...originals.values()].join(", ")}.`,
      );
      if (!yes) await confirm(`slipway copy-volumes ${name} ${pairs.join(" ")} --yes`);
      const { stdin, ended } = copying({ ...service, volumes, originals }, "copy");
      stdin.end();
      await ended;
      process.stdout.write(
        json
          ? `${JSON.stringify({ service: name, copied: Object.fromEntries(originals) }, null, 2)}\n`
          : [...originals]
              .map(([volume, original]) => `${name}: ${volume} is a copy of ${original}\n`)
              .join(""),
      );
    });
}

/**
 * The names on the host of the volumes that are copied, by those of the service's that they fill, in the service's order.
 * @throws UserError where one is no pair, or of a volume that it has not, or has twice
 */
export function parseOriginals(
  pairs: readonly string[],
  volumes: ReadonlyMap<string, string>,
): Map<string, string> {
  const originals = new Map<string, string>();
  for (const pair of pairs) {
    const [, volume = "", original = ""] = PAIR.exec(pair) ?? [];
    if (!original) throw new UserError(`copy-volumes: got "${pair}"; expected a pair, as in data=shop_data`);
    if (!volumes.has(volume))
      throw new UserError(
        `copy-volumes: no such volume, got "${volume}"; expected ${[...volumes.keys()].join(", ")}`,
      );
    if (originals.has(volume)) throw new UserError(`copy-volumes: "${volume}" is there twice`);
    if (volumes.get(volume) === original)
      throw new UserError(`copy-volumes: ${original} is that volume itself; expected another`);
    originals.set(volume, original);
  }
  return originals;
}
