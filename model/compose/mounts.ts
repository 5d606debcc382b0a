import { tmpfsOption } from "../catalogue/security.ts";
import type { Service } from "../catalogue/service.ts";
import type { Importing, Mapping } from "./context.ts";
import type { ComposeMount, ComposeService } from "./project.ts";
import type { Section } from "./section.ts";
import { defined, formatBytes, some } from "./words.ts";

type Volume = NonNullable<Service["volumes"]>[number];
type Config = NonNullable<Service["configs"]>[number];
type Tmpfs = NonNullable<Service["tmpfs"]>[number];

/** What is mounted, each in the list that it belongs to here. */
interface Mounts {
  volumes: Volume[];
  configs: Config[];
  tmpfs: Tmpfs[];
}

/** Volumes, files and folders of the host, folders in memory; single files beside the Compose file become configs. */
export const mounts: Mapping = (service, importing, there) => {
  const found: Mounts = { volumes: [], configs: [], tmpfs: shortTmpfs(service) };
  const raw = importing.options.raw?.services?.[there]?.volumes ?? [];
  for (const [, mount] of service.sections("volumes")) {
    const type = mount.take("type");
    if (type === "volume") found.volumes.push(namedVolume(mount, importing, there));
    else if (type === "bind") {
      const inFile = raw.find(({ target }) => target === mount.value.target);
      bind(mount, importing, found, inFile?.bind?.create_host_path);
    } else if (type === "tmpfs") found.tmpfs.push(longTmpfs(mount));
    else mount.lose("", `is of a type that Slipway has not, got "${type}"`);
  }
  return defined<Partial<Service>>({
    volumes: some(found.volumes),
    configs: some(found.configs),
    tmpfs: some(found.tmpfs),
  });
};

function namedVolume(mount: Section<ComposeMount>, { names }: Importing, there: string): Volume {
  const source = mount.take("source");
  const target = mount.take("target");
  const readOnly = mount.take("read_only");
  mount.section("bind")?.take("create_host_path"); // which a volume has no use for
  const options = mount.section("volume");
  const rest = defined({
    ...{ target, readOnly: readOnly || undefined },
    ...{ subpath: options?.take("subpath"), nocopy: options?.take("nocopy") || undefined },
  });
  if (source !== undefined) return { source: names.volumes.of(source), ...rest };
  // No volume of Compose's has a space in its name.
  const made = names.volumes.of(`${there} ${target.split("/").findLast(Boolean) ?? "data"}`);
  mount.note("", `has no name; it is "${made}" now, and begins empty`);
  return { source: made, ...rest };
}

/** @param mayMake create_host_path as it stands in the file: Compose 2 leaves it out where it is false, when it has put variables in */
function bind(mount: Section<ComposeMount>, importing: Importing, found: Mounts, mayMake?: boolean): void {
  const { options } = importing;
  const source = mount.take("source") ?? "";
  const target = mount.take("target");
  const readOnly = mount.take("read_only") || undefined;
  const beside = source === options.folder || source.startsWith(`${options.folder}/`);
  const there = beside ? options.lookAt(source) : "other file";
  const settings = mount.section("bind");
  const createHostPath = (settings?.take("create_host_path") ?? mayMake) === false ? false : undefined;
  if (there === "small text") {
    if (!readOnly) mount.note("read_only", "is true now: a file that is a config cannot be written to");
    if (createHostPath === false) settings?.note("create_host_path", "has no effect: it is a config now");
    found.configs.push({ file: options.inProject(source), target });
    return;
  }
  const path = beside ? options.hostFolder + source.slice(options.folder.length) : source;
  if (beside)
    mount.note(
      "source",
      `is ${path} on the host. ${there === "nothing" ? "It is made there" : "Copy it there"}`,
    );
  const propagation = settings?.take("propagation") as Volume["propagation"];
  const engineSocket = isEngineSocket(path) || undefined;
  found.volumes.push(defined({ source: path, target, readOnly, createHostPath, propagation, engineSocket }));
}

/** Whether it is the engine's socket, or a folder that holds it. */
function isEngineSocket(path: string): boolean {
  const plain = path.replace(/\/+$/, "") || "/";
  return ["/var/run/docker.sock", "/run/docker.sock", "/var/run", "/run", "/var", "/"].includes(plain);
}

function longTmpfs(mount: Section<ComposeMount>): Tmpfs {
  const options = mount.section("tmpfs");
  const size = options?.take("size");
  const mode = options?.take("mode");
  mount.take("source");
  return defined({
    target: mount.take("target"),
    size: size === undefined ? undefined : formatBytes(Number(size)),
    mode: mode === undefined ? undefined : Number(mode).toString(8),
  });
}

/** What a tmpfs has without a word. */
const USUAL = ["rw", "noexec", "nosuid", "nodev"];

/** `/run:size=64m,mode=755`. */
function shortTmpfs(service: Section<ComposeService>): Tmpfs[] {
  return (service.take("tmpfs") ?? []).map((text, index) => {
    const [target = "", options = ""] = text.split(":");
    const made: Tmpfs = { target };
    for (const option of options.split(",").filter((each) => each !== "" && !USUAL.includes(each))) {
      const [key, value = ""] = option.split("=");
      const bytes = key === "size" ? bytesOf(value) : undefined;
      if (bytes !== undefined) made.size = formatBytes(bytes);
      else if (key === "mode") made.mode = value.replace(/^0+(?=\d{3})/, "");
      else if (tmpfsOption.safeParse(option).success) made.options = [...(made.options ?? []), option];
      else service.lose(`tmpfs.${index}`, `has an option that Slipway has not, "${option}"`);
    }
    return made;
  });
}

/** As the kernel takes it: bytes, or with k, m, g. Of the machine's memory, in %, there is no such number. */
function bytesOf(text: string): number | undefined {
  const [, count, unit] = /^(\d+)([kmg]?)$/i.exec(text) ?? [];
  if (count === undefined) return undefined;
  return (
    Number(count) *
    { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[(unit ?? "").toLowerCase() as "" | "k" | "m" | "g"]
  );
}
