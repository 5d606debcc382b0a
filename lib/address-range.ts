/** Whether two ranges of IPv4 addresses, as "10.0.0.0/8", have an address in common. */
export function overlaps(a: string, b: string): boolean {
  const shift = 32 - Math.min(prefixOf(a), prefixOf(b));
  return Math.floor(numberOf(a) / 2 ** shift) === Math.floor(numberOf(b) / 2 ** shift);
}

/** Length of a range's prefix: 24 of "10.0.0.0/24", 32 of a lone address, 0 of "default". */
export function prefixOf(range: string): number {
  return range === "default" ? 0 : Number(range.split("/")[1] ?? 32);
}

function numberOf(range: string): number {
  const [address = ""] = range.split("/");
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
