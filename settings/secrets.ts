import type * as pulumi from "@pulumi/pulumi";
import { htpasswdUsers } from "../model/edge/htpasswd.ts";
import type { Reader } from "./reader.ts";

/** What stays out of services.ts. */
export interface SecretSettings {
  /** The values of the catalogue's given secrets, by name. */
  secrets: Record<string, pulumi.Output<string>>;
  /** The names of those that are htpasswd files. */
  htpasswds: string[];
}

/** They have a namespace of their own: `secrets:password`. */
export function read(reader: Reader): SecretSettings {
  const isHtpasswd = (value: string) => htpasswdUsers(value) !== undefined;
  return { secrets: reader.secrets("secrets"), htpasswds: reader.names("secrets", isHtpasswd) };
}
