import * as pulumi from "@pulumi/pulumi";
import type { LabelledStack } from "../../model/container/labels.ts";
import type { Settings } from "../../settings/load.ts";
import type { Host } from "../host/host.ts";
import type { Service } from "../../model/catalogue/service.ts";
import { htpasswdUsers } from "../../model/edge/htpasswd.ts";
import { type RouteContext, origin, publicUrl, routeFile } from "../../model/edge/route.ts";

/** How a service is reached from outside. */
export interface Route {
  url: string;
  /** The same without the path. */
  origin: string;
  /** Its route file, secret where it holds passwords' hashes. */
  file: pulumi.Output<string>;
}

/** How the service is reached through the edge; undefined where it has no http, or the stack no edge. */
export function routeFor(
  service: Service,
  { machine, subnet }: Host,
  { domain, edge }: Settings,
  secrets: Readonly<Record<string, pulumi.Output<string>>>,
): Route | undefined {
  if (!service.http || !edge) return undefined;
  const owner: LabelledStack = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const context: RouteContext = { domain, edge, owner, subnet };
  const { basicAuth } = service.http;
  const users = pulumi.output(basicAuth === undefined ? "" : (secrets[basicAuth] ?? ""));
  const file = users.apply((text) => routeFile(service, context, htpasswdUsers(text)));
  return {
    url: publicUrl(service, machine, context),
    origin: origin(service, machine, context),
    file,
  };
}
