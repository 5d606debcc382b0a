import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { run } from "../../lib/run.ts";
import { commandOn } from "../../host/ssh.ts";
import { execWords } from "../../host/scripts/exec.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { isReplica } from "../../model/rollout/replica.ts";
import { useProjectTools } from "../project/environment.ts";

interface Options {
  stack?: string;
  replica: string;
}

/** `slipway exec` */
export function execVerb(): Command {
  return new Command("exec")
    .description(
      "run a command in the container that answers for a service now, as `slipway exec web -- ls -l`; with your standard " +
        "input, a terminal where you have one, and its exit code",
    )
    .argument("<service>", "one of services.ts, or edge")
    .argument("<command...>", "after --")
    .option("--replica <number>", "which of its replicas, from 0", "0")
    .option("--stack <name>", "the selected stack if not given")
    .action(async (service: string, command: string[], options: Options) => {
      await useProjectTools();
      process.exitCode = await exec(service, command, options);
    });
}

async function exec(
  service: string,
  command: readonly string[],
  { replica, stack }: Options,
): Promise<number> {
  const deployed = await readDeployed(stack);
  const containers = deployed.containers.filter(({ leaving, slot }) => !leaving && isReplica(slot));
  const ofService = containers.filter((container) => container.service === service);
  const known = [...new Set(containers.map((container) => container.service))].sort().join(", ");
  if (!ofService.length)
    throw new UserError(`${service}: no such service is deployed; expected ${known || "an update first"}`);
  const container = ofService.find(({ slot }) => slot === replica);
  const host = deployed.hosts.find(({ name }) => name === container?.host);
  if (!host)
    throw new UserError(`${service}: no such replica, got ${replica}; expected 0 to ${ofService.length - 1}`);
  // One that is piped on would get the terminal's line ends too.
  const tty = process.stdin.isTTY && process.stdout.isTTY;
  const words = execWords({ ...deployed, service, slot: replica, tty }, command);
  const shown = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
  // Ctrl-C is for the command: how that ends is how this ends.
  process.on("SIGINT", () => undefined);
  return (await run(commandOn(host, words, tty), shown)).code;
}
