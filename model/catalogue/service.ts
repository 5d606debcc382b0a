import { posix } from "node:path";
import * as z from "zod";
import { type Duration, isDuration } from "../../lib/duration.ts";
import { type Size, isSize } from "../../lib/size.ts";

/** What names of services, hosts and secrets look like: they become DNS names, repositories and container names. */
const name = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, "expected lower-case letters, digits and dashes, 40 at most");
const duration = z.custom<Duration>(
  (value) => typeof value === "string" && isDuration(value),
  'expected a number and a unit, as in "30 seconds" or "2 minutes"',
);
const size = z.custom<Size>(
  (value) => typeof value === "string" && isSize(value),
  'expected a number and a unit, as in "500 MB" or "1.5 GB"',
);
const port = z.int().min(1).max(65535);
const path = z.string().regex(/^\/[^\s`]*$/, 'expected a path that starts with "/"');
const hostName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'expected a host name, as in "www" or "www.example.com"',
  );

const build = z.strictObject({
  /** Folder with the sources, relative to the project. @default `services/<name>` */
  context: z.string().optional(),
  /** Dockerfile, relative to the context. @default "Dockerfile" */
  dockerfile: z.string().optional(),
  /** The Dockerfile's text, in place of a file. */
  dockerfileInline: z.string().optional(),
  /** Further folders, relative to the project, by the name that `COPY --from` and `RUN --mount` give them. */
  additionalContexts: z.record(name, z.string()).optional(),
  /** Stage of the Dockerfile to build. @default the last one */
  target: z.string().optional(),
  /** Build arguments: constants only, a value that changes by itself rebuilds every time. */
  args: z.record(z.string(), z.string()).optional(),
  /** Another image of the catalogue this one stands on, named as in the Dockerfile's FROM. */
  base: z.string().optional(),
  /** Secrets of the catalogue that `RUN --mount=type=secret,id=…` reads: id to the secret's name. */
  secrets: z.record(z.string(), z.string()).optional(),
  /** Files that look like secrets and are none, such as a test's certificate; relative to their context. */
  notSecret: z.array(z.string()).optional(),
  /** What it may weigh in the registry, compressed, for each platform. @default the stack's sizeBudget */
  sizeBudget: size.optional(),
});

/** What the image's labels say. */
const about = {
  /** A sentence for the label of that name. */
  description: z.string().optional(),
  /** Its own version, for the label of that name: changes with the content, by hand. */
  version: z.string().optional(),
};

const http = z.strictObject({
  /** Port the process listens on, inside the container, 1 to 65535. */
  port,
  /** Names it answers to: whole ones as they are, short ones followed by the stack's `domain`. @default its own name */
  domains: z.array(hostName).min(1).optional(),
  /** Only requests whose path starts with this are its own. @default "/" */
  path: path.optional(),
  /** Names, whole or short, that lead permanently to the first of `domains`, path and query kept. */
  redirectFrom: z.array(hostName).min(1).optional(),
  /**
   * A given secret with lines as `htpasswd -nB <name>` prints them: from outside, only these users come in, with
   * their passwords. Other services are not asked.
   */
  basicAuth: name.optional(),
  /** How fast one client address may ask, from outside; beyond that it gets 429. */
  rateLimit: z
    .strictObject({
      /** Requests a second in the long run, 1 or more. */
      average: z.int().min(1),
      /** Requests at once, 1 or more. @default `average` */
      burst: z.int().min(1).optional(),
    })
    .optional(),
});

const health = z.union(
  [
    z.strictObject({
      /** Run in the container; healthy when it exits with 0. Later, slowly, Docker's own health check too. */
      command: z.array(z.string()).min(1),
    }),
    z.strictObject({
      /** Asked for by the edge on the service's http port; healthy when it answers 2xx. */
      path,
    }),
    z.strictObject({
      /** Healthy when it has stayed up that long. */
      up: duration,
    }),
  ],
  { error: "expected one of {command: [...]}, {path: ...}, {up: ...}" },
);

const publishedPort = z.strictObject({
  /** Port on the host, 1 to 65535. */
  published: port,
  /** Port in the container, 1 to 65535. */
  target: port,
  /** @default "tcp" */
  protocol: z.enum(["tcp", "udp"]).optional(),
});

const volume = z.strictObject({
  /** Name of the volume, unique in the service. */
  source: name,
  /** Where it is mounted in the container. */
  target: path,
  /** @default false */
  readOnly: z.boolean().optional(),
});

const step = z.strictObject({
  /** The command and its arguments. */
  command: z.array(z.string()).min(1),
  /** How long it may take. @default "10 minutes" before the roll, "60 seconds" after it */
  timeout: duration.optional(),
});

const service = z.strictObject({
  /** Unique in the catalogue; the container's, repository's and internal host's name follow from it. */
  name,
  ...about,
  /** What the image is made of. @default the folder `services/<name>` with its Dockerfile */
  build: build.optional(),
  /** The host it runs on. @default the stack's first host */
  host: z.string().optional(),
  /** Reached over HTTP through the edge, from outside and from the services that use it. */
  http: http.optional(),
  /** Labels of the container, for a reverse proxy of your own; none that begins with `slipway.`. */
  labels: z.record(z.string(), z.string()).optional(),
  /** Ports published on the host itself. */
  ports: z.array(publishedPort).optional(),
  /** Services it calls: those are healthy first, and answer as `http://<name>` (without http: at `<name>`). */
  uses: z.array(z.string()).optional(),
  /** Environment variables, plain text. */
  environment: z.record(z.string(), z.string()).optional(),
  /** Environment variables that are secret: variable to the name of one of the catalogue's secrets. */
  secrets: z.record(z.string(), z.string()).optional(),
  /** Named volumes. They and their data stay on the host, whatever is removed here, and are taken over again. */
  volumes: z.array(volume).optional(),
  /** Replaces the image's command. */
  command: z.array(z.string()).min(1).optional(),
  /** When a new container counts as healthy. @default {up: "2 seconds"} */
  health: health.optional(),
  /** How long a new container may take to become healthy. @default "60 seconds" */
  startTimeout: duration.optional(),
  /** How long it must stay healthy before it takes over. @default "0 seconds" */
  minReady: duration.optional(),
  /** How long requests under way at the old one may take to end before it gets the stop signal. @default "10 seconds" */
  drainTimeout: duration.optional(),
  /** How long the old one may take to end after the stop signal, before it is killed. @default "15 seconds" */
  stopGracePeriod: duration.optional(),
  /** Whether the new one starts before the old one stops. @default start-first, unless two cannot run at once */
  order: z.enum(["start-first", "stop-first"]).optional(),
  /** How many containers of it run, rolled one after the other, 1 to 20. @default 1 */
  replicas: z.int().min(1).max(20).optional(),
  /**
   * A job from the new image, with the service's environment, volumes and network, before the new container starts: a
   * migration. Once for each release; when it fails the old container goes on answering.
   */
  preDeploy: step.optional(),
  /** A check in the new container once it has the requests; when it fails the old container gets them back. */
  postDeploy: step.optional(),
});

