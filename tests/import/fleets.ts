import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { type Compose, findCompose } from "../../cli/compose/config.ts";
import { importFiles } from "../../cli/compose/import.ts";
import { UserError } from "../../lib/errors.ts";
import { table } from "../../lib/table.ts";
import { withTemporaryFolder } from "../../lib/temporary.ts";
import { parseCatalogue } from "../../model/catalogue/check.ts";
import type { Imported } from "../../model/compose/import.ts";

// How much of a folder of Compose files `slipway import` carries over: npm run fleets -- FOLDER [--json].

interface Fleet {
  file: string;
  imported: Imported;
  /** What is wrong with the entries; empty where they are valid. */
  problem: string;
}

const [folder = ".", ...flags] = process.argv.slice(2);
const compose = await findCompose();
const fleets: Fleet[] = [];
const refused: { file: string; why: string }[] = [];
for (const file of composeFiles(resolve(folder))) {
  try {
    const imported = await importLeniently(compose, file);
    fleets.push({ file: relative(folder, file), imported, problem: problemOf(imported) });
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(`${file}: ${String(error)}`, { cause: error });
    refused.push({ file: relative(folder, file), why: error.message.split("\n").at(-1) ?? "" });
  }
}
print();

function composeFiles(at: string): string[] {
  return readdirSync(at, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /^(docker-)?compose[^/]*\.ya?ml$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** With what is missing made up: variables, and files of them, which Compose would refuse. */
async function importLeniently(compose: Compose, file: string): Promise<Imported> {
  const variables = unsetVariables(file);
  let files = [file];
  return withTemporaryFolder(async (temporary) => {
    for (let tries = 0; ; tries++) {
      try {
        return await importFiles(compose, files, { variables });
      } catch (error) {
        if (!(error instanceof UserError) || tries > 20) throw error;
        const required = /required variable (\w+) is missing/.exec(error.message)?.[1];
        if (required !== undefined) variables[required] = placeholder(required);
        else if (/env file .* not found/.test(error.message) && files.length === 1)
          files = [file, withoutEnvFiles(file, temporary)];
        else throw error;
      }
    }
  });
}

/** A file that takes away what another's services say of files of variables. */
function withoutEnvFiles(file: string, temporary: string): string {
  const { services = {} } = parse(readFileSync(file, "utf8"), { logLevel: "silent" }) as {
    services?: object;
  };
  const names = Object.keys(services);
  const over = join(temporary, "compose.yaml");
  writeFileSync(over, `services:\n${names.map((name) => `  ${name}: { env_file: !reset [] }\n`).join("")}`);
  return over;
}

/** All variables that a file names without a default, and that neither the shell nor `.env` has. */
function unsetVariables(file: string): Record<string, string> {
  const beside = join(dirname(file), ".env");
  const given = existsSync(beside) ? readFileSync(beside, "utf8") : "";
  const names = [...readFileSync(file, "utf8").matchAll(/\$\{(\w+)\}|\$(\w+)/g)].map(
    ([, long, short]) => long ?? short ?? "",
  );
  return Object.fromEntries(
    names
      .filter(
        (name) => name && process.env[name] === undefined && !new RegExp(`^\\s*${name}=`, "m").test(given),
      )
      .map((name) => [name, placeholder(name)]),
  );
}

function placeholder(name: string): string {
  if (/PORT/.test(name)) return "8080";
  if (/NAME|DOMAIN|HOST/.test(name)) return "placeholder";
  if (/DIR|PATH|FOLDER|ROOT|DATA|LOCATION|CONF|VOLUME|MEDIA|HOME|STORAGE/.test(name)) return "/placeholder";
  if (/IP|ADDR/.test(name)) return "192.0.2.1";
  return /UID|GID|COUNT|LIMIT/.test(name) ? "1000" : "placeholder";
}

function problemOf({ catalogue }: Imported): string {
  try {
    parseCatalogue(catalogue);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** A place without the names and numbers in it: "networks.*.mac_address". */
function keyOf(at: string): string {
  const [kind = "", , ...keys] = at.split(".");
  const plain = keys.map((key, index) =>
    /^\d+$/.test(key) || ["networks", "ulimits", "models"].includes(keys[index - 1] ?? "") ? "*" : key,
  );
  if (["labels", "environment"].includes(plain[0] ?? "")) return `${plain[0] ?? ""}.*`;
  return [...(kind === "services" ? [] : [kind, "*"]), ...plain].join(".") || kind;
}

function count(lost: boolean): { key: string; files: number; places: number; text: string }[] {
  const found = new Map<string, { files: Set<string>; places: number; text: string }>();
  for (const { file, imported } of fleets)
    for (const { at, text } of imported.remarks.filter((remark) => remark.lost === lost)) {
      const entry = found.get(keyOf(at)) ?? { files: new Set(), places: 0, text };
      entry.files.add(file);
      found.set(keyOf(at), { ...entry, places: entry.places + 1 });
    }
  const all = [...found].map(([key, { files, places, text }]) => ({ key, files: files.size, places, text }));
  return all.sort((a, b) => b.places - a.places);
}

function print(): void {
  const lostAt = (imported: Imported, start: string) =>
    imported.remarks.some(({ lost, at }) => lost && at.startsWith(start));
  const services = fleets.flatMap(({ imported }) => imported.catalogue.services.map(() => imported)).length;
  const there = fleets.flatMap(({ imported }) => [
    ...new Set(
      imported.remarks
        .filter(({ lost, at }) => lost && at.startsWith("services."))
        .map(({ at }) => at.split(".")[1]),
    ),
  ]).length;
  const whole = fleets.filter(({ imported }) => !lostAt(imported, "")).length;
  const invalid = fleets.filter(({ problem }) => problem);
  const [lost, otherwise] = [count(true), count(false)];
  if (flags.includes("--json")) {
    process.stdout.write(
      `${JSON.stringify({ files: fleets.length, whole, services, servicesWhole: services - there, lost, otherwise, invalid: invalid.map(({ file, problem }) => ({ file, problem })), refused }, null, 2)}\n`,
    );
    return;
  }
  const rows = lost.map(({ key, files, places, text }) => [key, String(files), String(places), text]);
  process.stdout.write(
    `${whole} of ${fleets.length} files and ${services - there} of ${services} services are carried over whole.\n\n` +
      table([["not carried over", "files", "places", "why"], ...rows]) +
      invalid.map(({ file, problem }) => `\n${file}: not valid yet:\n${problem}\n`).join("") +
      refused.map(({ file, why }) => `\n${file}: refused by docker compose: ${why}\n`).join(""),
  );
}
