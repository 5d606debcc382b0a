import type { Base, Secret, Service } from "./model/catalogue/service.ts";

/** Images that others stand on. */
export const bases: Base[] = [{ name: "python-base" }];

/** Values nobody may read. */
export const secrets: Secret[] = [{ name: "store-password", generate: 32 }];

/**
 * What runs. Each of these lists may also be a function of the stack's name. model/catalogue/service.ts, and a file a topic
 * beside it, describe the keys.
 */
export const services: Service[] = [
  {
    name: "web",
    build: { base: "python-base" },
    http: { port: 8000 },
    uses: ["api"],
    health: { path: "/health" },
  },
  {
    name: "api",
    build: { base: "python-base" },
    http: { port: 8000, path: "/api" },
    uses: ["store"],
    secrets: { STORE_PASSWORD: "store-password" },
    health: { path: "/health" },
  },
  {
    name: "store",
    secrets: { STORE_PASSWORD: "store-password" },
    volumes: [{ source: "data", target: "/var/lib/redis" }],
    health: { command: ["store-ping"] },
  },
  { name: "worker", build: { base: "python-base" } },
  {
    name: "hello",
    image: "busybox:1.36.1",
    mirror: true,
    hardened: true,
    command: ["sh", "-c", "echo 'hello from a stock image' >/tmp/hello && exec httpd -f -p 8000 -h /tmp"],
    http: { port: 8000, path: "/hello" },
  },
];
