import type { ContainerInputs, Field } from "./fields/field.ts";
import { FIELDS } from "./fields.ts";
import type { ImageConfig, Inspected } from "./inspect.ts";

/** Something in which a container is not what it was made of. */
export interface Difference {
  /** The property that it is in. */
  input: Field["input"];
  change: "removed" | "changed" | "added";
  /** "env LOG_LEVEL changed", "port 80:80/tcp added": without any value that could be secret. */
  text: string;
}

/**
 * In what a container is not what it was made of; what was added to it comes last.
 * @param image its image's settings; undefined where they are not known, so that what it adds is not told from the rest
 */
export function differences(
  inputs: ContainerInputs,
  inspected: Inspected,
  image: ImageConfig | undefined,
): Difference[] {
  const all = FIELDS.flatMap((field) => compare(field, inputs, inspected, image));
  const added = all.filter(({ change }) => change === "added");
  return [...all.filter(({ change }) => change !== "added"), ...added];
}

function compare(
  { input, compare: comparison }: Field,
  inputs: ContainerInputs,
  inspected: Inspected,
  image: ImageConfig | undefined,
): Difference[] {
  if (!comparison) return [];
  const { label, fromImage, open, shown } = comparison;
  const desired = comparison.desired(inputs, image ?? {});
  const actual = comparison.actual(inspected);
  return [...new Set([...desired.keys(), ...actual.keys()])].flatMap((name) => {
    const [wanted, found] = [desired.get(name), actual.get(name)];
    if (wanted === found || (wanted === undefined && fromImage && !image)) return [];
    if (wanted === undefined && open?.(inspected)) return [];
    // What there is only one of is there in any case.
    const change =
      !name || (wanted !== undefined && found !== undefined)
        ? "changed"
        : wanted === undefined
          ? "added"
          : "removed";
    const values = shown && change === "changed" ? ` (${found ?? "none"}, not ${wanted ?? "none"})` : "";
    return { input, change, text: `${label}${name && ` ${name}`} ${change}${values}` };
  });
}
