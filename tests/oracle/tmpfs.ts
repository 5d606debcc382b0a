import { type Size, toBytes } from "../../lib/size.ts";

/** Options of a tmpfs in one spelling: sizes in bytes, modes without zeros before, in alphabetical order. */
export function plainTmpfs(options: string): string {
  return options.split(",").filter(Boolean).map(plainOption).sort().join();
}

function plainOption(option: string): string {
  const [, count, unit, mode] = /^size=(\d+)([kmg])$|^mode=0*(\d+)$/.exec(option) ?? [];
  if (count !== undefined) return `size=${toBytes(`${count} ${unit?.toUpperCase()}iB` as Size)}`;
  return mode === undefined ? option : `mode=${mode}`;
}
