import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { run } from "../../lib/run.ts";
import { commandOn } from "../../host/ssh.ts";
import { execWords } from "../../host/scripts/exec.ts";
import type { Session } from "../../stack/session.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { isReplica } from "../../model/rollout/replica.ts";
import { checkDeployed } from "../lib/deployed-service.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";

interface Options extends StackOption {
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
    .addOption(stackOption())
    .action(async (service: string, command: string[], options: Options) => {
      process.exitCode = await exec(await openSession(options), service, command, options.replica);
    });
}

async function exec(
  session: Session,
  service: string,
  command: readonly string[],
  replica: string,
): Promise<number> {
  const deployed = await readDeployed(session);
  const containers = deployed.containers.filter(({ leaving, slot }) => !leaving && isReplica(slot));
  const ofService = containers.filter((container) => container.service === service);
  checkDeployed([service], [...new Set(containers.map((container) => container.service))].sort());
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
