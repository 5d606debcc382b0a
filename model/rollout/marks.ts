import { type StateResource, nameIn } from "../state/resources.ts";
import { TYPES } from "../state/types.ts";

/**
 * When each cutover, by name, last had to run once more because of what was done by hand, as ISO 8601. It stands in the
 * command's environment: a change of it is what makes Pulumi run the command.
 */
export function marksIn(resources: readonly StateResource[]): Map<string, string> {
  return new Map(
    resources.flatMap(({ type, urn, inputs = {} }): [string, string][] => {
      const { environment: { MENDED } = {} } = inputs as { environment?: { MENDED?: unknown } };
      return type === TYPES.command && typeof MENDED === "string" ? [[nameIn(urn), MENDED]] : [];
    }),
  );
}
