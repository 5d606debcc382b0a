import * as z from "zod";
import type { Service } from "./service.ts";
import type { Check } from "./stack-context.ts";

/** What becomes of a container that ends. */
export const restart = z.string().regex(/^(always|no|on-failure(:[1-9]\d{0,3})?)$/, {
  error: ({ input }) =>
    input === "unless-stopped"
      ? 'must be "always", which is what it means here: an engine that was killed would leave such a container stopped'
      : 'must be "always", "on-failure", "on-failure:5" or "no"',
});

/** What a container that ends by itself has no use for. */
const FOR_WHAT_STAYS = ["http", "postDeploy", "minReady"] as const satisfies readonly (keyof Service)[];

/** Keys of services that stay up beside restart "no", and services that use one that ends. */
export const restartProblems: Check = ({ services }) => {
  const ending = services.filter(({ restart }) => restart === "no");
  return [
    ...ending.flatMap((service) => {
      const at = `services/${service.name}`;
      const needless = FOR_WHAT_STAYS.filter((key) => service[key] !== undefined);
      const { health, replicas = 1 } = service;
      return [
        ...needless.map(
          (key) => `${at}/${key}: has no place beside restart "no": it is over once it has ended`,
        ),
        ...(typeof health === "object"
          ? [`${at}/health: has no place beside restart "no": it is waited for until it has ended with 0`]
          : []),
        ...(replicas > 1 ? [`${at}/replicas: must be 1 with restart "no", got ${replicas}`] : []),
      ];
    }),
    ...services.flatMap(({ name, uses = [] }) =>
      uses.flatMap((used, index) =>
        ending.some((service) => service.name === used)
          ? [
              `services/${name}/uses/${index}: ${used} ends by itself. Use dependsOn: { ${used}: "completed" }`,
            ]
          : [],
      ),
    ),
  ];
};
