import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { type Pin, describePin, differingFields, pinOf, pinsIn, waiting } from "../../model/history/pins.ts";
import { readRecipes } from "../../model/image/recipe.ts";
import { stockImages } from "../../model/image/stock.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { pinsFor, readPinned, writePins } from "./pinning.ts";
import { progress } from "../lib/progress.ts";
import { type ReleaseOptions, addReleaseOptions, pinRequest, printPins } from "./rollback.ts";
import { readSettings } from "../project/program-settings.ts";

/** `slipway pin` */
export function pinVerb(): Command {
  const verb = new Command("pin")
    .description(
      "keeps services at what answers now, or at a release, whatever the sources say, from the next up on",
    )
    .argument("[service...]", "which ones")
    .option("--all", "all services");
  return addReleaseOptions(verb).action(async (names: string[], options: ReleaseOptions) => {
    const session = await openSession(options);
    const { pinned, pins } = await pinsFor(session, pinRequest(names, options, "live"));
    // What a merge has lost comes back as it was.
    const last = pinsIn(pinned.resources);
    for (const name of options.to ? [] : Object.keys(pins)) {
      const lost = pinOf(pinned.pins, name) ? undefined : last[name];
      if (lost) pins[name] = lost;
    }
    const next = { ...pinned.pins, ...pins };
    await readSettings(session, next);
    writePins(pinned, next);
    printPins(pins, options);
    progress(`${pinned.file}: written; commit it, so that others do not undo this`);
  });
}

/** `slipway unpin` */
export function unpinVerb(): Command {
  return new Command("unpin")
    .description("lets services go on to their newest source with the next up")
    .argument("[service...]", "which ones")
    .option("--all", "all that are pinned")
    .addOption(stackOption())
    .action(async (names: string[], { all = false, ...options }: { all?: boolean } & StackOption) => {
      pinRequest(names, { all }, "live");
      const pinned = await readPinned(await openSession(options));
      const last = pinsIn(pinned.resources);
      const known = Object.keys({ ...last, ...pinned.pins }).filter(
        (name) => last[name] ?? pinOf(pinned.pins, name),
      );
      const unknown = names.filter((name) => !known.includes(name));
      if (unknown.length)
        throw new UserError(
          `not pinned, got ${unknown.join(", ")}; expected ${known.join(", ") || "nothing is"}`,
        );
      const next = { ...pinned.pins };
      for (const name of all ? known : names) {
        // The consent to lose what the last update had; without it the next one would refuse.
        const digest = last[name]?.digest ?? pinOf(pinned.pins, name)?.digest ?? "";
        next[name] = { unpinned: digest };
        process.stdout.write(`${name}: no longer pinned; its newest source rolls with the next slipway up\n`);
      }
      writePins(pinned, next);
    });
}

/** `slipway pins` */
export function pinsVerb(): Command {
  return new Command("pins")
    .description("what is pinned, to which release, and what newer waits")
    .option("--json", "print JSON: the pins by service, each with what waits")
    .addOption(stackOption())
    .action(async ({ json, ...options }: { json?: boolean } & StackOption) => {
      const session = await openSession(options);
      const { settings, catalogue, pins, declared } = await readSettings(session);
      const newest = [
        ...readRecipes(catalogue, settings),
        ...stockImages(catalogue, settings).map(({ name, digest }) => ({ name, hash: digest ?? "" })),
      ];
      const rows = newest.flatMap(({ name, hash }): [string, Pin, string[]][] => {
        const pin = pinOf(pins, name);
        return pin ? [[name, pin, waiting(pin, name, hash, declared.services)]] : [];
      });
      if (json) {
        const answer = Object.fromEntries(rows.map(([name, pin, waits]) => [name, { ...pin, waits }]));
        process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
        return;
      }
      for (const [name, pin, waits] of rows)
        process.stdout.write(
          `${name}: ${describePin(pin, waits, differingFields(pin, name, declared.services))}${pin.why ? `: ${pin.why}` : ""}\n`,
        );
      if (!rows.length) progress("nothing is pinned");
    });
}
