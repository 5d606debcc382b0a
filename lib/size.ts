const BYTES = { KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** A number of bytes in words: a number and its unit, decimal or binary, as in "500 MB" or "1.5 GiB". */
export type Size = `${number} ${keyof typeof BYTES}`;

/** Whether `text` reads as a {@link Size}. */
export function isSize(text: string): text is Size {
  return /^\d+(\.\d+)? (KB|MB|GB|KiB|MiB|GiB)$/.test(text);
}

/** The size in bytes. */
export function toBytes(size: Size): number {
  const [count = "", unit = ""] = size.split(" ");
  return Number(count) * BYTES[unit as keyof typeof BYTES];
}

/** In the unit that suits it: "45.2 MB". */
export function showSize(bytes: number): string {
  const unit = bytes >= 1e9 ? "GB" : bytes >= 1e6 ? "MB" : "KB";
  return `${(bytes / BYTES[unit]).toFixed(1)} ${unit}`;
}
