import type { StateResource } from "../../../../model/state/resources.ts";
import type { Update } from "../../../../model/history/update.ts";

export const urn = (type: string, name: string) => `urn:pulumi:prod::slipway::${type}::${name}`;
export const image = (content: string) => `ghcr.io/acme/web@sha256:${content}`;
/** A time on one day, as the state has it. */
export const at = (time: string) => `2026-05-04T${time}Z`;

export const update = (number: number, started: string, result: Update["result"] = "succeeded"): Update => ({
  ...{ number, kind: "update", result, started: at(started), ended: at(started.replace(/..$/, "59")) },
});

export const service = (name: string, entry: object = {}): StateResource => ({
  ...{ urn: urn("slipway:index:Service", name), type: "slipway:index:Service", inputs: { name, ...entry } },
});

/** A container of a replica; its id is its content's and its time's. */
export const container = (
  name: string,
  content: string,
  created: string,
  more: Partial<StateResource> = {},
) => ({
  urn: urn("slipway:index:Service$slipway:index:Cutover$docker:index/container:Container", name),
  type: "docker:index/container:Container",
  id: `${content}${created.replaceAll(/\W/g, "")}`,
  parent: urn("slipway:index:Service$slipway:index:Cutover", name),
  created: at(created),
  inputs: { image: image(content) },
  ...more,
});

export const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:x",
};

/** The cutover of a replica and its command, as it last succeeded. */
export function cutover(
  of: string,
  name: string,
  to?: StateResource,
  rolled = "",
  stdin?: unknown,
): StateResource[] {
  const own = urn("slipway:index:Service$slipway:index:Cutover", name);
  const script = `SERVICE=${of}\nNEW=${to?.id ?? ""}\nJOB=''\n# NEW is the new one\n`;
  const command = {
    urn: urn("slipway:index:Service$slipway:index:Cutover$command:local:Command", name),
    type: "command:local:Command",
    parent: own,
    modified: at(rolled),
    inputs: { stdin: stdin ?? script },
  };
  const type = "slipway:index:Cutover";
  return [{ urn: own, type, parent: urn("slipway:index:Service", of) }, ...(to ? [command] : [])];
}

/** A service with one replica that rolled to this content. */
export function rolled(name: string, content: string, created: string, done: string): StateResource[] {
  const made = container(name, content, created);
  return [service(name, { version: content }), ...cutover(name, name, made, done), made];
}

/** The service after a roll that failed: the former container waits for its removal and answers. */
export function failing(stdin?: unknown): StateResource[] {
  const former = container("web", "a", "10:00:05", { delete: true });
  const made = container("web", "b", "11:00:05");
  return [
    service("web", { version: "b" }),
    made,
    former,
    ...cutover("web", "web", former, "10:00:06", stdin),
  ];
}
