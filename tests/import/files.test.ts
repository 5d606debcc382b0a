import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import prettier from "prettier";
import { type Compose, readRawProject } from "../../cli/compose/config.ts";
import { readFiles } from "../../cli/compose/import.ts";
import { inProject, kept, paths } from "../../lib/paths.ts";
import { run } from "../../lib/run.ts";
import { parseCatalogue, readCatalogue } from "../../model/catalogue/check.ts";
import type { RawProject } from "../../model/compose/context.ts";
import { lockKey } from "../../model/image/lock.ts";
import { type Imported, importProject } from "../../model/compose/import.ts";
import type { ComposeProject } from "../../model/compose/project.ts";
import { printCatalogue } from "../../model/compose/print.ts";
import { install } from "../../toolchain/install.ts";
import { FILES, pathsOf } from "../oracle/files.ts";
import { SERVICE } from "../unit/model/compose/arbitrary.ts";
import { silentPlaces } from "../unit/model/compose/silent-places.ts";

interface Read {
  name: string;
  project: ComposeProject;
  options: Parameters<typeof importProject>[1];
  raw: RawProject;
  imported: Imported;
}

/** Whether the entries have what stands at a place without its value: a secret, a file's variable, what a link implies. */
function isBelieved(place: string, { imported: { catalogue }, project, raw }: Read): boolean {
  const [kind, there = "", key, name = ""] = place.split(".");
  const { links = [], labels } = project.services?.[there] ?? {};
  const entry = catalogue.services.find((each) => each.name === there);
  if (kind === "configs" && key === "content")
    return catalogue.secrets.some((secret) => secret.name === there);
  if (kind === "volumes") return key === "external";
  if (key === "environment") {
    const inFile = raw.services?.[there]?.env_file && !(name in (raw.services[there].environment ?? {}));
    return name in (entry?.secrets ?? {}) || Boolean(inFile);
  }
  if (key === "depends_on")
    return links.some((link) => link.split(":")[0] === name) && place.endsWith(".restart");
  return (
    key === "labels" &&
    place.endsWith(".basicauth.users") &&
    labels !== undefined &&
    entry?.http?.basicAuth !== undefined
  );
}

describe("Compose files of every kind", () => {
  const all: Read[] = [];
  let compose: Compose;

  before(async function () {
    this.timeout(1_200_000);
    const { "docker-compose": program } = await install(["docker-compose"], (line) => {
      process.stdout.write(`${line}\n`);
    });
    compose = { command: [program], version: "2.40.3" };
    for (const name of readdirSync(FILES)) {
      const files = pathsOf(name);
      const { project, options } = await readFiles(compose, files);
      const raw = (await readRawProject(compose, { files })) ?? {};
      all.push({ name, project, options, raw, imported: importProject(project, options) });
    }
  });

  it("are forty and more, and between them have every key of a service", () => {
    assert.ok(all.length >= 40, String(all.length));
    const used = new Set(
      all.flatMap(({ raw }) => Object.values(raw.services ?? {}).flatMap((each) => Object.keys(each ?? {}))),
    );
    const keys = Object.keys(SERVICE).filter((key) => !key.startsWith("x-"));
    assert.deepEqual(
      keys.filter((key) => !used.has(key)),
      [],
    );
  });

  it("leave nothing out in silence", () => {
    const silent = all.flatMap((read) =>
      silentPlaces(read.project, read.options)
        .filter((place) => !isBelieved(place, read))
        .map((place) => `${read.name}: ${place}`),
    );
    assert.deepEqual(silent, []);
  });

  it("lose no key that Compose itself drops when it prints them", () => {
    const lost = all.flatMap(({ name, raw, project, imported }) =>
      Object.entries(raw.services ?? {}).flatMap(([service, keys]) =>
        Object.keys(keys ?? {})
          .filter((key) => !["env_file", "label_file"].includes(key))
          .map((key) => ({ key, at: `services.${service}.${key}` }))
          .filter(({ key }) => !(key in (project.services?.[service] ?? {})))
          .filter(({ at }) => !imported.remarks.some((remark) => remark.at === at))
          .map(({ at }) => `${name}: ${at}`),
      ),
    );
    assert.deepEqual(lost, [
      // Off, or nothing: Compose prints them where they are on.
    ]);
  });

  it("become catalogues that are valid", () => {
    for (const { name, imported } of all) assert.doesNotThrow(() => parseCatalogue(imported.catalogue), name);
  });

  it("have names, ports, folders and references that stand every check against each other and a stack", () => {
    const problems = all.flatMap(({ name, imported: { catalogue } }) => {
      const secrets = catalogue.secrets.map((secret) => secret.name);
      const stock = catalogue.services.flatMap(({ image, platform }) =>
        image === undefined ? [] : [[lockKey(image, platform), `sha256:${"0a".repeat(32)}`] as const],
      );
      const read = readCatalogue(catalogue, {
        folder: paths.project,
        hosts: ["main"],
        domain: "example.com",
        edge: catalogue.services.some(({ http }) => http) ? { acme: false } : undefined,
        edgePorts: [],
        secretsGiven: secrets,
        htpasswds: secrets,
        lock: Object.fromEntries(stock),
      });
      return "problems" in read ? read.problems.map((problem) => `${name}: ${problem}`) : [];
    });
    assert.deepEqual(problems, [
      // What a person has to do: its own secret file beside the Dockerfile, and a repository to check out, as the list says.
      `build: services/inline/build: files that look secret would be readable in the image or the build's cache, got ".env". Add ".env" to tests/import/files/build/.dockerignore, or to build.notSecret those that are not secret`,
      'build: services/remote/build/context: no such folder, got "services/remote"',
    ]);
  });

  it("become TypeScript with types, as prettier has it", async function () {
    this.timeout(300_000);
    const folder = join(inProject(kept.test()), "import");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const options = await prettier.resolveConfig(join(paths.project, "services.ts"));
    for (const { name, imported } of all) {
      const text = printCatalogue(imported, "compose.yaml", "../../../model");
      assert.equal(await prettier.format(text, { ...options, parser: "typescript" }), text, name);
      writeFileSync(join(folder, `${name}.ts`), text);
    }
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../../tsconfig.json", include: ["*.ts"], exclude: [] }),
    );
    const { code, stdout } = await run(["npx", "tsc", "--project", folder], { cwd: paths.project });
    assert.equal(stdout, "");
    assert.equal(code, 0);
  });

  it("show no secret, in the entries, the list, or the lines that set them", () => {
    for (const { name, imported } of all) assert.doesNotMatch(JSON.stringify(imported), /tests-only/, name);
    const values = readFileSync(join(FILES, "jobs/.env"), "utf8");
    assert.match(values, /tests-only/);
  });
});
