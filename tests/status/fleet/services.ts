import type { Base, Secret, Service } from "../../../model/catalogue/service.ts";

const ticker = { build: { context: "tests/status/fleet/ticker", base: "python-base" } };
const quick = { health: { up: "1 second" }, drainTimeout: "1 second", stopGracePeriod: "2 seconds" } as const;

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

export const secrets: Secret[] = [
  { name: "token", generate: 32 },
  { name: "odd" },
  { name: "printed", command: ["sh", "-c", "echo from a command"] },
];

/** Each kind of what is compared with the state: variables, a secret, a port, a volume, labels, replicas, a route, files. */
export const services: Service[] = [
  { name: "ticker", ...ticker, ...quick, environment: { PLAIN: "shown" }, secrets: { TOKEN: "token" } },
  {
    name: "store",
    ...ticker,
    ...quick,
    ports: [{ published: 7100, target: 8000 }],
    volumes: [{ source: "data", target: "/data" }],
    labels: { "backup.keep": "7 days" },
  },
  {
    name: "filed",
    ...ticker,
    ...quick,
    user: "1000:1000",
    readOnly: true,
    envFile: ["tests/status/fleet/filed.env"],
    secrets: { ODD: "odd" },
    configs: [
      { file: "tests/status/fleet/filed.yml", target: "/etc/filed.yml" },
      {
        content: "password: {{secret:odd}}\nprinted: {{secret:printed}}\n",
        ...{ target: "/etc/filed/secret.yml", uid: 1000, gid: 1000, mode: "0400" },
      },
    ],
    secretFiles: [{ source: "token", uid: 1000, mode: "0400" }],
  },
  { name: "pair", ...ticker, ...quick, replicas: 2 },
  {
    name: "web",
    ...quick,
    build: { context: "tests/faults/fleet/web", base: "python-base" },
    http: { port: 8000 },
    health: { path: "/health" },
    replicas: 3,
  },
];
