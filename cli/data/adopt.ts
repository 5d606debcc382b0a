import { Command } from "commander";
import { type Adopted, adoption } from "../../model/state/adopt.ts";
import { pinsOfBuilt, pinsOfStock } from "../../model/state/adopt/pins.ts";
import type { ActualContainer } from "../../model/container/actual.ts";
import { UserError } from "../../lib/errors.ts";
import { type Pin, pinOf } from "../../model/history/pins.ts";
import { readRecipes } from "../../model/image/recipe.ts";
import { stockImages } from "../../model/image/stock.ts";
import { parseInventory, inventoryScript } from "../../host/scripts/inventory.ts";
import { nameIn } from "../../model/state/resources.ts";
import { TYPES } from "../../model/state/types.ts";
import { preview } from "../../stack/preview.ts";
import { pulumi } from "../../stack/pulumi.ts";
import { addToState } from "../../stack/state.ts";
import { type LockOptions, deploy } from "../deploy/pulumi-up.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { onEach, onHost } from "../../host/run.ts";
import { addLockOptions } from "../deploy/lock-options.ts";
import { readPinned, writePins } from "../history/pinning.ts";
import { progress } from "../lib/progress.ts";
import { readSettings } from "../project/program-settings.ts";
import { shortDigest } from "../../lib/digest.ts";

interface Options extends LockOptions, StackOption {
  dryRun?: boolean;
}

/** The exit code that says that something waits for an update. */
const WAITS = 2;

/** What builds an image, or joins what several builders have built. */
const IMAGES = /\$docker-build:|\.index$/;

/** `slipway adopt` */
export function adoptVerb(): Command {
  const verb = new Command("adopt")
    .description(
      "after the stack's state was lost: take what runs on its hosts for the stack's own, by its labels, and roll " +
        "nothing; what was built of other sources is pinned; exit code 2 where an update would still roll something",
    )
    .addOption(stackOption())
    .option("--dry-run", "show what would be taken over")
    .option("--json", "print JSON: what is taken over, pinned, left, and what an update would still roll");
  return addLockOptions(verb).action(async (options: Options) => {
    const session = await openSession(options);
    const { settings, catalogue } = await readSettings(session);
    progress("looking for what the state does not know and the hosts have");
    const planned = (await preview(session)).flatMap(({ op, newState }) =>
      op === "create" && newState ? [newState] : [],
    );
    const known = new Set((await readDeployed(session)).containers.map(({ id }) => id));
    const hosts = new Map<string, ActualContainer[]>();
    const unreachable = await onEach(settings.hosts, progress, async (host) => {
      hosts.set(
        host.name,
        parseInventory(await onHost(host, inventoryScript(session, { aboutFiles: true }))),
      );
    });
    if (unreachable.length) throw new UserError("nothing was done: what runs on all hosts must be known");

    const { containers, others, resources } = adoption(planned, hosts, catalogue.services, known);
    const pinned = await readPinned(session);
    const isUnpinned = ({ name }: { name: string }) => !pinOf(pinned.pins, name);
    const recipes = readRecipes(catalogue, settings).filter(isUnpinned);
    const pins = {
      ...pinsOfBuilt(containers, recipes, settings.registry),
      ...pinsOfStock(containers, stockImages(catalogue, settings).filter(isUnpinned)),
    };
    const done = { containers, pins, others, rolls: [] as string[] };
    if (options.dryRun || !containers.length) {
      printAdoption(done, options.json);
      return;
    }
    if (Object.keys(pins).length) {
      writePins(pinned, { ...pinned.pins, ...pins });
      progress(`${pinned.file}: written; commit it, so that others do not roll what is pinned`);
    }
    await addToState(session, resources);
    progress("reading what was taken over from the hosts");
    const { code, stdout, stderr } = await pulumi(session, ["refresh", "--yes", "--skip-preview"]);
    if (code !== 0) throw new UserError(`${stdout}${stderr}`.trim());

    // Images first: a container is known to be the wanted one when its image's digest is known.
    const images = (await preview(session)).filter(({ op, urn }) => op === "create" && IMAGES.test(urn));
    if (images.length)
      await deploy(
        session,
        images.flatMap(({ urn }) => ["--target", urn]),
        options,
      );
    const rolls = (await preview(session)).filter(
      ({ op, urn }) => !["same", "read"].includes(op) && urn.includes(`$${TYPES.container}::`),
    );
    done.rolls = [...new Set(rolls.map(({ urn }) => nameIn(urn)))].sort();
    if (done.rolls.length) process.exitCode = WAITS;
    // Writes down what has no part in a roll: each cutover finds that its container answers already.
    else await deploy(session, [], options);
    printAdoption(done, options.json);
  });
}

interface Done {
  containers: Adopted[];
  pins: Record<string, Pin>;
  others: string[];
  rolls: string[];
}

function printAdoption(done: Done, json = false): void {
  const { containers, pins, others, rolls } = done;
  const lines = [
    ...containers.map(
      ({ service, slot, host, container, image }) =>
        `${service} ${slot} on ${host}: ${container}, ${shortDigest(image)}`,
    ),
    ...Object.keys(pins).map(
      (service) =>
        `${service}: pinned, as it is of other sources, or another digest than the lock's; newer waits`,
    ),
    ...others.map((other) => `left alone: ${other}`),
    ...rolls.map((name) => `${name}: is not as services.ts says; the next pulumi up rolls it`),
  ];
  const text = lines.length ? lines.join("\n") : "nothing runs that the state does not know";
  process.stdout.write(json ? `${JSON.stringify(done, null, 2)}\n` : `${text}\n`);
}
