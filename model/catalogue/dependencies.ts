import * as z from "zod";
import { unknownName } from "./names.ts";
import type { Check } from "./stack-context.ts";

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

/** Services that do not exist, and what cannot be waited for. */
export const dependencyProblems: Check = ({ services }) => {
  const names = services.map(({ name }) => name);
  return services.flatMap((service) =>
    Object.entries(service.dependsOn ?? {}).flatMap(([name, on]) => {
      const at = `services/${service.name}/dependsOn/${name}`;
      const other = services.find((one) => one.name === name);
      if (!other) return unknownName(at, "service", name, names);
      const { condition, restart = false } = typeof on === "string" ? { condition: on } : on;
      const ends = other.restart === "no";
      if (condition === "completed" && !ends)
        return [
          `${at}: ${name} never completes, as its restart is "${other.restart ?? "always"}"; expected "no" there`,
        ];
      if (condition === "healthy" && ends)
        return [`${at}: ${name} ends by itself, got "healthy"; expected "completed"`];
      if (restart && (ends || service.restart === "no"))
        return [`${at}/restart: ${ends ? name : service.name} ends by itself, and is not started again`];
      return [];
    }),
  );
};
