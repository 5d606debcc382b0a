/** Something of a Compose file that is not, or not quite, in what it became. */
export interface Remark {
  /** Where it stands there: "services.web.ipc". */
  at: string;
  /** Whether it could not be carried over; else it is here in another way, or has no effect in Compose either. */
  lost: boolean;
  /** What became of it, and what to do. */
  text: string;
}

/** A mapping of a Compose file that is read key by key, so that what nobody has asked for is known at the end. */
export class Section<T extends object> {
  /** Where it stands: "services.web". */
  readonly at: string;
  readonly value: T;
  readonly #remarks: Remark[];
  readonly #asked = new Set<string>();
  readonly #inner = new Map<string, { finish: (why: Why) => void }>();

  /** @param remarks to which those about it are added */
  constructor(at: string, value: T, remarks: Remark[]) {
    this.at = at;
    this.value = value;
    this.#remarks = remarks;
  }

  /** The value of a key, which is carried over by whoever asks. */
  take<K extends keyof T & string>(key: K): Taken<T[K]> {
    this.#asked.add(key);
    return (this.value[key] ?? undefined) as Taken<T[K]>;
  }

  /** Whether somebody has asked for it. */
  isTaken(key: string): boolean {
    return this.#asked.has(key);
  }

  /** All keys, as what is said of the whole of it says enough. */
  takeAll(): void {
    for (const key of Object.keys(this.value)) this.#asked.add(key);
  }

  /** A mapping below a key, to be read key by key too: the same one each time. */
  section<K extends keyof T & string>(key: K): Section<Exclude<T[K], null | undefined> & object> | undefined {
    const value: unknown = this.take(key);
    return value === undefined
      ? undefined
      : this.#open(this.#below(key), value as Exclude<T[K], null | undefined> & object);
  }

  /** The mappings of a list, or of a mapping by name. */
  sections<K extends keyof T & string>(key: K): [name: string, Section<Entry<T[K]>>][] {
    const values = Object.entries(this.take(key) ?? {});
    return values.map(([name, value]) => [
      name,
      this.#open(`${this.#below(key)}.${name}`, (value ?? {}) as Entry<T[K]>),
    ]);
  }

  /** Says that a key's value, or with "" all of it, is not carried over. */
  lose(key: string, text: string): void {
    this.#remark(key, text, true);
  }

  /** Says that a key's value, or with "" all of it, is there in another way. */
  note(key: string, text: string): void {
    this.#remark(key, text, false);
  }

  /** Says of all of it that it is there in another way, whatever becomes of its keys. */
  noteWhole(text: string): void {
    this.#remarks.push({ at: this.at, lost: false, text });
  }

  /** Remarks on every key here and below that nobody has asked for. */
  finish(why: Why): void {
    for (const [key, value] of Object.entries(this.value)) {
      if (this.#asked.has(key) || isNothing(value)) continue;
      const { text, lost } = why(this.#below(key));
      this.#remark(key, text, lost);
    }
    for (const inner of this.#inner.values()) inner.finish(why);
  }

  #below(key: string): string {
    return this.at ? `${this.at}.${key}` : key;
  }

  #open<V extends object>(at: string, value: V): Section<V> {
    const known = this.#inner.get(at) as Section<V> | undefined;
    const section = known ?? new Section(at, value, this.#remarks);
    this.#inner.set(at, section);
    return section;
  }

  #remark(key: string, text: string, lost: boolean): void {
    if (key) this.#asked.add(key);
    else this.takeAll();
    this.#remarks.push({ at: key ? this.#below(key) : this.at, lost, text });
  }
}

/** What becomes of a key that nobody has asked for. */
export type Why = (at: string) => { text: string; lost: boolean };

type Taken<V> = null extends V ? Exclude<V, null> | undefined : V;

type Entry<T> =
  NonNullable<T> extends Record<string, infer V> | (infer V)[] ? NonNullable<V> & object : never;

/** Whether a value says no more than a key that is not there: Compose prints some such. */
function isNothing(value: unknown): boolean {
  return value === null || (typeof value === "object" && !Object.keys(value).length);
}
