/** The entries, each after those it leads back to; in the order given where that leaves a choice. No loops. */
export function inOrder<T extends { name: string }>(
  entries: readonly T[],
  needs: (entry: T) => readonly string[],
): T[] {
  const placed = new Set<T>();
  const place = (entry: T): void => {
    if (placed.has(entry)) return;
    for (const need of needs(entry)) {
      const needed = entries.find(({ name }) => name === need);
      if (needed) place(needed);
    }
    placed.add(entry);
  };
  entries.forEach(place);
  return [...placed];
}
