/** A service's labels for a Traefik that finds containers by its docker provider; a request that fails is tried again. */
export function proxyLabels(service: string, port: number): Record<string, string> {
  const router = `traefik.http.routers.${service}`;
  const retry = `traefik.http.middlewares.${service}-retry.retry`;
  return {
    "traefik.enable": "true",
    [`${router}.rule`]: "PathPrefix(`/`)",
    [`${router}.middlewares`]: `${service}-retry`,
    [`${retry}.attempts`]: "4",
    [`${retry}.initialInterval`]: "100ms",
    [`traefik.http.services.${service}.loadBalancer.server.port`]: String(port),
  };
}

/** The words behind `docker` that start such a Traefik on a network and on a port of the host. */
export function runProxy(image: string, network: string, published: number): string[] {
  return [
    ...["run", "--detach", "--user", "0:0", "--network", network, "--publish", `${published}:80`],
    ...["--volume", "/var/run/docker.sock:/var/run/docker.sock", image, "--entryPoints.web.address=:80"],
    ...["--providers.docker=true", "--providers.docker.exposedByDefault=false"],
  ];
}
