import { replicaName } from "./replica.ts";

/**
 * What Pulumi's resources are called. A service, its image and its first replica bear the name of the service, a base's
 * image that of the base. Everything else of theirs has that name and a dot before its own: no name of the catalogue has
 * a dot, so that one pattern selects all of a service, and nothing of another.
 */
export const names = {
  /** A replica's cutover, its container and its command: "web", "web.1". */
  replica: replicaName,
  /** The container of a replica's pre-deploy job. */
  preDeploy: (replica: string) => `${replica}.pre-deploy`,
  volume: (service: string, source: string) => `${service}.${source}`,
  /** What fills the volume of a service's files, and the random part of that volume's name. */
  files: (service: string) => `${service}.files`,
  filesKey: (service: string) => `${service}.files-key`,
  /** What one of several builders builds of an image: "web.arm64". */
  imagePart: (image: string, part: string) => `${image}.${part}`,
  /** What joins what several builders have built. */
  imageIndex: (image: string) => `${image}.index`,
  /** What copies an image out of another registry. */
  imageCopy: (image: string) => `${image}.copy`,
  /** What services of a host share, by its name in the catalogue: "main.network.back". */
  network: (host: string, name: string) => `${host}.network.${name}`,
  sharedVolume: (host: string, name: string) => `${host}.volume.${name}`,
  edge: (host: string) => `${host}-edge`,
  edgeRoutes: (edge: string) => `${edge}-routes`,
  edgeAcme: (edge: string) => `${edge}-acme`,
  edgeCertificate: (edge: string) => `${edge}-certificate`,
};

/**
 * A service or an image and all that is its own, as patterns for `--target`, where `**` matches any characters and `*`
 * any but a colon. Source: https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/
 */
export function ownResources(name: string): string[] {
  return [`**::${name}`, `**::${name}.*`];
}
