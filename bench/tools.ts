import { Fleet } from "../tests/e2e/fleet.ts";
import type { Lab } from "../lab/index.ts";
import { COMPOSE_PORT, GeneratedFleet } from "./fleet.ts";
import { DEPLOY, type ToolName } from "./row.ts";

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

/** Makes a tool's fleet, ready for its first deployment. */
export async function prepare(tool: ToolName, setting: Setting): Promise<DeployTool> {
  return tool === "slipway" ? prepareSlipway(setting) : prepareCompose(tool, setting);
}

async function prepareSlipway(setting: Setting): Promise<DeployTool> {
  const { lab, environment, folder, services, platforms, salt } = setting;
  const checkout = new Fleet(folder, environment, "022");
  const fleet = new GeneratedFleet(folder, services, salt);
  fleet.writeCatalogue();
  // A stack of the same name may be left of a run that was killed.
  await checkout.run("pulumi", "stack", "rm", "dev", "--force", "--yes", "--preserve-config");
  await checkout.initStack("dev", { platforms: platforms.join(",") });
  // Compose has no edge: its image is counted for neither.
  await checkout.must("docker", "pull", "--quiet", lab.edgeImage);
  return { fleet, url: `http://${lab.hosts[0]?.ip}/s1` };
}

function prepareCompose(tool: ToolName, { lab, folder, services, platforms, salt }: Setting): DeployTool {
  const fleet = new GeneratedFleet(folder, services, salt);
  fleet.writeCompose(lab.registry, platforms, DEPLOY[tool].interval);
  return { fleet, url: `http://${lab.hosts[0]?.ip}:${COMPOSE_PORT}/` };
}
