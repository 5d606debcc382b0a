import { Command } from "commander";
import { UserError } from "../model/errors.ts";

/** All verbs, in the order of the help, each loaded when it is asked for: together they take a second. */
const VERBS: Record<string, () => Promise<Command>> = {
  start: async () => (await import("./start.ts")).startVerb(),
  stop: async () => (await import("./stop.ts")).stopVerb(),
  up: async () => (await import("./up.ts")).upVerb(),
  build: async () => (await import("./build.ts")).buildVerb(),
  tag: async () => (await import("./tag.ts")).tagVerb(),
  copy: async () => (await import("./copy.ts")).copyVerb(),
  lock: async () => (await import("./lock.ts")).lockVerb(),
  sizes: async () => (await import("./sizes.ts")).sizesVerb(),
  releases: async () => (await import("./releases.ts")).releasesVerb(),
  rollback: async () => (await import("./rollback.ts")).rollbackVerb(),
  pin: async () => (await import("./pins.ts")).pinVerb(),
  unpin: async () => (await import("./pins.ts")).unpinVerb(),
  pins: async () => (await import("./pins.ts")).pinsVerb(),
  status: async () => (await import("./status.ts")).statusVerb(),
  report: async () => (await import("./report.ts")).reportVerb(),
  logs: async () => (await import("./logs.ts")).logsVerb(),
  exec: async () => (await import("./exec.ts")).execVerb(),
  maintenance: async () => (await import("./maintenance.ts")).maintenanceVerb(),
  backup: async () => (await import("./backup.ts")).backupVerb(),
  backups: async () => (await import("./backups.ts")).backupsVerb(),
  restore: async () => (await import("./restore.ts")).restoreVerb(),
  adopt: async () => (await import("./adopt.ts")).adoptVerb(),
  prune: async () => (await import("./prune.ts")).pruneVerb(),
  lab: async () => (await import("./lab.ts")).labVerb(),
};

const program = new Command("slipway")
  .description("Run your own containers: built once, rolled by digest, gone back to in seconds.")
  .showHelpAfterError();

try {
  const asked = VERBS[process.argv[2] ?? ""];
  for (const verb of asked ? [asked] : Object.values(VERBS)) program.addCommand(await verb());
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
