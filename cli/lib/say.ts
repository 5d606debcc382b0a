/** Shows a line of progress, apart from what the command prints as its answer. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
