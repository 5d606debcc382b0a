import * as z from "zod";
import { name, path } from "./values.ts";

/** A named volume, mounted into the container. */
export const volume = z.strictObject({
  /** Name of the volume, unique in the service. */
  source: name,
  /** Where it is mounted in the container, an absolute path, unique in the service. */
  target: path,
  /** Whether the container may only read it. @default false */
  readOnly: z.boolean().optional(),
});
