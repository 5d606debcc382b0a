/** A middleware that takes these headers off a request. */
export function removal(headers: readonly string[]): object {
  return { headers: { customRequestHeaders: Object.fromEntries(headers.map((name) => [name, ""])) } };
}
