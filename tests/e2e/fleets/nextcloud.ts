import type { Secret, Service, SharedVolume } from "../../../model/catalogue/service.ts";
import { release, stock } from "./image.ts";
import { postgres, psql } from "./postgres.ts";

const html = { source: "nextcloud", target: "/var/www/html" };
const shared = {
  image: stock("app"),
  secrets: { PGPASSWORD: "nextcloud-password" },
  dependsOn: { "nextcloud-database": "healthy" },
  volumes: [html],
  configs: [
    {
      content: "<?php $CONFIG = ['dbpassword' => '{{secret:nextcloud-password}}'];\n",
      target: "/etc/nextcloud/config.php",
      uid: 33,
      mode: "0400",
    },
  ],
  stopGracePeriod: "3 seconds",
} satisfies Partial<Service>;

export const nextcloudSecrets: Secret[] = [{ name: "nextcloud-password", generate: 24 }];
export const nextcloudVolumes: SharedVolume[] = [{ name: "nextcloud" }];

/** Files: a database, and a server and its cron on one volume. */
export const nextcloud: Service[] = [
  postgres("nextcloud-database", "nextcloud-password", release),
  {
    name: "nextcloud",
    ...shared,
    command: [
      "serve",
      "80",
      `${psql("nextcloud-database", "select 1")} && test -s /etc/nextcloud/config.php && { cat /var/www/html/cron /var/www/html/note 2>/dev/null; echo $RELEASE; }`,
    ],
    environment: release,
    http: { port: 80, domains: ["cloud.fleet.test"] },
    health: { path: "/" },
  },
  {
    name: "nextcloud-cron",
    ...shared,
    entrypoint: ["sh", "-c"],
    command: ["trap 'exit 0' TERM; while :; do echo cron >/var/www/html/cron; sleep 1d & wait; done"],
    health: { up: "1 second" },
  },
];
