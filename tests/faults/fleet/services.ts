import type { Base, Service } from "../../../model/catalogue/service.ts";

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

/** As small as shows every way of a roll, with the shortest times a busy machine keeps. */
export const services: Service[] = [
  {
    name: "web",
    build: { context: "tests/faults/fleet/web", base: "python-base" },
    http: { port: 8000 },
    health: { path: "/health" },
    startTimeout: "12 seconds",
    drainTimeout: "1 second",
    stopGracePeriod: "3 seconds",
  },
  {
    name: "tcp",
    build: { context: "tests/faults/fleet/tcp", base: "python-base" },
    ports: [{ published: 7000, target: 8000 }],
    health: { command: ["python3", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3)"] },
    stopGracePeriod: "3 seconds",
  },
  {
    name: "caller",
    build: { context: "tests/faults/fleet/caller", base: "python-base" },
    http: { port: 8000, path: "/caller" },
    uses: ["web"],
    health: { path: "/caller" },
    drainTimeout: "1 second",
    stopGracePeriod: "3 seconds",
  },
];
