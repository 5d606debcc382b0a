import * as z from "zod";

const condition = z.enum(["healthy", "started", "completed"]);

/** Services whose cutovers come first, each with what is waited for. */
export const dependsOn = z.record(
  z.string(),
  z.union(
    [
      condition,
      z.strictObject({
        condition,
        /** Whether this service is started again when the other one has been rolled. @default false */
        restart: z.boolean().optional(),
      }),
    ],
    'must be "healthy", "started" or "completed", or {condition, restart}',
  ),
);
