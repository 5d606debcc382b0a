import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { tools as toolchain } from "../toolchain/tools.ts";
import { formatLock } from "../model/image/lock.ts";
import { labEnv } from "./clients.ts";
import { replaceFile } from "../lib/files.ts";
import { saveLab, type Lab } from "./lab.ts";
import type { Progress } from "../lib/progress.ts";
import { output } from "../lib/run.ts";
import { reportTime } from "./wait.ts";
import { Repository } from "../registry/client.ts";
import { push } from "./layout.ts";
import { architectures } from "./debian.ts";
import { busyboxSeed, debianSeed, edgeSeed } from "./seeds.ts";

/** The edge's image in docker.io's words; the lab keeps it in its own registry, which is all its hosts reach. */
const edge = { repository: "library/traefik", tag: `v${toolchain.traefik.version}` };

/**
 * Puts the images into a new lab's registry that it starts with: Traefik, and where docker.io cannot be reached the
 * base image and the stock image of the sample fleet too. Fills in the lab's `edgeImage`.
 */
export async function seed(
  lab: Lab,
  tools: { traefik: string; "docker-buildx": string },
  progress: Progress,
) {
  if (lab.edgeImage) return;
  const account = { user: lab.registryUser, token: lab.registryPassword };
  const ca = await readFile(join(lab.dir, "ca/ca.pem"), "utf8");
  const mirror = (name: string) => new Repository(`${lab.registry}/mirror/${name}`, account, ca);
  const debian = lab.mirror ? await debianSeed(progress) : undefined;
  const busybox = lab.mirror ? await busyboxSeed(progress) : undefined;
  const traefik = lab.mirror ? await edgeSeed(tools.traefik, progress) : undefined;
  await reportTime("registry: seeded", progress, async () => {
    if (debian && busybox) {
      const base = await push(debian, mirror("library/debian"), "bookworm-slim");
      const stock = {
        digest: await push(busybox, mirror("library/busybox"), "1.36.1"),
        platforms: architectures.map((architecture) => `linux/${architecture}`),
      };
      const lock = formatLock({ "debian:bookworm-slim": base, "busybox:1.36.1": stock });
      await replaceFile(join(lab.dir, "lock.json"), lock);
    }
    const digest = traefik
      ? await push(traefik, mirror(edge.repository), edge.tag)
      : await copyFromDockerHub(lab, tools["docker-buildx"]);
    lab.edgeImage = `${lab.registry}/mirror/${edge.repository}@${digest}`;
    await saveLab(lab);
  });
}

async function copyFromDockerHub(lab: Lab, buildx: string): Promise<string> {
  const name = `${lab.registry}/mirror/${edge.repository}:${edge.tag}`;
  const env = { ...process.env, ...labEnv(lab, process.env) };
  await output([buildx, "imagetools", "create", "--tag", name, `docker.io/${edge.repository}:${edge.tag}`], {
    env,
  });
  return (
    await output([buildx, "imagetools", "inspect", "--format", "{{.Manifest.Digest}}", name], { env })
  ).trim();
}
