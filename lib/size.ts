const BYTES = { KB: 1e3, MB: 1e6, GB: 1e9 } as const;

/** A size: number and unit. */
export type Size = `${number} ${keyof typeof BYTES}`;

/** Whether the text is one. */
export function isSize(text: string): text is Size {
  return /^\d+(\.\d+)? (KB|MB|GB)$/.test(text);
}

/** As a number of bytes. */
export function toBytes(size: Size): number {
  const [count = "", unit = ""] = size.split(" ");
  return Number(count) * BYTES[unit as keyof typeof BYTES];
}

/** In the unit that suits it: "45.2 MB". */
export function showSize(bytes: number): string {
  const unit = bytes >= 1e9 ? "GB" : bytes >= 1e6 ? "MB" : "KB";
  return `${(bytes / BYTES[unit]).toFixed(1)} ${unit}`;
}
