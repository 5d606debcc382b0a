/** A service's labels for a Traefik that finds containers by its docker provider. */
export function proxyLabels(service: string, port: number): Record<string, string> {
  return {
    "traefik.enable": "true",
    [`traefik.http.routers.${service}.rule`]: "PathPrefix(`/`)",
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
