import { Command, InvalidArgumentError, Option } from "commander";
import * as lab from "../../lab/index.ts";
import { UserError } from "../../lib/errors.ts";
import { table } from "../../lib/table.ts";
import { labShell, shellCommands } from "./lab-shell.ts";
import { paths } from "../../lib/paths.ts";
import { progress } from "../lib/progress.ts";

/** `slipway lab up|down|status|env` */
export function labVerb(): Command {
  const verb = new Command("lab").description(
    "registry, builder and ssh hosts on this machine, to try and test in",
  );
  verb
    .command("up")
    .description("start what is not running")
    .option("--hosts <n>", "how many hosts, 1 to 9", hostCount, 1)
    .addOption(engineOption())
    .addHelpText("after", "\nExample:\n  slipway lab up --hosts 2 --engine 29")
    .action(async (options: { hosts: number; engine: lab.Engine }) => {
      await lab.up(paths.lab, options, progress);
      progress('lab: up; in your shell: eval "$(npx --no slipway lab env)"');
    });
  verb
    .command("down")
    .description("end every process, and remove all that the lab has made")
    .action(async () => {
      await lab.down(paths.lab, progress);
    });
  verb
    .command("status")
    .description("what runs; exit code 1 if the lab is not up")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const status = await lab.status(paths.lab);
      process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : formatStatus(status));
      if (!status.lab) process.exitCode = 1;
    });
  verb
    .command("env")
    .description('shell commands for eval "$(npx --no slipway lab env)"')
    .action(async () => {
      const { lab: running } = await lab.status(paths.lab);
      if (!running) throw new UserError("lab: is not up; run: npx --no slipway lab up");
      process.stdout.write(shellCommands(await labShell(paths, running)));
    });
  return verb;
}

/** A line per machine, and where the lab is reached if it is up. */
function formatStatus({ lab: running, machines }: lab.LabStatus): string {
  const rows = Object.entries(machines).map(([name, answers]) => [name, answers ? "up" : "down"]);
  if (running) rows.push(["registry", `https://${running.registry}`]);
  for (const { name, address } of running?.hosts ?? []) rows.push([name, address]);
  return rows.length ? table(rows) : "no lab; start one with: npx --no slipway lab up\n";
}

function engineOption(): Option {
  const what =
    "the Docker engine of hosts that are added; those that are there keep theirs. " +
    "29 is built the first time, in about 5 minutes";
  return new Option("--engine <version>", what).choices(lab.engines).default("20.10");
}

function hostCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 9) return count;
  throw new InvalidArgumentError("expected 1 to 9");
}
