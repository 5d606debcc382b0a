import { type Duration, toWholeSeconds } from "../../lib/duration.ts";
import { entryPointMiddlewares, middlewaresFile } from "./headers.ts";

/** What a stack's edge is like, secrets apart. */
export interface Edge {
  /** Port of each host on which it answers HTTP. */
  port: number;
  /** Address ranges of the proxies before it, whose word about who asks, and how, is believed. */
  trustedProxies: readonly string[];
  /** Whether they say it by the PROXY protocol too. */
  proxyProtocol: boolean;
  /** For how many days browsers that were here by HTTPS come by nothing else; 0: they are told nothing. */
  hstsDays: number;
  /** How long a request may take to arrive, with its body. */
  uploadTimeout: Duration;
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

/** Files that the edge has of its own, and no service, in its folder of routes. */
export const ownFiles = {
  /** See model/edge/headers.ts. */
  middlewares: "edge.middlewares.yml",
  /** The stack's own certificate, with its key. */
  certificate: "edge.certificate.yml",
};

/** Where things are inside the edge's container. */
export const inside = {
  /** Route files, maintenance files, and {@link ownFiles}. */
  routes: "/routes",
  acme: "/acme",
  acmeCa: "/tmp/acme-ca.pem",
  middlewares: `/routes/${ownFiles.middlewares}`,
  httpPort: 8000,
  httpsPort: 8443,
};

/**
 * Requests in flight when the edge itself is replaced get this long, because nothing answers on its ports until the
 * new one has them: short for all is better than long for some. Rolls of services do not touch it.
 */
const GRACE = "500ms";

/**
 * Runs Traefik in the container, and another at once where it was killed or ran out of memory: the engine would take
 * the container down, with its network and its published ports, and make all of it again. One that ends by itself,
 * for a mistake in its settings, ends the container too. Its first two words are files that Traefik wants; the root
 * file system is read-only, so nothing can be put there before the start.
 */
export const edgeEntrypoint = [
  "sh",
  "-c",
  `printf %s "$1" >${inside.middlewares}
printf %s "$2" >${inside.acmeCa}
shift 2
trap 'over=yes; kill "$edge"' TERM
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

/** What {@link edgeEntrypoint} is given. */
export function edgeCommand(edge: Edge): string[] {
  // The docker plugin takes no empty word.
  return [middlewaresFile(edge), edge.https?.acme?.serverCa ?? "none", ...edgeArguments(edge)];
}

/**
 * Traefik's command line.
 * Source: https://doc.traefik.io/traefik/reference/install-configuration/configuration-options/
 */
export function edgeArguments(edge: Edge): string[] {
  const { https } = edge;
  const acme = https?.acme;
  return [
    // What is published, and what only the fleet's network reaches: a forged Host header from outside finds no
    // internal route.
    ...entryPoint("public", inside.httpPort, edge),
    ...fromOutside("public", edge),
    ...(https ? [...entryPoint("secure", inside.httpsPort, edge), ...fromOutside("secure", edge)] : []),
    ...entryPoint("internal", 80, edge),
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

/**
 * What a path may hold as %2F, %5C, %23, %25, %3F, %3B: applications need them (GitLab's and Matrix's), and a rule for a
 * path with a password is not got around by them (aroundRule). Traefik's default refuses each with 400. A null character
 * stays refused. Plain "//", "/./" and "/../" are cleaned away before a rule is asked, which is Traefik's default too.
 */
const ENCODED = ["Slash", "BackSlash", "Hash", "Percent", "QuestionMark", "Semicolon"];

function entryPoint(name: string, port: number, { uploadTimeout }: Edge): string[] {
  const option = `--entryPoints.${name}`;
  return [
    `${option}.address=:${port}`,
    `${option}.transport.lifeCycle.graceTimeOut=${GRACE}`,
    // Traefik's 60 s for the whole of a request cuts every upload that takes longer. It has no other time for headers.
    `${option}.transport.respondingTimeouts.readTimeout=${toWholeSeconds(uploadTimeout)}s`,
    ...ENCODED.map((character) => `${option}.http.encodedCharacters.allowEncoded${character}=true`),
    `${option}.http.sanitizePath=true`,
    // Else it makes "&" of each ";" in a query.
    `${option}.http.encodeQuerySemicolons=true`,
  ];
}

/** Whose word about the client is believed, and what is taken off of everybody else's requests. */
function fromOutside(name: string, edge: Edge): string[] {
  const option = `--entryPoints.${name}`;
  const trusted = edge.trustedProxies.join(",");
  return [
    `${option}.http.middlewares=${entryPointMiddlewares(edge, name === "secure")}`,
    ...(trusted ? [`${option}.forwardedHeaders.trustedIPs=${trusted}`] : []),
    ...(trusted && edge.proxyProtocol ? [`${option}.proxyProtocol.trustedIPs=${trusted}`] : []),
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
