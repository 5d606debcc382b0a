import type { Service } from "../../../model/catalogue/service.ts";
import { release, stock } from "./image.ts";

const behindIt = {
  image: stock("app"),
  networkMode: "service:gluetun",
  dependsOn: { gluetun: "healthy" },
  stopGracePeriod: "3 seconds",
} satisfies Partial<Service>;
/** Answers only where the tunnel is seen. */
const serve = (port: number, what: string) => [
  "serve",
  String(port),
  `ip link show tun0 >/dev/null && ${what}`,
];

/** A VPN as gluetun, and two services that reach nothing but through it; its container publishes their ports. */
export const vpn: Service[] = [
  {
    name: "gluetun",
    image: stock("vpn"),
    capAdd: ["NET_ADMIN"],
    devices: [{ source: "/dev/net/tun" }],
    environment: { VPN_SERVICE_PROVIDER: "custom", ...release },
    ports: [
      { published: 6881, target: 6881 },
      { published: 6881, target: 6881, protocol: "udp" },
    ],
    health: "image",
    stopGracePeriod: "3 seconds",
  },
  {
    name: "qbittorrent",
    ...behindIt,
    command: serve(6881, "cat /downloads/torrents"),
    volumes: [{ source: "downloads", target: "/downloads" }],
    health: { shell: "curl -s http://localhost:6881/" },
  },
  {
    name: "prowlarr",
    ...behindIt,
    command: serve(9696, "echo prowlarr $RELEASE"),
    environment: release,
    http: { port: 9696, domains: ["prowlarr.fleet.test"] },
    health: { path: "/" },
  },
];
