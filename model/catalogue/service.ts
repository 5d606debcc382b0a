import * as z from "zod";
import { imageFields } from "./build.ts";
import { deviceFields } from "./devices.ts";
import { config, projectFile, secretFile } from "./files.ts";
import { hardeningFields } from "./hardening.ts";
import { health } from "./health.ts";
import { http } from "./http.ts";
import { network, networkFields } from "./networks.ts";
import { publishedPort } from "./ports.ts";
import { processFields } from "./process.ts";
import { resourceFields } from "./resources.ts";
import { restart } from "./restart.ts";
import { rolloutFields } from "./rollout.ts";
import { secret } from "./secrets.ts";
import { securityFields } from "./security.ts";
import { stockFields } from "./stock.ts";
import { name, variable } from "./values.ts";
import { sharedVolume, volume } from "./volumes.ts";

const service = z.strictObject({
  /** Unique in the catalogue; the container's, repository's and internal host's name follow from it. */
  name,
  ...imageFields,
  ...stockFields,
  /** Reached over HTTP through the edge, from outside and from the services that use it. @default not at all */
  http: http.optional(),
  /** Labels of the container, for a reverse proxy of your own; none that begins with `slipway.`. */
  labels: z.record(z.string(), z.string()).optional(),
  /** Ports published on the host itself. */
  ports: z.array(publishedPort).optional(),
  /** Environment variables, plain text. */
  environment: z.record(variable, z.string()).optional(),
  /**
   * Files of the project with environment variables, in the syntax of Compose's env_file; what stands in `environment` or
   * `secrets`, or in a later file, counts more. Nothing is taken from the environment of who deploys.
   */
  envFile: z.array(projectFile).optional(),
  /** Environment variables that are secret: variable to the name of one of the catalogue's secrets. None of `environment`. */
  secrets: z.record(variable, z.string()).optional(),
  /** Files with secrets, in the container alone. */
  secretFiles: z.array(secretFile).optional(),
  /** Files in the container that its image has not, such as its configuration. */
  configs: z.array(config).optional(),
  /**
   * Volumes, files and folders of the host. Volumes and their data stay on the host, whatever is removed here, and are taken
   * over again.
   */
  volumes: z.array(volume).optional(),
  /**
   * Data that may be left behind, each as `<host>/<name of the volume there>`: where a service with volumes moves to another
   * host, or a volume begins anew under another name. The message that asks for it has the words. @default none
   */
  abandons: z.array(z.string()).optional(),
  ...processFields,
  ...resourceFields,
  ...hardeningFields,
  ...securityFields,
  ...deviceFields,
  /**
   * When a new container counts as healthy. @default its image's HEALTHCHECK; without one, when `http.port`, or one of the
   * published TCP ports, takes a connection; without any, when it has stayed up for 2 seconds
   */
  health: health.optional(),
  /**
   * What becomes of a container that ends: "always" starts it again, "on-failure" (or at most so many times: "on-failure:5")
   * where its exit code is not 0; "no" is for what ends, as a job that prepares something: its roll waits, `startTimeout` at
   * most, until it has ended with 0. @default "always"
   */
  restart: restart.optional(),
  ...networkFields,
  ...rolloutFields,
});

const base = z.strictObject({
  /** Unique in the catalogue, services included; what dependents write after FROM. */
  name,
  ...imageFields,
});

/** The schema of what services.ts says for a stack (declared.ts has the forms of its exports). A file of this folder for each topic: the fields, and the checks between them. */
export const catalogueSchema = z.strictObject({
  services: z.array(service),
  bases: z.array(base).default([]),
  secrets: z.array(secret).default([]),
  /** Volumes that services share, that are there already, or that have a driver. */
  volumes: z.array(sharedVolume).default([]),
  /** Networks beside the one that all services of the stack have in common. */
  networks: z.array(network).default([]),
});

/** One service: an image, and the containers that run it. */
export type Service = z.infer<typeof service>;
/** An image that others are built on; it never runs. */
export type Base = z.infer<typeof base>;
/** A value that nobody may read, named so that services can share it. */
export type Secret = z.infer<typeof secret>;
/** A volume that services may share. */
export type SharedVolume = z.infer<typeof sharedVolume>;
/** Everything services.ts says. */
export type Catalogue = z.infer<typeof catalogueSchema>;
