import * as pulumi from "@pulumi/pulumi";
import { type Environment, isNamed, resolveIn } from "./environment.ts";

/** A setting of the stack file. */
export interface Key {
  /** Its value where the stack file has none, the same as in Pulumi.yaml. */
  default?: string;
  /** Whether it is encrypted, so that Pulumi.yaml cannot declare it. */
  secret?: true;
}

/** The settings of one topic, by name. */
export type Keys = Readonly<Record<string, Key>>;

/** Reads settings out of the stack's configuration, and collects what is wrong with them. */
export class Reader {
  readonly problems: string[] = [];
  /** The project's name, which is also the namespace of its settings. */
  readonly project = pulumi.getProject();
  private readonly config = new pulumi.Config();
  private readonly keys: Keys;
  private readonly environments: readonly Environment[];

  constructor(keys: Keys, environments: readonly Environment[]) {
    this.keys = keys;
    this.environments = environments;
    for (const key of this.names(this.project).filter((name) => !(name in keys)))
      this.problem(key, `unknown key; expected one of ${Object.keys(keys).join(", ")}`);
  }

  problem(key: string, text: string): void {
    this.problems.push(`Pulumi.${pulumi.getStack()}.yaml/${key}: ${text}`);
  }

  /** A setting's value, secret or not: a secret one is for checks alone. Empty where there is none, and no default. */
  text(key: string): string {
    return this.config.get(key) || (this.keys[key]?.default ?? "");
  }

  /** The environment that a setting names, as its value or as the last word of a line of it. */
  environment(key: string): Environment | undefined {
    return this.environments.find((environment) => isNamed(environment, this.text(key)));
  }

  /** As {@link text}, with the value of the environment that it names in place of the name. */
  resolve(key: string): string {
    const environment = this.environment(key);
    if (!environment) return this.text(key);
    const { name, missing } = environment;
    if (environment.value(key) === undefined) this.problem(key, `is "${name}", but ${missing}`);
    return resolveIn(environment, key, this.text(key));
  }

  /** A value of that form, if there is one. */
  optional(key: string, form: RegExp, expected: string): string | undefined {
    const value = this.text(key);
    if (value && !form.test(value)) this.problem(key, `not valid, got "${value}"; expected ${expected}`);
    return value || undefined;
  }

  /** A value of that form, which may name an environment. */
  required(key: string, form: RegExp, expected: string): string {
    const value = this.resolve(key);
    if (!this.text(key)) this.problem(key, `not set; expected ${expected}`);
    else if (!this.environment(key) && !form.test(value))
      this.problem(key, `not valid, got "${value}"; expected ${expected}`);
    return value;
  }

  /** One of these words; the first where it is none of them. */
  choice<T extends string>(key: string, choices: readonly [T, ...T[]]): T {
    const value = this.text(key);
    const found = choices.find((choice) => choice === value);
    if (!found) this.problem(key, `not valid, got "${value}"; expected ${orList(choices)}`);
    return found ?? choices[0];
  }

  /** The words of a list that commas separate, each once and sorted, as their order must not count. */
  words(key: string): string[] {
    const list = this.text(key).split(",");
    return [...new Set(list.map((word) => word.trim()))].filter(Boolean).sort();
  }

  /** A port's number. */
  port(key: string): number {
    const port = Number(this.text(key));
    if (!(Number.isInteger(port) && port >= 1 && port <= 65535))
      this.problem(key, `not a port, got "${this.text(key)}"; expected 1 to 65535`);
    return port;
  }

  secret(key: string): pulumi.Output<string> | undefined {
    return this.config.getSecret(key);
  }

  /** The names in a namespace of the configuration: `password` of `secrets:password`; those whose value passes the test. */
  names(namespace: string, test: (value: string) => boolean = () => true): string[] {
    const entries = Object.entries(pulumi.runtime.allConfig()).filter(([key]) =>
      key.startsWith(`${namespace}:`),
    );
    return entries.flatMap(([key, value]) => (test(value) ? key.slice(namespace.length + 1) : []));
  }

  /** The values in a namespace, all of them secret. */
  secrets(namespace: string): Record<string, pulumi.Output<string>> {
    const config = new pulumi.Config(namespace);
    return Object.fromEntries(this.names(namespace).map((name) => [name, config.requireSecret(name)]));
  }
}

/** As in `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}
