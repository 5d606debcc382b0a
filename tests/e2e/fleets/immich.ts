import type { Secret, Service, SharedVolume } from "../../../model/catalogue/service.ts";
import { release, stock } from "./image.ts";
import { postgres, psql } from "./postgres.ts";

const speaksToIt = {
  image: stock("app"),
  secrets: { PGPASSWORD: "immich-password" },
  stopGracePeriod: "3 seconds",
} satisfies Partial<Service>;

export const immichSecrets: Secret[] = [{ name: "immich-password", generate: 24 }];
export const immichVolumes: SharedVolume[] = [{ name: "model-cache" }];

/** Photos: a database, a migration that ends before the server begins, and a helper that only the server calls. */
export const immich: Service[] = [
  postgres("immich-database", "immich-password"),
  {
    name: "immich-migrate",
    ...speaksToIt,
    dependsOn: { "immich-database": "healthy" },
    command: ["sh", "-c", psql("immich-database", "create table if not exists assets (name text)")],
    restart: "no",
  },
  {
    name: "immich-learning",
    image: stock("app"),
    command: ["serve", "3003", "date +%s >/cache/used; echo cat"],
    volumes: [{ source: "model-cache", target: "/cache" }],
    memory: "256 MiB",
    health: { command: ["curl", "-fs", "http://localhost:3003/"] },
    stopGracePeriod: "3 seconds",
  },
  {
    name: "immich",
    ...speaksToIt,
    dependsOn: { "immich-database": "healthy", "immich-migrate": "completed", "immich-learning": "started" },
    command: [
      "serve",
      "2283",
      `${psql("immich-database", "select name from assets")} && curl -fs http://immich-learning:3003/ && ls /photos && echo $RELEASE`,
    ],
    environment: release,
    http: { port: 2283, domains: ["photos.fleet.test"] },
    order: "start-first",
    volumes: [{ source: "/srv/photos", target: "/photos" }],
    health: { path: "/" },
  },
];
