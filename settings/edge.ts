import type * as pulumi from "@pulumi/pulumi";
import type { Edge } from "../model/edge/traefik.ts";
import { readHttps } from "./https.ts";
import type { Keys, Reader } from "./reader.ts";

export const keys = {
  edge: { default: "true" },
  edgeImage: { default: "" },
  edgePort: { default: "80" },
} satisfies Keys;

/** The edge with its image and its secrets. */
export interface EdgeSettings extends Edge {
  /** `repository@sha256:…` */
  image: string;
  /** Private key of the stack's own certificate, PEM. */
  certificateKey: pulumi.Output<string> | undefined;
  /** Environment variables: the DNS provider's credentials. */
  variables: Record<string, pulumi.Output<string>>;
}

/** @returns absent where people bring a reverse proxy of their own */
export function read(reader: Reader): { edge: EdgeSettings | undefined } {
  const isOn = reader.choice("edge", ["true", "false"]) === "true";
  const port = reader.port("edgePort");
  const https = readHttps(reader, isOn);
  if (!isOn) return { edge: undefined };
  if (https?.port === port) reader.problem("httpsPort", `the same port as edgePort, got ${port}`);
  return {
    edge: {
      port,
      ...(https && { https }),
      image: reader.required("edgeImage", /@sha256:[0-9a-f]{64}$/, "repository@sha256:…"),
      certificateKey: reader.secret("certificateKey"),
      variables: reader.secrets("edge"),
    },
  };
}
