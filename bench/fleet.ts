import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../runtime/packages.mjs";

/** Port of the host on which Compose's service that changes answers; Slipway's answers through its edge. */
export const COMPOSE_PORT = 8001;

const BASE = "python-base";
const PORT = 8000;
/** How each container is asked whether it is healthy, in it: the same for all. */
const CHECK = [
  ...["bash", "-c"],
  `exec 3<>/dev/tcp/127.0.0.1/${PORT} && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && ` +
    "read -r _ status _ <&3 && [[ $status == 2* ]]",
];

/** The services' names: s1, s2, … */
function names(services: number): string[] {
  return Array.from({ length: services }, (_, index) => `s${index + 1}`);
}

/**
 * The same fleet in a folder, for both: a base image and services on it, each of which answers with its version.
 * Two fleets of different salt share no layer but those of the base's packages.
 */
export class GeneratedFleet {
  readonly folder: string;
  readonly services: number;
  private readonly salt: string;

  constructor(folder: string, services: number, salt: string) {
    this.folder = folder;
    this.services = services;
    this.salt = salt;
    rmSync(join(folder, "services"), { recursive: true, force: true });
    this.change("base", "0");
    for (const name of names(services)) this.change(name, "0");
  }

  /** Writes a service's sources anew, or the base's, in that version. */
  change(name: string, version: string): void {
    const folder = join(this.folder, "services", name === "base" ? BASE : name);
    mkdirSync(folder, { recursive: true });
    const comment = `# ${name} ${version} ${this.salt}\n`;
    if (name === "base") {
      copyFileSync(join(project, "services", BASE, "serve.py"), join(folder, "serve.py"));
      // Behind the packages, as a change of what is ours is.
      writeFileSync(join(folder, "version.py"), comment);
      const dockerfile = `FROM debian:bookworm-slim
ARG SOURCE_DATE_EPOCH
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
COPY serve.py version.py /opt/app/
ENV PYTHONPATH=/opt/app
WORKDIR /opt/app
`;
      writeFileSync(join(folder, "Dockerfile"), dockerfile);
      return;
    }
    writeFileSync(join(folder, "Dockerfile"), `FROM ${BASE}\nCOPY app.py ./\nCMD ["python3", "app.py"]\n`);
    writeFileSync(
      join(folder, "app.py"),
      `${comment}from serve import serve\n\nserve(lambda path: (200, "${name} ${version}"))\n`,
    );
  }

  /** services.ts */
  writeCatalogue(): void {
    const services = names(this.services).map((name) => ({
      name,
      build: { base: BASE },
      http: { port: PORT, path: `/${name}` },
      health: { command: CHECK },
    }));
    writeFileSync(
      join(this.folder, "services.ts"),
      `import type { Base, Service } from "./model/catalogue/service.ts";

export const bases: Base[] = [{ name: "${BASE}" }];
export const services: Service[] = ${JSON.stringify(services, null, 2)};
`,
    );
  }

  /** compose.yaml, in JSON, which is YAML too. */
  writeCompose(registry: string, platforms: readonly string[], interval: string): void {
    // A dollar stands twice there.
    const test = ["CMD", ...CHECK].map((word) => word.replaceAll("$", "$$$$"));
    const build = (name: string) => ({ context: `services/${name}`, platforms });
    const service = (name: string) => ({
      image: `${registry}/compose/${name}`,
      build: { ...build(name), additional_contexts: { [BASE]: `service:${BASE}` } },
      restart: "always",
      init: true,
      healthcheck: { test, interval, timeout: "5s" },
      ...(name === "s1" && { ports: [`${COMPOSE_PORT}:${PORT}`] }),
    });
    const base = { image: `${registry}/compose/${BASE}`, build: build(BASE), scale: 0 };
    const services = Object.fromEntries(names(this.services).map((name) => [name, service(name)]));
    const file = { name: "bench", services: { [BASE]: base, ...services } };
    writeFileSync(join(this.folder, "compose.yaml"), JSON.stringify(file, null, 2));
  }
}