const base = z.strictObject({
  /** Unique in the catalogue, services included; what dependents write after FROM. */
  name,
  ...about,
  /** What the image is made of. @default the folder `services/<name>` with its Dockerfile */
  build: build.optional(),
});

const secret = z.strictObject({
  /** What services call it. */
  name,
  /** Made once, at random, with this many characters, 16 to 128. @default given: `pulumi config set --secret secrets:<name>` */
  generate: z.int().min(16).max(128).optional(),
});

/** The schema of services.ts. */
export const catalogueSchema = z.strictObject({
  services: z.array(service),
  bases: z.array(base).default([]),
  secrets: z.array(secret).default([]),
});

/** One service: an image, and the container that runs it. */
export type Service = z.infer<typeof service>;
/** An image that others stand on; it never runs. */
export type Base = z.infer<typeof base>;
/** A value nobody may read, named so that services can share it. */
export type Secret = z.infer<typeof secret>;
/** Everything services.ts says. */
export type Catalogue = z.infer<typeof catalogueSchema>;
/** A command of a roll. */
export type Step = z.infer<typeof step>;
/** The seconds, choices and paths of a health check. */
export type Health = NonNullable<Service["health"]>;

/** The folder and the Dockerfile an entry is built from, defaults filled in. */
export function sources(entry: Service | Base): { context: string; dockerfile: string } {
  const context = entry.build?.context ?? `services/${entry.name}`;
  return { context, dockerfile: posix.join(context, entry.build?.dockerfile ?? "Dockerfile") };
}
