import { BlockList, isIP, isIPv4 } from "node:net";

/** Whether the text is an IPv4 or IPv6 address, or a range of them as in `192.0.2.0/24`. */
export function isAddressRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || rest.length) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** Whether an address is in a range; never where one of the two is none. */
export function isWithin(address: string, range: string): boolean {
  if (!isIP(address) || !isAddressRange(range)) return false;
  const [start = ""] = range.split("/");
  const family = (text: string) => (isIPv4(text) ? "ipv4" : "ipv6");
  const list = new BlockList();
  list.addSubnet(start, prefixOf(range), family(start));
  return list.check(address, family(address));
}

/** Whether two ranges have an address in common: then one of them has the other's first. */
export function overlaps(a: string, b: string): boolean {
  const [first = "", second = ""] = [a, b].map((range) => range.split("/")[0]);
  return isWithin(first, b) || isWithin(second, a);
}

/** Length of a range's prefix: 24 of "10.0.0.0/24", 32 of a lone IPv4 address, 0 of "default". */
export function prefixOf(range: string): number {
  return range === "default" ? 0 : Number(range.split("/")[1] ?? (range.includes(":") ? 128 : 32));
}
