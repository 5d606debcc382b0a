import type { Imported } from "./import.ts";

const WIDTH = 110;

const TYPES = {
  secrets: "Secret",
  volumes: "SharedVolume",
  networks: "Network",
  services: "Service",
} as const;
const KINDS = ["secrets", "volumes", "networks", "services"] as const;

/**
 * The text of a services.ts, laid out as prettier does it.
 * @param from what it was made of, for its first line
 * @param model the folder model/ as services.ts imports it: "./model"
 */
export function printCatalogue({ catalogue }: Imported, from: string, model: string): string {
  const used = KINDS.filter((kind) => kind === "services" || catalogue[kind].length);
  const others = used.filter((kind) => kind !== "networks").map((kind) => TYPES[kind]);
  const imports = [
    ...(used.includes("networks") ? [`import type { Network } from "${model}/catalogue/networks.ts";`] : []),
    `import type { ${others.sort().join(", ")} } from "${model}/catalogue/service.ts";`,
  ];
  const lists = used.map(
    (kind) =>
      `export const ${kind}: ${TYPES[kind]}[] = ${printed(catalogue[kind], `export const ${kind}: ${TYPES[kind]}[] = `.length)};`,
  );
  return `// From ${from}\n${imports.join("\n")}\n\n${lists.join("\n\n")}\n`;
}

/**
 * A value as TypeScript has it: on one line where it fits.
 * @param before how much of the line is taken, and how much is to come behind it
 */
export function printed(value: unknown, before: number, indent = ""): string {
  const line = inline(value);
  if (line !== undefined && before + line.length + 1 <= WIDTH) return line;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const entries = value.map((each) => `${deeper}${printed(each, deeper.length, deeper)},\n`);
    return `[\n${entries.join("")}${indent}]`;
  }
  if (typeof value !== "object" || value === null) return scalar(value);
  const entries = Object.entries(value).map(([key, each]) => {
    const start = `${deeper}${printedKey(key)}: `;
    const text = printed(each, start.length, deeper);
    // A text too long for the line stands on the next.
    return typeof each === "string" && start.length + text.length + 1 > WIDTH && printedKey(key).length > 2
      ? `${deeper}${printedKey(key)}:\n${deeper}  ${text},\n`
      : `${start}${text},\n`;
  });
  return `{\n${entries.join("")}${indent}}`;
}

/** On one line; undefined where prettier breaks it in any case. */
function inline(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const entries = value.map(inline);
    if (breaks(value) || entries.includes(undefined)) return undefined;
    return `[${entries.join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) return scalar(value);
  const entries = Object.entries(value).map(([key, each]) => [printedKey(key), inline(each)] as const);
  if (entries.some(([, text]) => text === undefined)) return undefined;
  return entries.length ? `{ ${entries.map(([key, text = ""]) => `${key}: ${text}`).join(", ")} }` : "{}";
}

/** Whether it is a list of several objects, or lists, of several each. */
function breaks(list: readonly unknown[]): boolean {
  const several = (each: unknown) =>
    typeof each === "object" && each !== null && Object.keys(each).length > 1;
  const alike = list.every((each) => Array.isArray(each) === Array.isArray(list[0]));
  return list.length > 1 && alike && list.every(several);
}

function printedKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : scalar(key);
}

/** A text in double quotes, unless it has more of them than of single ones. */
function scalar(value: unknown): string {
  const text = JSON.stringify(value);
  if (typeof value !== "string") return text;
  const count = (quote: string) => value.split(quote).length - 1;
  if (count('"') <= count("'")) return text;
  return `'${text.slice(1, -1).replace(/\\"/g, '"').replaceAll("'", "\\'")}'`;
}
