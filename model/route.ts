import type { Service } from "./catalogue.ts";

/** Stands in a route file for the list of the containers' URLs, which only the cutover knows. */
export const SERVERS = "@SERVERS@";

/** The names a service answers to from outside; none where the stack has no domain to complete short ones with. */
export function hostNames(service: Service, domain: string | undefined): string[] {
  return (service.http?.hosts ?? [service.name]).flatMap((host) => {
    if (host.includes(".")) return [host];
    return domain ? [`${host}.${domain}`] : [];
  });
}

/** Traefik's rule for requests from outside. */
export function publicRule(service: Service, domain: string | undefined): string {
  const names = hostNames(service, domain).map((name) => `Host(\`${name}\`)`);
  const path = `PathPrefix(\`${service.http?.path ?? "/"}\`)`;
  return names.length ? `(${names.join(" || ")}) && ${path}` : path;
}

/**
 * The service's route file for the edge, with {@link SERVERS} for its containers. Two routers: one for the outside,
 * one on the entry point that only the fleet's own network reaches, where other services call it by its name.
 * JSON, which is YAML too.
 * Source of the keys: https://doc.traefik.io/traefik/reference/dynamic-configuration/file/
 */
export function routeFile(service: Service, domain: string | undefined): string {
  const { name } = service;
  return JSON.stringify({
    http: {
      routers: {
        [name]: { entryPoints: ["public"], rule: publicRule(service, domain), service: name },
        [`${name}-internal`]: { entryPoints: ["internal"], rule: `Host(\`${name}\`)`, service: name },
      },
      services: {
        [name]: { loadBalancer: { servers: SERVERS, serversTransport: name } },
      },
      // Keeps no idle connection to a container: what is open is a request under way, which the cutover waits for
      // before the container is stopped; and no request is sent on a connection that the container is closing.
      serversTransports: { [name]: { maxIdleConnsPerHost: -1 } },
    },
  });
}

/** Where the service answers from outside: at its first host name, or at the machine itself where it has none. */
export function publicUrl(
  service: Service,
  machine: string,
  { domain, edgePort }: { domain: string | undefined; edgePort: number },
): string {
  const [name = machine] = hostNames(service, domain);
  return `http://${name}${edgePort === 80 ? "" : `:${edgePort}`}${service.http?.path ?? "/"}`;
}
