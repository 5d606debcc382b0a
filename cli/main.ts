import { Command } from "commander";
import { UserError } from "../lib/errors.ts";
import { EXAMPLES } from "./lib/examples.ts";
import { guardTerminal } from "./lib/terminal.ts";

/** All verbs, in the order of the help, each loaded when it is asked for: together they take a second. */
const VERBS: Record<string, () => Promise<Command>> = {
  start: async () => (await import("./project/start.ts")).startVerb(),
  stop: async () => (await import("./project/stop.ts")).stopVerb(),
  up: async () => (await import("./deploy/up.ts")).upVerb(),
  build: async () => (await import("./images/build.ts")).buildVerb(),
  tag: async () => (await import("./images/tag.ts")).tagVerb(),
  record: async () => (await import("./images/record.ts")).recordVerb(),
  copy: async () => (await import("./images/copy.ts")).copyVerb(),
  lock: async () => (await import("./images/lock.ts")).lockVerb(),
  sizes: async () => (await import("./images/sizes.ts")).sizesVerb(),
  releases: async () => (await import("./history/releases.ts")).releasesVerb(),
  rollback: async () => (await import("./history/rollback.ts")).rollbackVerb(),
  pin: async () => (await import("./history/pins.ts")).pinVerb(),
  unpin: async () => (await import("./history/pins.ts")).unpinVerb(),
  pins: async () => (await import("./history/pins.ts")).pinsVerb(),
  status: async () => (await import("./fleet/status.ts")).statusVerb(),
  report: async () => (await import("./history/report.ts")).reportVerb(),
  logs: async () => (await import("./fleet/logs.ts")).logsVerb(),
  exec: async () => (await import("./fleet/exec.ts")).execVerb(),
  maintenance: async () => (await import("./fleet/maintenance.ts")).maintenanceVerb(),
  secrets: async () => (await import("./secrets/secrets.ts")).secretsVerb(),
  backup: async () => (await import("./data/backup.ts")).backupVerb(),
  backups: async () => (await import("./data/backups.ts")).backupsVerb(),
  restore: async () => (await import("./data/restore.ts")).restoreVerb(),
  "copy-volumes": async () => (await import("./data/copy-volumes.ts")).copyVolumesVerb(),
  import: async () => (await import("./compose/import.ts")).importVerb(),
  adopt: async () => (await import("./data/adopt.ts")).adoptVerb(),
  prune: async () => (await import("./fleet/prune.ts")).pruneVerb(),
  lab: async () => (await import("./project/lab.ts")).labVerb(),
};

guardTerminal();
const program = new Command("slipway")
  .description("Run your own containers: built once, rolled by digest, gone back to in seconds.")
  .showHelpAfterError();

try {
  const asked = VERBS[process.argv[2] ?? ""];
  for (const verb of asked ? [asked] : Object.values(VERBS)) program.addCommand(withExample(await verb()));
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function withExample(verb: Command): Command {
  const example = EXAMPLES[verb.name()];
  return example === undefined ? verb : verb.addHelpText("after", `\nExample:\n  ${example}`);
}
