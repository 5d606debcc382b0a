/** What a stack's edge is like, secrets apart. */
export interface Edge {
  /** Port of each host on which it answers HTTP. */
  port: number;
  /** Absent where it speaks plain HTTP only; else HTTP leads to HTTPS. */
  https?: Https;
}

/** How the edge speaks HTTPS: with certificates by ACME, or with the stack's own. */
export interface Https {
  /** Port of each host on which it answers HTTPS. */
  port: number;
  acme?: Acme;
  /** The stack's own certificate and its chain, PEM. */
  certificate?: string;
}

/** Where certificates come from, and how the edge proves that a name is its own. */
export interface Acme {
  /** URL of the server's directory. */
  server: string;
  /** PEM of the authority behind the server's own certificate. @default the public ones */
  serverCa?: string;
  email?: string;
  /** lego's code of the DNS provider that the proof is put into. @default the proof is asked for over HTTP */
  dns?: string;
}

/** Where things are inside the edge's container. */
export const inside = {
  /** Route files, maintenance files and the stack's own certificate. */
  routes: "/routes",
  acme: "/acme",
  acmeCa: "/etc/slipway/acme-ca.pem",
  httpPort: 8000,
  httpsPort: 8443,
};

/**
 * Requests in flight when the edge itself is replaced get this long, because nothing answers on its ports until the
 * new one has them: short for all is better than long for some. Rolls of services do not touch it.
 */
const GRACE = "500ms";

/** Traefik's 60 s for the whole of a request cuts every upload that takes longer. */
const UPLOAD = "1h";

/**
 * Runs Traefik in the container, and another at once where it was killed or ran out of memory: the engine would take
 * the container down, with its network and its published ports, and make all of it again. One that ends by itself,
 * for a mistake in its settings, ends the container too.
 */
export const edgeEntrypoint = [
  "sh",
  "-c",
  `trap 'over=yes; kill "$edge"' TERM
status=137
while [ -z "$over" ] && [ $status -gt 128 ]; do
  traefik "$@" &
  edge=$! status=0
  wait "$edge" || status=$?
done
[ -z "$over" ] || wait "$edge"
exit $status`,
  "edge",
];

/**
 * Traefik's command line.
 * Source: https://doc.traefik.io/traefik/reference/install-configuration/configuration-options/
 */
export function edgeArguments({ https }: Edge): string[] {
  const acme = https?.acme;
  return [
    // What is published, and what only the fleet's network reaches: a forged Host header from outside finds no
    // internal route.
    ...entryPoint("public", `:${inside.httpPort}`),
    ...(https ? entryPoint("secure", `:${inside.httpsPort}`) : []),
    ...entryPoint("internal", ":80"),
    "--entryPoints.traefik.address=127.0.0.1:8080",
    ...(https ? redirection(https.port) : []),
    ...(acme ? resolver(acme) : []),
    "--api.insecure=true",
    "--api.dashboard=false",
    `--providers.file.directory=${inside.routes}`,
    "--providers.file.watch=true",
    // Its default of 2 s is added to every roll.
    "--providers.providersThrottleDuration=100ms",
    "--global.checkNewVersion=false",
    "--global.sendAnonymousUsage=false",
    "--log.level=WARN",
  ];
}

function entryPoint(name: string, address: string): string[] {
  const option = `--entryPoints.${name}`;
  return [
    `${option}.address=${address}`,
    `${option}.transport.lifeCycle.graceTimeOut=${GRACE}`,
    `${option}.transport.respondingTimeouts.readTimeout=${UPLOAD}`,
  ];
}

/** The port is the published one, which Traefik does not know. ACME's own path is answered before it. */
function redirection(port: number): string[] {
  const option = "--entryPoints.public.http.redirections.entryPoint";
  return [`${option}.to=:${port}`, `${option}.scheme=https`, `${option}.permanent=true`];
}

/** The name of {@link Acme} in route files. */
export const RESOLVER = "acme";

function resolver({ server, serverCa, email, dns }: Acme): string[] {
  const option = `--certificatesResolvers.${RESOLVER}.acme`;
  return [
    `${option}.caServer=${server}`,
    ...(serverCa ? [`${option}.caCertificates=${inside.acmeCa}`] : []),
    ...(email ? [`${option}.email=${email}`] : []),
    `${option}.storage=${inside.acme}/acme.json`,
    // Its default, RSA 4096, costs each new connection milliseconds of CPU.
    `${option}.keyType=EC256`,
    dns ? `${option}.dnsChallenge.provider=${dns}` : `${option}.httpChallenge.entryPoint=public`,
  ];
}
