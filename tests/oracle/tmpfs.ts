import { type Size, toBytes } from "../../lib/size.ts";

/** What the engine mounts a tmpfs with by itself. Source: github.com/docker/docker, daemon/oci_linux.go, WithMounts. */
const USUAL = ["rw", "noexec", "nosuid", "nodev"];

/** Options of a tmpfs in one spelling: sizes in bytes, modes without zeros before, in alphabetical order, none that is usual. */
export function plainTmpfs(options: string): string {
  const said = options.split(",").filter((option) => option !== "" && !USUAL.includes(option));
  return said.map(plainOption).sort().join();
}

function plainOption(option: string): string {
  const [, count, unit, mode] = /^size=(\d+)([kmg])$|^mode=0*(\d+)$/.exec(option) ?? [];
  if (count !== undefined) return `size=${toBytes(`${count} ${unit?.toUpperCase()}iB` as Size)}`;
  return mode === undefined ? option : `mode=${mode}`;
}
