import type { Network } from "../../../model/catalogue/networks.ts";
import type { Base, Service, SharedVolume } from "../../../model/catalogue/service.ts";

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

/** Answers on a port with its own name. */
const server = (name: string, port: number) => {
  const handler = `lambda *a: type("H", (BaseHTTPRequestHandler,), {"do_GET": lambda s: (s.send_response(200), s.end_headers(), s.wfile.write(b"${name}"))})(*a)`;
  return `from http.server import *; HTTPServer(("", ${port}), ${handler}).serve_forever()`;
};
/** A new volume takes its owner from the image's folder. */
const OWN_FOLDER = "FROM python-base\nUSER root\nRUN install -d -o 1001 -g 1001 /common\nUSER 1001:1001\n";
const runs = (python: string) =>
  ({
    build: { base: "python-base", dockerfileInline: OWN_FOLDER },
    command: ["python3", "-c", python],
    stopGracePeriod: "1 second",
    drainTimeout: "1 second",
  }) satisfies Partial<Service>;
const stays = {
  ...runs("import time; time.sleep(1e9)"),
  health: { up: "1 second" },
} satisfies Partial<Service>;

export const volumes: SharedVolume[] = [
  { name: "common", labels: { kind: "shared" } },
  { name: "drive", driver: "local", driverOpts: { type: "tmpfs", device: "tmpfs", o: "size=1m" } },
  { name: "theirs", external: "outside-volume" },
];

export const networks: Network[] = [
  {
    name: "back",
    subnet: "10.123.0.0/24",
    gateway: "10.123.0.1",
    ipv6Subnet: "fd00:123::/64",
    ipv6Gateway: "fd00:123::1",
  },
  { name: "closed", internal: true },
  { name: "theirs", external: "outside-network" },
];

/** One for each place that a container can have in networks and on disks, and each way to start and to end. */
export const services: Service[] = [
  { ...stays, name: "vpn", networks: ["back"] },
  {
    ...runs(server("inside", 8000)),
    name: "inside",
    networkMode: "service:vpn",
    http: { port: 8000, domains: ["inside.fleet.test"] },
    health: { path: "/" },
  },
  { ...stays, name: "beside", networkMode: "service:vpn" },
  {
    ...runs(server("host", 8100)),
    name: "host",
    networkMode: "host",
    http: { port: 8100, domains: ["host.fleet.test"] },
  },
  { ...stays, name: "alone", networkMode: "none" },
  {
    ...runs('open("/common/ready", "w").write("yes")'),
    name: "init",
    restart: "no",
    volumes: [{ source: "common", target: "/common" }],
  },
  {
    ...stays,
    name: "waits",
    dependsOn: { init: "completed", vpn: { condition: "healthy", restart: true } },
    restart: "on-failure:3",
    volumes: [
      { source: "common", target: "/common", readOnly: true },
      { source: "drive", target: "/drive" },
      { source: "theirs", target: "/theirs" },
      { source: "own", target: "/own" },
      { source: "own", target: "/again", readOnly: true },
      { source: "/srv/made/here", target: "/made" },
      { source: "/etc/hostname", target: "/host-name", readOnly: true, createHostPath: false },
      { source: "/srv", target: "/below", readOnly: true, propagation: "private" },
      { source: "/var/run/docker.sock", target: "/var/run/docker.sock", engineSocket: true },
    ],
  },
  {
    ...stays,
    name: "many",
    networks: [
      { name: "back", aliases: ["db"], ipv4Address: "10.123.0.10", ipv6Address: "fd00:123::10" },
      "closed",
      { name: "theirs", aliases: ["guest"] },
    ],
    ports: [
      { published: "7200-7202", target: "8000-8002", hostIp: "127.0.0.1" },
      { target: 8003, protocol: "udp" },
    ],
    extraHosts: { gateway: "host-gateway", printer: "192.0.2.9" },
    dns: ["192.0.2.53"],
    dnsSearch: ["fleet.test"],
    dnsOpt: ["ndots:2"],
  },
];
