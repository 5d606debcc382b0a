import assert from "node:assert/strict";
import { problems } from "./problems.ts";

const networks = [
  {
    name: "back",
    subnet: "10.1.0.0/24",
    gateway: "10.1.0.1",
    ipv6Subnet: "fd00:1::/64",
    ipv6Gateway: "fd00:1::1",
  },
  { name: "front", subnet: "10.2.0.0/24" },
  { name: "open" },
];
const at = (address: string, network = "back") => ({ networks: [{ name: network, ipv4Address: address }] });

describe("the place of a service", () => {
  const good: [string, Record<string, object>, object?][] = [
    [
      "ranges of ports, an address for each of two",
      {
        a: {
          ports: [
            { published: "7000-7002", target: "80-82" },
            { target: 9, protocol: "udp" },
          ],
        },
      },
    ],
    [
      "one port on two addresses",
      {
        a: { ports: [{ published: 53, target: 53, hostIp: "127.0.0.1" }] },
        b: { ports: [{ published: 53, target: 53, hostIp: "192.0.2.1" }] },
      },
    ],
    ["fixed addresses", { a: at("10.1.0.5"), b: at("10.1.0.6"), c: at("10.2.0.5", "front") }, { networks }],
    [
      "another's network",
      {
        vpn: { http: { port: 80, domains: ["v.example.org"] } },
        a: { networkMode: "service:vpn", http: { port: 81, domains: ["a.example.org"] } },
      },
    ],
    [
      "the host's, and none",
      { a: { networkMode: "host", hostname: "box", dns: ["192.0.2.1"] }, b: { networkMode: "none" } },
    ],
    [
      "order",
      {
        job: { restart: "no" },
        db: {},
        a: { dependsOn: { job: "completed", db: { condition: "healthy", restart: true } } },
      },
    ],
    [
      "mounts",
      {
        a: {
          volumes: [
            { source: "/srv/My Media", target: "/media" },
            { source: "/srv/My Media", target: "/other", propagation: "rslave" },
            { source: "/run/docker.sock", target: "/s", engineSocket: true },
          ],
        },
      },
    ],
    [
      "a shared volume",
      {
        a: { volumes: [{ source: "data", target: "/a" }] },
        b: { volumes: [{ source: "data", target: "/b", readOnly: true }], replicas: 2 },
      },
      { volumes: [{ name: "data", driver: "local", driverOpts: { type: "nfs" } }] },
    ],
  ];
  for (const [what, services, more] of good)
    it(`may be: ${what}`, () => {
      assert.deepEqual(problems(services, more), []);
    });

  const bad: [string, Record<string, object>, object?][] = [
    [
      "services/a/ports/0: published and target must have the same number of ports, got 3 and 2",
      { a: { ports: [{ published: "7000-7002", target: "80-81" }] } },
    ],
    [
      'services/a/ports/0/target: must be a range of ports, 1 to 65535, got "90-80"',
      { a: { ports: [{ target: "90-80" }] } },
    ],
    [
      'services/a/ports/0/target: must have 1000 ports at most, got "1-1001"',
      { a: { ports: [{ target: "1-1001" }] } },
    ],
    [
      "services/b/ports/0: port 7001/tcp of host one is taken by service a",
      {
        a: { ports: [{ published: "7000-7002", target: "80-82" }] },
        b: { ports: [{ published: 7001, target: 1, hostIp: "127.0.0.1" }] },
      },
    ],
    [
      "services/a/ports/0: port 80/tcp of host one is taken by the edge",
      { a: { ports: [{ published: 80, target: 1, hostIp: "127.0.0.1" }] } },
    ],
    [
      "networks/default/name: reserved for the network that all services have in common. Choose another name",
      {},
      { networks: [{ name: "default" }] },
    ],
    ['networks/back/name: "back" is used twice', {}, { networks: [{ name: "back" }, { name: "back" }] }],
    [
      "networks/back/internal: is decided where the network was made, as it is external. Leave it out",
      {},
      { networks: [{ name: "back", external: "x", internal: true }] },
    ],
    [
      "networks/back/gateway: needs subnet, which is not set",
      {},
      { networks: [{ name: "back", gateway: "10.1.0.1" }] },
    ],
    [
      "networks/back/gateway: must be an address of 10.1.0.0/24, got 10.2.0.1",
      {},
      { networks: [{ name: "back", subnet: "10.1.0.0/24", gateway: "10.2.0.1" }] },
    ],
    [
      "networks/b/subnet: overlaps with that of a, 10.0.0.0/8, got 10.1.0.0/24",
      {},
      {
        networks: [
          { name: "a", subnet: "10.0.0.0/8" },
          { name: "b", subnet: "10.1.0.0/24" },
        ],
      },
    ],
    [
      "networks/back/ipv6Gateway: needs ipv6Subnet, which is not set",
      {},
      { networks: [{ name: "back", subnet: "10.1.0.0/24", ipv6Gateway: "fd00::1" }] },
    ],
    [
      "networks/back/ipv6Gateway: must be an address of fd00:1::/64, got fd00:2::1",
      {},
      { networks: [{ name: "back", ipv6Subnet: "fd00:1::/64", ipv6Gateway: "fd00:2::1" }] },
    ],
    [
      "networks/back/ipv6Subnet: needs enableIpv6, which is false. Leave one of them out",
      {},
      { networks: [{ name: "back", ipv6Subnet: "fd00:1::/64", enableIpv6: false }] },
    ],
    [
      "networks/b/ipv6Subnet: overlaps with that of a, fd00::/16, got fd00:1::/64",
      {},
      {
        networks: [
          { name: "a", subnet: "10.1.0.0/24", ipv6Subnet: "fd00::/16" },
          { name: "b", subnet: "10.2.0.0/24", ipv6Subnet: "fd00:1::/64" },
        ],
      },
    ],
    [
      'services/a/networks/0: unknown network, got "bakc"; expected one of default, back, front, open',
      { a: { networks: ["bakc"] } },
      { networks },
    ],
    ['services/a/networks/1: "back" is listed twice', { a: { networks: ["back", "back"] } }, { networks }],
    [
      "services/a/networks/0/ipv4Address: must be an address of 10.1.0.0/24, got 10.2.0.5",
      { a: at("10.2.0.5") },
      { networks },
    ],
    [
      "services/a/networks/0/ipv6Address: must be an address of fd00:1::/64, got fd00:2::5",
      { a: { networks: [{ name: "back", ipv4Address: "10.1.0.5", ipv6Address: "fd00:2::5" }] } },
      { networks },
    ],
    [
      "services/a/networks/0/ipv6Address: needs ipv6Subnet of network front, which is not set",
      { a: { networks: [{ name: "front", ipv6Address: "fd00:2::5" }] } },
      { networks },
    ],
    [
      "services/a/networks/0/ipv4Address: is the gateway of network back, got 10.1.0.1",
      { a: at("10.1.0.1") },
      { networks },
    ],
    [
      "services/a/networks/0/ipv4Address: needs subnet of network open, which is not set",
      { a: at("10.1.0.5", "open") },
      { networks },
    ],
    [
      "services/a/networks/0/ipv4Address: is for networks of the catalogue: the fleet's own may have other addresses on another host",
      { a: at("10.1.0.5", "default") },
      { networks },
    ],
    [
      "services/a/networks/0/ipv4Address: only one container can have it, got replicas 2",
      { a: { ...at("10.1.0.5"), replicas: 2 } },
      { networks },
    ],
    [
      'services/a/networks/0/ipv4Address: the old container has it until it stops. Set order: "stop-first", or leave order out',
      { a: { ...at("10.1.0.5"), order: "start-first" } },
      { networks },
    ],
    [
      "services/b/networks/0: 10.1.0.5 of network back on host one is taken by service a",
      { a: at("10.1.0.5"), b: at("10.1.0.5") },
      { networks },
    ],
    [
      'services/a/networkMode: unknown service, got "vpn"; expected one of a',
      { a: { networkMode: "service:vpn" } },
    ],
    ["services/a/networkMode: is its own. Leave it out", { a: { networkMode: "service:a" } }],
    [
      "services/c/networkMode: b has the network of a itself. Name that one",
      { a: {}, b: { networkMode: "service:a" }, c: { networkMode: "service:b" } },
    ],
    [
      "services/b/networkMode: a is on host two, b on one. Put both on one host",
      { a: { host: "two" }, b: { networkMode: "service:a" } },
    ],
    [
      "services/b/networkMode: a has 2 replicas; expected one",
      { a: { replicas: 2 }, b: { networkMode: "service:a" } },
    ],
    [
      "services/b/networkMode: a ends by itself, and its network with it",
      { a: { restart: "no" }, b: { networkMode: "service:a" } },
    ],
    [
      "services/a/ports: has no place beside networkMode \"host\". With the host's network all its ports are the host's; with another service's, publish them there",
      { a: { networkMode: "host", ports: [{ target: 1 }] } },
    ],
    [
      'services/a/networks: has no place beside networkMode "none"',
      { a: { networkMode: "none", networks: ["default"] } },
    ],
    [
      'services/b/hostname: has no place beside networkMode "service:a". Set it there',
      { a: {}, b: { networkMode: "service:a", hostname: "x" } },
    ],
    [
      'services/b/dns: has no place beside networkMode "service:a". Set it there',
      { a: {}, b: { networkMode: "service:a", dns: ["192.0.2.1"] } },
    ],
    [
      'services/a/http: has no place beside networkMode "none"',
      { a: { networkMode: "none", http: { port: 80 } } },
    ],
    [
      'services/a/replicas: must be 1 with networkMode "host", got 2',
      { a: { networkMode: "host", replicas: 2 } },
    ],
    [
      'services/b/order: must be "stop-first", as it is rolled with the service whose network it has, got "start-first"',
      { a: {}, b: { networkMode: "service:a", order: "start-first" } },
    ],
    [
      'services/b/uses: has no place beside networkMode "host". No name leads anywhere there: use dependsOn, and a public name or a published port',
      { a: {}, b: { networkMode: "host", uses: ["a"] } },
    ],
    [
      "services/c/uses/0: b has no name of its own: it is reached at a's. Use dependsOn, and that name",
      { a: {}, b: { networkMode: "service:a" }, c: { uses: ["b"] } },
    ],
    [
      'services/b/uses/0: a has no name, as its networkMode is "host". Use dependsOn',
      { a: { networkMode: "host" }, b: { uses: ["a"] } },
    ],
    [
      "services/b/uses/0: a is in no network that b is in. Put both in one",
      { a: { networks: ["back"] }, b: { uses: ["a"] } },
      { networks },
    ],
  ];
  for (const [problem, services, more] of bad)
    it(`is refused: ${problem}`, () => {
      assert.deepEqual(problems(services, more), [problem]);
    });
});
