import { type Builder, partName } from "../image/builders.ts";
import { replicaName } from "./replica.ts";

/**
 * What Pulumi's resources are called: by the components that make them, and by the `--target`s that select them. A
 * service, its image and what it has only one of are called as the service is; a base and a secret as in services.ts.
 */
export const names = {
  /** A replica's cutover, its container and its command. */
  replica: replicaName,
  /** All replicas but the first, and what is made for one, as a pattern. */
  furtherReplicas: (service: string) => `${service}.*`,
  preDeploy: (replica: string) => `${replica}.pre-deploy`,
  volume: (service: string, source: string) => `${service}-${source}`,
  /** The part of an image that one of several builders builds. */
  imagePart: (image: string, builder: Builder) => `${image}-${partName(builder)}`,
  /** What copies an image out of another registry. */
  imageCopy: (image: string) => `${image}-copy`,
  edge: (host: string) => `${host}-edge`,
  edgeRoutes: (edge: string) => `${edge}-routes`,
  edgeAcme: (edge: string) => `${edge}-acme`,
  edgeCertificate: (edge: string) => `${edge}-certificate`,
};
