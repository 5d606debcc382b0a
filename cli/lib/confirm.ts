import { createInterface } from "node:readline/promises";
import { UserError } from "../../lib/errors.ts";

/**
 * Asks whether to go on with what was just said.
 * @param command what needs no answer
 * @throws UserError where the answer is not yes, or there is nobody to ask
 */
export async function confirm(command: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UserError(`no terminal to ask at; to go on without a question: ${command}`);
  // As a terminal it would write control sequences; the terminal itself lets a line be edited.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const answer = await terminal.question("Go on? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("nothing was done");
}
