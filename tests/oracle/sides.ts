import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Compose } from "../../cli/compose/config.ts";
import { Names, nameFrom } from "../../model/compose/names.ts";
import { fleetNetwork, networkName } from "../../model/compose/network.ts";
import { LABELS } from "../../model/container/labels.ts";
import type { Fleet } from "../e2e/fleet.ts";
import type { Side } from "./compare.ts";
import { type Facts, type Shown, factsOf } from "./facts.ts";
import type { OracleFile } from "./files.ts";

/** Makes each file's containers by `docker compose create`, inspects them and removes them; their volumes stay. */
export async function composeSide(
  fleet: Fleet,
  compose: Compose,
  files: readonly OracleFile[],
): Promise<Side> {
  const side = new Map<string, Facts>();
  const folder = join(fleet.folder, "oracle");
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    const { name, project, envFile } = file;
    const path = join(folder, `${name}.json`);
    // Each dollar doubled, as in a file; a size of -1 is printed as a text by Compose, which reads a number only.
    writeFileSync(path, JSON.stringify(project).replaceAll("$", "$$$$").replaceAll('"-1"', "-1"));
    const [program = "", ...before] = compose.command;
    const asked = [
      "--file",
      path,
      "--project-name",
      project.name,
      ...(envFile ? ["--env-file", envFile] : []),
    ];
    const words = [...before, ...asked, "--profile", "*"];
    await fleet.must(program, ...words, "create", "--quiet-pull");
    const shown = await inspectAll(fleet, `com.docker.compose.project=${project.name}`);
    const known = new Map([...composeWords(file), ...shown.flatMap(wordsOf)]);
    for (const each of shown) {
      const number = Number(each.Config.Labels?.["com.docker.compose.container-number"]) - 1;
      side.set(`${name}/${serviceOf(each)}/${number}`, factsOf(each, known));
    }
    await fleet.must(program, ...words, "down");
  }
  return side;
}

function serviceOf({ Config }: Shown): string {
  return Config.Labels?.["com.docker.compose.service"] ?? "";
}

function wordsOf(shown: Shown): [string, string][] {
  return [shown.Id, shown.Name].map((name) => [name, serviceOf(shown)]);
}

/** What the import calls networks and volumes that Compose makes. */
function composeWords({ project, imported }: OracleFile): [string, string][] {
  const names = new Names(["default"]);
  const networks = Object.entries(project.networks ?? {})
    .filter(([, network]) => !network?.external)
    .map(([key, network]): [string, string] => [
      network?.name ?? "",
      key === fleetNetwork(project) ? "default" : networkName(key, project, names),
    ]);
  const made = imported.catalogue.volumes.filter(({ external }) => external === undefined);
  const volumes = Object.entries(project.volumes ?? {}).flatMap(([key, volume]): [string, string][] =>
    made.some(({ name }) => name === nameFrom(key)) ? [[volume?.name ?? "", nameFrom(key)]] : [],
  );
  return [...networks, ...volumes];
}

/** What of the stack's containers is to be compared, once `pulumi up` has made them of all files. */
export async function slipwaySide(fleet: Fleet, files: readonly OracleFile[]): Promise<Side> {
  const side = new Map<string, Facts>();
  const shown = await inspectAll(fleet, LABELS.project);
  const networks = await inspectLabelled(fleet, "network");
  const volumes = await inspectLabelled(fleet, "volume");
  for (const { name, project, prefix, nameOf } of files) {
    const there = new Map(Object.keys(project.services ?? {}).map((each) => [nameOf(each), each]));
    const withoutPrefix = (text: string) => text.replace(new RegExp(`^${prefix}`), "");
    const words = new Map([
      ...there,
      ...networks.map(
        ({ Name, Labels }) => [Name, withoutPrefix(Labels[LABELS.network] ?? "default")] as const,
      ),
      ...volumes.map(({ Name, Labels }) => [Name, withoutPrefix(Labels[LABELS.volume] ?? Name)] as const),
      ...shown.map(({ Id, Config }) => [Id, there.get(Config.Labels?.[LABELS.service] ?? "") ?? ""] as const),
    ]);
    for (const each of shown) {
      const { [LABELS.service]: service = "", [LABELS.slot]: slot = "" } = each.Config.Labels ?? {};
      const of = there.get(service);
      if (of !== undefined) side.set(`${name}/${of}/${slot}`, factsOf(each, words));
    }
  }
  return side;
}

async function inspectAll(fleet: Fleet, label: string): Promise<Shown[]> {
  const ids = await fleet.must("docker", "ps", "--all", "--quiet", "--filter", `label=${label}`);
  const all = ids.trim().split("\n").filter(Boolean);
  return all.length ? (JSON.parse(await fleet.must("docker", "inspect", ...all)) as Shown[]) : [];
}

/** Slipway's own on the host. */
async function inspectLabelled(
  fleet: Fleet,
  kind: "network" | "volume",
): Promise<{ Name: string; Labels: Record<string, string> }[]> {
  const names = await fleet.must("docker", kind, "ls", "--quiet", "--filter", `label=${LABELS.project}`);
  const all = names.trim().split("\n").filter(Boolean);
  return all.length ? (JSON.parse(await fleet.must("docker", kind, "inspect", ...all)) as never) : [];
}
