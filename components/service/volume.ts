import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { textDigest } from "../../lib/digest.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { LABELS, labelInputs } from "../../model/container/labels.ts";
import type { Volume } from "../../model/catalogue/volumes.ts";

/**
 * A named volume of a service, which outlives it: what leaves the program stays on the host with its data, and is taken
 * over when it comes back, as an engine asked for a volume that is there gives out that one.
 * Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Volume/operation/VolumeCreate
 */
export function keptVolume(
  service: string,
  { source: volume, from = volume }: Volume,
  options: pulumi.CustomResourceOptions,
): docker.Volume {
  const [formerVolume = "", formerService = service] = from.split("/").reverse();
  const owner = [pulumi.getProject(), pulumi.getStack(), formerService, formerVolume];
  // Two stacks can share a host, and no separator is one that no name of a stack has.
  const unique = textDigest(owner.join("/")).slice(0, 12);
  const [project = "", stack = ""] = owner;
  const labels = {
    [LABELS.project]: project,
    [LABELS.stack]: stack,
    [LABELS.service]: service,
    [LABELS.volume]: volume,
  };
  return new docker.Volume(
    names.volume(service, volume),
    {
      name: `${formerService}-${formerVolume}-${unique}`,
      labels: labelInputs(labels),
    },
    // A volume from before it had a name of ours, or labels, stays what it is: another would be empty.
    { ...options, retainOnDelete: true, ignoreChanges: ["name", "labels"] },
  );
}
