/** What a setting can leave its value to, by having its name as its value: `hosts: lab`. */
export interface Environment {
  name: string;
  /** What is wrong where it has no value, and what to do. */
  missing: string;
  /** Its value for a setting, or for something else that goes with it. */
  value(key: string): string | undefined;
}

/** Whether a setting names the environment, as its value or as the last word of a line of it. */
export function isNamed({ name }: Environment, text: string): boolean {
  return lastWord(name).test(text);
}

/** A setting's text with the environment's value in place of its name; empty there where it has none. */
export function resolveIn(environment: Environment, key: string, text: string): string {
  return text.replace(lastWord(environment.name), () => environment.value(key) ?? "");
}

function lastWord(word: string): RegExp {
  return new RegExp(`(?<!\\S)${word}$`, "gm");
}
