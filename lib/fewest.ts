/**
 * The fewest of some candidates that together do, in few tries: of two ways to do it, the one with those that come first.
 * All of them together must do, and more must never do less.
 * Source: Junker, QuickXplain (AAAI 2004)
 * @param does whether these do
 */
export async function fewest<T>(
  candidates: readonly T[],
  does: (chosen: readonly T[]) => Promise<boolean>,
): Promise<T[]> {
  return among([], candidates, does);
}

async function among<T>(
  chosen: readonly T[],
  candidates: readonly T[],
  does: (chosen: readonly T[]) => Promise<boolean>,
): Promise<T[]> {
  if (!candidates.length || (await does(chosen))) return [];
  if (candidates.length === 1) return [...candidates];
  const middle = Math.ceil(candidates.length / 2);
  const [first, last] = [candidates.slice(0, middle), candidates.slice(middle)];
  const ofLast = await among([...chosen, ...first], last, does);
  return [...(await among([...chosen, ...ofLast], first, does)), ...ofLast];
}
