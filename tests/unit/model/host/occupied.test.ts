import assert from "node:assert/strict";
import { USUAL } from "../../../../model/host/features.ts";
import { parseOccupied } from "../../../../host/scripts/occupied.ts";
import { type Occupied, takenPorts, takenSubnets } from "../../../../model/host/occupied.ts";

const own = { project: "fleet", stack: "staging" };
const of = (stack: string, service: string) => ({
  "slipway.project": "fleet",
  "slipway.stack": stack,
  "slipway.service": service,
});
const container = (name: string, port: string, labels = {}) => ({ name, labels, published: [{ port }] });
const wanted = [
  { port: "80/tcp", at: "Pulumi.staging.yaml/edgePort", isEdges: true },
  { port: "53/udp", at: "services/dns/ports/0", isEdges: false },
];
const taken = (occupied: Partial<Pick<Occupied, "containers" | "listeners">>) =>
  takenPorts("main", own, wanted, { containers: [], listeners: [], ...occupied });

describe("addresses that others have on a host", () => {
  it("are said with who has them, of IPv4 and of IPv6", () => {
    const others = (labels: Record<string, string>) => ({
      networks: [{ id: "abc", name: "blog_default", labels, ranges: ["10.20.0.0/16", "fd00:20::/32"] }],
    });
    const free = { name: "front", subnet: "10.21.0.0/24", ipv6Subnet: "fd00:21::/64" };
    const back = { name: "back", subnet: "10.20.1.0/24", ipv6Subnet: "fd00:20:1::/64" };
    const have = "overlaps with network blog_default (10.20.0.0/16, fd00:20::/32) on host main";
    assert.deepEqual(takenSubnets("main", own, [free, back], others({})), [
      `networks/back/subnet: 10.20.1.0/24 ${have}. Choose another range`,
      `networks/back/ipv6Subnet: fd00:20:1::/64 ${have}. Choose another range`,
    ]);
    const mine = { "slipway.project": "fleet", "slipway.stack": "staging", "slipway.network": "back" };
    assert.deepEqual(takenSubnets("main", own, [back], others(mine)), []);
  });
});

describe("ports that others have on a host", () => {
  it("are said with who has them, and what to do", () => {
    assert.deepEqual(
      taken({
        containers: [container("edge-1", "80/tcp", of("prod", "edge")), container("pihole", "53/udp")],
      }),
      [
        "Pulumi.staging.yaml/edgePort: port 80/tcp of host main is taken by the edge of stack fleet/prod. To stand behind " +
          "that edge: pulumi config set edge fleet/prod; else choose another port",
        "services/dns/ports/0: port 53/udp of host main is taken by container pihole. Choose another port, or stop what " +
          "has it",
      ],
    );
    assert.deepEqual(
      taken({
        containers: [container("x", "53/udp", of("prod", "dns"))],
        listeners: [
          { port: "80/tcp", user: "www-data" },
          { port: "53/udp", user: "root" },
        ],
      }),
      [
        "Pulumi.staging.yaml/edgePort: port 80/tcp of host main is taken by a process of user www-data that is in no " +
          "container, or in one with the host's network. Choose another port, stop what has it, or, if that is a proxy of " +
          "yours: pulumi config set edge false",
        "services/dns/ports/0: port 53/udp of host main is taken by service dns of stack fleet/prod. Choose another port, " +
          "or stop what has it",
      ],
    );
  });

  it("are not the stack's own, though docker listens there, nor the same number of the other protocol", () => {
    const containers = [
      container("edge", "80/tcp", of("staging", "edge")),
      container("dns", "53/udp", of("staging", "dns")),
    ];
    const listeners = [
      { port: "80/tcp", user: "root" },
      { port: "53/udp", user: "root" },
    ];
    assert.deepEqual(taken({ containers, listeners }), []);
    assert.deepEqual(taken({ listeners: [{ port: "53/tcp", user: "root" }] }), []);
  });

  it("are free on another address than the one that is held", () => {
    const at = (hostIp?: string) => [{ port: "53/tcp", hostIp, at: "here", isEdges: false }];
    const listeners = [{ port: "53/tcp", hostIp: "127.0.0.53", user: "root" }];
    const problems = (hostIp?: string) => takenPorts("main", own, at(hostIp), { containers: [], listeners });
    assert.deepEqual(problems("192.0.2.1"), []);
    for (const hostIp of [undefined, "0.0.0.0", "127.0.0.53"]) assert.equal(problems(hostIp).length, 1);
  });

  it("are read from what the script prints, with networks, routes, the edge's too, and the users of processes", () => {
    const printed = `network {"id":"abc","name":"bridge","labels":null,"ipam":[{"Subnet":"172.17.0.0/16"},{"Subnet":"fd00::/64"}]}
network {"id":"def","name":"host","labels":{"a":"b c"},"ipam":null}
container {"name":"/web 1","labels":{"k":"v w"},"ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],"81/tcp":null},"bindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}],"53/udp":[{"HostPort":"53"}]}}
volume data
route eth0 00000000 00000000
route wlan0 0001A8C0 00FFFFFF
listening tcp 00000000:0016 0
listening udp 3500007F:0035 101
user 0 root
engine 29.0.0 true true true /var/lib/docker
platform linux/arm64
edge
edge-route fleet+prod+web {"http": {"routers": {}}}
kernel 6.1.0-13-amd64
ipv6
`;
    assert.deepEqual(parseOccupied(printed), {
      networks: [
        { id: "abc", name: "bridge", labels: {}, ranges: ["172.17.0.0/16", "fd00::/64"] },
        { id: "def", name: "host", labels: { a: "b c" }, ranges: [] },
      ],
      volumes: ["data"],
      containers: [
        {
          name: "web 1",
          labels: { k: "v w" },
          published: [
            { port: "8080/tcp", hostIp: "0.0.0.0" },
            { port: "8080/tcp", hostIp: "::" },
            { port: "8080/tcp" },
            { port: "53/udp" },
          ],
        },
      ],
      routes: [
        { device: "eth0", range: "0.0.0.0/0" },
        { device: "wlan0", range: "192.168.1.0/24" },
      ],
      listeners: [
        { port: "22/tcp", hostIp: "0.0.0.0", user: "root" },
        { port: "53/udp", hostIp: "127.0.0.53", user: "101" },
      ],
      features: { ...USUAL, ipv6: true },
      edgeRoutes: new Map([["fleet+prod+web", '{"http": {"routers": {}}}']]),
      engine: "29.0.0",
      platform: "linux/arm64",
    });
  });
});
