import { nameIn } from "../model/state/resources.ts";
import { digestOf, repositoryOf } from "../model/image/reference.ts";
import { readState } from "./state.ts";

/** What a container runs. */
interface DeployedImage {
  repository: string;
  digest: string;
}

/** What the selected stack's containers run, by service; nothing of a stack that was never deployed. */
export async function deployedImages(): Promise<Map<string, DeployedImage>> {
  const { resources = [] } = await readState();
  const images = new Map<string, DeployedImage>();
  for (const { type, urn, inputs, delete: leaves } of resources) {
    if (type !== "docker:index/container:Container" || leaves) continue;
    const { image = "" } = (inputs ?? {}) as { image?: string };
    images.set(nameIn(urn), { repository: repositoryOf(image), digest: digestOf(image) ?? "" });
  }
  return images;
}
