import { type Command, InvalidArgumentError } from "commander";
import { type Duration, isDuration } from "../../lib/duration.ts";

/** Gives a verb that deploys the options of a {@link LockOptions}. */
export function addLockOptions(verb: Command): Command {
  return verb
    .option("--wait <duration>", "how long to wait for another update of the stack", duration, "10 minutes")
    .option("--take-over", "take the stack's lock from whoever has it; its process must be dead", false);
}

function duration(text: string): Duration {
  if (isDuration(text)) return text;
  throw new InvalidArgumentError('expected as in "30 seconds" or "10 minutes"');
}
