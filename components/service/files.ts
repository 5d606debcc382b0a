import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { FILES_FILES, filesInput } from "../../host/scripts/files.ts";
import { scriptEnvironment, scriptOn } from "../../host/ssh.ts";
import type { Service } from "../../model/catalogue/service.ts";
import type { MountedFiles } from "../../model/container/fields/field.ts";
import {
  type FilesVolume,
  fileName,
  filesVolume,
  givenFiles,
  secretsIn,
} from "../../model/container/files.ts";
import { timeOf } from "../../model/image/times.ts";
import { names } from "../../model/rollout/resource-names.ts";
import type { Host } from "../host/host.ts";
import { markOf } from "../program/marks.ts";
import { randomText } from "../secrets.ts";

/** The files of a service on its host. */
export interface Files {
  mounted: MountedFiles;
  /** Done when they are all there. */
  command: command.local.Command;
}

/**
 * Puts the files of an entry into a volume on its host, which is named by what is in it: so a changed file makes another
 * container, and the former one keeps what it has. No plugin's upload does that: none works with a read-only root.
 * @returns nothing where it has none
 */
export function filesOn(
  host: Host,
  entry: Service,
  secrets: Readonly<Record<string, pulumi.Output<string>>>,
  parent: pulumi.Resource,
): Files | undefined {
  const files = givenFiles(entry);
  if (!files.length) return undefined;
  const owner = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const used = secretsIn(files.map(({ content }) => content));
  const values = pulumi.all(Object.fromEntries(used.map((name) => [name, secrets[name] ?? ""])));
  const key = used.length ? randomText(names.filesKey(entry.name), 32, { parent }) : "";
  const volume = pulumi
    .all([key, values])
    .apply(([key, values]) => filesVolume(owner, entry.name, files, { key, values }));
  // It tells nothing of a secret.
  const name = pulumi.unsecret(volume.name);
  const folder = pulumi.interpolate`${host.features.dockerRoot}/volumes/${name}/_data`;
  const filling = new command.local.Command(
    names.files(entry.name),
    {
      create: scriptOn(host.address, FILES_FILES, "fill"),
      delete: scriptOn(host.address, FILES_FILES, "remove"),
      // A refresh looks at no command: by the network's id it runs again on a host that was lost.
      environment: {
        ...scriptEnvironment(host.address),
        NETWORK: host.networkId,
        ...markOf(names.files(entry.name)),
      },
      stdin: pulumi.all([name, folder, volume.apply(archive)]).apply(([name, folder, content]) =>
        filesInput({
          ...{ PROJECT: owner.project, STACK: owner.stack, SERVICE: entry.name },
          ...{ VOLUME: name, FOLDER: folder, CONTENT: content },
        }),
      ),
      addPreviousOutputInEnv: false,
      // On another host it is another command, so that the former one removes what is there.
      triggers: [host.address.name],
    },
    { parent },
  );
  const mounted = files.map(({ target }, index) => ({
    path: pulumi.interpolate`${folder}/${fileName(index)}`,
    target,
  }));
  return { mounted: { volume: name, files: mounted }, command: filling };
}

/** A tar archive in base64, the same for the same entries; their time is another where anything of them is. */
async function archive({ digest, entries }: FilesVolume): Promise<string> {
  // Only now: few services have files.
  const { pack } = await import("tar-stream");
  const tar = pack();
  const mtime = new Date(timeOf(digest) * 1000);
  for (const { content, ...header } of entries) tar.entry({ ...header, mtime }, content);
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("base64");
}
