/** `text` as one word of a POSIX shell command, whatever it contains. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The text of a word that {@link quote} made. */
export function unquote(word: string): string {
  return word.startsWith("'") ? word.slice(1, -1).replaceAll(`'\\''`, "'") : word;
}

/** The words as one POSIX shell command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(" ");
}

/** The lines that set variables, for a script that comes behind them. */
export function assignments(variables: Readonly<Record<string, string | number>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quote(String(value))}\n`)
    .join("");
}
