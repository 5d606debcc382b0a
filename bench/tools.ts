import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Fleet } from "../tests/e2e/fleet.ts";
import type { Lab } from "../lab/index.ts";
import { COMPOSE_PORT, GeneratedFleet } from "./fleet.ts";
import type { ToolName } from "./row.ts";

/** What is compared: a fleet, and where the service that changes then answers. */
export interface Tool {
  fleet: GeneratedFleet;
  url: string;
  /** Removes all that it has put on the host. */
  remove: () => Promise<void>;
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
export const prepare: Record<ToolName, (setting: Setting) => Promise<Tool>> = {
  slipway: async ({ lab, environment, folder, services, platforms, salt }) => {
    const checkout = new Fleet(folder, environment, "022");
    const fleet = new GeneratedFleet(folder, services, salt);
    fleet.writeCatalogue();
    // A stack of the same name may be left of a run that was killed.
    await checkout.run("pulumi", "stack", "rm", "dev", "--force", "--yes", "--preserve-config");
    await checkout.must("pulumi", "stack", "init", "dev");
    await checkout.must("pulumi", "config", "set", "platforms", platforms.join(","));
    return {
      fleet,
      url: `http://${lab.hosts[0]?.ip}/s1`,
      remove: async () => {
        await checkout.must("pulumi", "destroy", "--yes", "--skip-preview");
      },
    };
  },
  compose: async ({ lab, environment, folder, services, platforms, salt }) => {
    const fleet = new GeneratedFleet(folder, services, salt);
    fleet.writeCompose(lab.registry, platforms);
    const env = { ...process.env, ...environment };
    return Promise.resolve({
      fleet,
      url: `http://${lab.hosts[0]?.ip}:${COMPOSE_PORT}/`,
      remove: async () => {
        await promisify(execFile)("docker", ["compose", "down", "--volumes"], { cwd: folder, env });
      },
    });
  },
};
