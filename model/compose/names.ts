import { EDGE_SERVICE } from "../container/labels.ts";

const LENGTH = 40;

/** Names of one kind, as the catalogue takes them, for those that a Compose file has. */
export class Names {
  readonly #names = new Map<string, string>();

  readonly #reserved: readonly string[];

  /** @param reserved names that nothing may get */
  constructor(reserved: readonly string[] = []) {
    this.#reserved = reserved;
  }

  /** The name here of what is called so there, the same each time. */
  of(there: string): string {
    const known = this.#names.get(there);
    if (known !== undefined) return known;
    const taken = new Set([...this.#names.values(), ...this.#reserved]);
    const wanted = nameFrom(there);
    const free = [wanted, ...Array.from({ length: taken.size }, (_, index) => numbered(wanted, index + 2))];
    const name = free.find((each) => !taken.has(each)) ?? wanted;
    this.#names.set(there, name);
    return name;
  }

  /** Whether something there is called so. */
  has(there: string): boolean {
    return this.#names.has(there);
  }
}

/** The names of a project's services: those that are good as they are come first, so that each of them keeps its own. */
export function serviceNames(there: readonly string[]): Names {
  const names = new Names([EDGE_SERVICE]);
  for (const name of there.filter((each) => nameFrom(each) === each)) names.of(name);
  for (const name of there) names.of(name);
  return names;
}

/** Lower-case letters, digits and dashes, 40 at most, the first a letter: what the catalogue's names are made of. */
export function nameFrom(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "");
  const name = /^[a-z]/.test(plain) ? plain : `x${plain && `-${plain}`}`;
  return name.slice(0, LENGTH).replace(/-+$/, "");
}

function numbered(name: string, number: number): string {
  const ending = `-${number}`;
  return name.slice(0, LENGTH - ending.length).replace(/-+$/, "") + ending;
}
