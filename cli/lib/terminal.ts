import { printable } from "../../lib/text.ts";

/**
 * Lets nothing that is printed steer the terminal: a commit's message, a log's line, a registry's error or a container's
 * label are others' text, whichever verb shows them. Programs that are run with this process's own output are not held
 * to it: `slipway exec` is for whatever its command does.
 */
export function guardTerminal(
  streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr],
): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === "string" ? printable(chunk) : chunk, ...rest);
  }
}
