import { Fleet } from "../tests/e2e/fleet.ts";
import type { Lab } from "../lab/index.ts";
import { COMPOSE_PORT, GeneratedFleet } from "./fleet.ts";
import type { ToolName } from "./row.ts";

/** What is compared: a fleet, and where the service that changes then answers. */
export interface DeployTool {
  fleet: GeneratedFleet;
  url: string;
}

/** Where and how large the fleet is. */
export interface Setting {
  lab: Lab;
  environment: Record<string, string>;
  folder: string;
  services: number;
  platforms: readonly string[];
  salt: string;
}

/** Makes each tool's fleet, ready for its first deployment. */
export const prepare: Record<ToolName, (setting: Setting) => Promise<DeployTool>> = {
  slipway: async ({ lab, environment, folder, services, platforms, salt }) => {
    const checkout = new Fleet(folder, environment, "022");
    const fleet = new GeneratedFleet(folder, services, salt);
    fleet.writeCatalogue();
    // A stack of the same name may be left of a run that was killed.
    await checkout.run("pulumi", "stack", "rm", "dev", "--force", "--yes", "--preserve-config");
    await checkout.initStack("dev", { platforms: platforms.join(",") });
    return { fleet, url: `http://${lab.hosts[0]?.ip}/s1` };
  },
  compose: async ({ lab, folder, services, platforms, salt }) => {
    const fleet = new GeneratedFleet(folder, services, salt);
    fleet.writeCompose(lab.registry, platforms);
    return Promise.resolve({ fleet, url: `http://${lab.hosts[0]?.ip}:${COMPOSE_PORT}/` });
  },
};
