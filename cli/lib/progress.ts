/** Prints a line of progress to stderr, apart from the command's answer. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
