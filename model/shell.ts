/** `text` as one word of a POSIX shell command, whatever it contains. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The words as one POSIX shell command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(" ");
}

/** A script for `sh -s` with variables set before its first line. */
export function withVariables(variables: Readonly<Record<string, string | number>>, script: string): string {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quote(String(value))}`);
  return `${assignments.join("\n")}\n${script}`;
}
