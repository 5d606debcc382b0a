import { Command } from "commander";
import { UserError } from "../model/errors.ts";
import { labVerb } from "./lab.ts";
import { startVerb } from "./start.ts";
import { stopVerb } from "./stop.ts";
import { upVerb } from "./up.ts";

const program = new Command("slipway")
  .description("Run your own containers: built once, rolled by digest, gone back to in seconds.")
  .showHelpAfterError()
  .addCommand(startVerb())
  .addCommand(stopVerb())
  .addCommand(upVerb())
  .addCommand(labVerb());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
