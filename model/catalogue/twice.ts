import { posix } from "node:path";
import type { Base, Service } from "./service.ts";
import type { Check } from "./stack-context.ts";

/** What is said twice, so that chance would decide, or one of the two would be dropped without a word. */
export const twiceProblems: Check = ({ services, bases, secrets }, { secretsGiven }) => [
  ...services.flatMap(variableProblems),
  ...services.flatMap(volumeProblems),
  ...services.flatMap(({ name, uses = [] }) =>
    repeated(uses).map(([used, index]) => `services/${name}/uses/${index}: "${used}" is listed twice`),
  ),
  ...[...bases, ...services].flatMap(contextProblems),
  ...secrets
    .filter(({ name, generate, command }) => (generate ?? command) && secretsGiven.includes(name))
    .map(
      ({ name, command }) =>
        `secrets/${name}: is ${command ? "a command's" : "generated"}, and has a value in the configuration. Leave ` +
        `"${command ? "command" : "generate"}" out here, or run: pulumi config rm secrets:${name}`,
    ),
];

function variableProblems({ name, environment = {}, secrets = {} }: Service): string[] {
  return Object.keys(secrets)
    .filter((variable) => variable in environment)
    .map(
      (variable) =>
        `services/${name}/secrets/${variable}: is in environment too. Leave it out of one of them`,
    );
}

function volumeProblems({ name, volumes = [] }: Service): string[] {
  const at = (index: number) => `services/${name}/volumes/${index}`;
  const targets = volumes.map(({ target }) => posix.join(target, "/"));
  return [
    ...repeated(targets).map(
      ([, index]) =>
        `${at(index)}/target: another volume is mounted there, got "${volumes[index]?.target ?? ""}"`,
    ),
  ];
}

/** A build's named contexts are one list. */
function contextProblems({ name, build }: Base | Service): string[] {
  const { base, additionalContexts = {} } = build ?? {};
  if (base === undefined || !(base in additionalContexts)) return [];
  return [`services/${name}/build/additionalContexts/${base}: is the name of build.base too. Choose another`];
}

/** The words that were there before, each with its place in the list. */
function repeated(words: readonly string[]): [string, number][] {
  return words.flatMap((word, index) =>
    words.indexOf(word) < index ? [[word, index] as [string, number]] : [],
  );
}
