import { Command } from "commander";
import { UserError } from "../model/errors.ts";
import { adoptVerb } from "./adopt.ts";
import { backupVerb } from "./backup.ts";
import { backupsVerb } from "./backups.ts";
import { buildVerb } from "./build.ts";
import { copyVerb } from "./copy.ts";
import { execVerb } from "./exec.ts";
import { labVerb } from "./lab.ts";
import { lockVerb } from "./lock.ts";
import { logsVerb } from "./logs.ts";
import { maintenanceVerb } from "./maintenance.ts";
import { pinVerb, pinsVerb, unpinVerb } from "./pins.ts";
import { releasesVerb } from "./releases.ts";
import { restoreVerb } from "./restore.ts";
import { rollbackVerb } from "./rollback.ts";
import { sizesVerb } from "./sizes.ts";
import { startVerb } from "./start.ts";
import { statusVerb } from "./status.ts";
import { stopVerb } from "./stop.ts";
import { tagVerb } from "./tag.ts";
import { upVerb } from "./up.ts";

const program = new Command("slipway")
  .description("Run your own containers: built once, rolled by digest, gone back to in seconds.")
  .showHelpAfterError()
  .addCommand(startVerb())
  .addCommand(stopVerb())
  .addCommand(upVerb())
  .addCommand(buildVerb())
  .addCommand(tagVerb())
  .addCommand(copyVerb())
  .addCommand(lockVerb())
  .addCommand(sizesVerb())
  .addCommand(releasesVerb())
  .addCommand(rollbackVerb())
  .addCommand(pinVerb())
  .addCommand(unpinVerb())
  .addCommand(pinsVerb())
  .addCommand(statusVerb())
  .addCommand(logsVerb())
  .addCommand(execVerb())
  .addCommand(maintenanceVerb())
  .addCommand(adoptVerb())
  .addCommand(backupVerb())
  .addCommand(backupsVerb())
  .addCommand(restoreVerb())
  .addCommand(labVerb());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
