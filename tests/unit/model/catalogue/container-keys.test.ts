import assert from "node:assert/strict";
import { readCatalogue } from "../../../../model/catalogue/check.ts";

describe("what a container may be given", () => {
  const problems = (...services: object[]) => {
    const named = services.map((service, index) => ({ name: `s${index}`, image: "busybox:1", ...service }));
    const read = readCatalogue(
      { services: named },
      {
        ...{ folder: "/", hosts: ["one"], domain: undefined, edge: undefined, edgePorts: [] },
        ...{ secretsGiven: [], htpasswds: [], lock: {} },
      },
    );
    return "problems" in read ? read.problems : [];
  };

  it("may be all of it at once", () => {
    const all = {
      ...{ user: "1000:1000", capAdd: ["NET_ADMIN", "CAP_CHOWN"], capDrop: ["ALL"], pid: "host" },
      ...{
        memory: "1 GiB",
        memorySwap: "unlimited",
        memoryReservation: "1 GiB",
        cpus: 0.01,
        cpuShares: 2,
        pidsLimit: -1,
      },
      ...{ ulimits: { nofile: { soft: 1, hard: -1 } }, sysctls: { "net.core.somaxconn": 1 }, gpus: 2 },
      ...{ securityOpt: ["no-new-privileges:true", "seccomp={}", "label:disable", "apparmor=unconfined"] },
      ...{
        tmpfs: [{ target: "/tmp" }, { target: "/run" }],
        devices: [{ source: "/dev/a" }, { source: "/dev/b" }],
      },
      ...{
        health: { shell: "true", interval: "1 second" },
        entrypoint: [""],
        deviceCgroupRules: ["c 1:* rw"],
      },
    };
    assert.deepEqual(problems(all), []);
  });

  it("fails on limits that Docker or the kernel would refuse", () => {
    assert.deepEqual(
      problems(
        { memory: "1 MB", memoryReservation: "2 MB", memorySwap: "0.5 MB" },
        { memorySwap: "1 GB" },
        { ulimits: { nofile: { soft: -1, hard: 5 } } },
        { sysctls: { "vm.overcommit_memory": 1 } },
        { sysctls: { "net.core.somaxconn": 1, "kernel.shmmax": 1 }, networkMode: "host" },
      ),
      [
        's0/memory: must be 6 MiB or more, got "1 MB"',
        's0/memoryReservation: must be memory, "1 MB", at most, got "2 MB"',
        's0/memorySwap: is memory and swap together, and must be "1 MB" or more, got "0.5 MB"',
        "s1/memorySwap: is memory and swap together. Set memory too",
        "s2/ulimits/nofile/soft: must be hard, 5, at most, got -1",
        "s3/sysctls/vm.overcommit_memory: is the whole host's; expected one of net., fs.mqueue. or kernel.sem and its like. Set it on the host",
        's4/sysctls/net.core.somaxconn: would be the whole host\'s, as networkMode is "host". Set it on the host',
      ].map((problem) => `services/${problem}`),
    );
  });

  it("fails on what contradicts itself, and on what the plugin cannot keep", () => {
    assert.deepEqual(
      problems(
        { capAdd: ["NET_ADMIN"], capDrop: ["CAP_NET_ADMIN"] },
        { securityOpt: ["seccomp=profile.json", "systempaths=unconfined", "nothing"] },
        {
          tmpfs: [{ target: "/a" }, { target: "/a/" }, { target: "/b" }],
          volumes: [{ source: "b", target: "/b/" }],
        },
        { devices: [{ source: "/dev/a" }, { source: "/dev/b", target: "/dev/a" }] },
        { gpus: { count: 1, deviceIds: ["0"] }, command: ["sh", ""] },
      ),
      [
        "s4/command/1: Pulumi's Docker plugin takes no empty word. Set it in the Dockerfile, or use entrypoint",
        's0/capAdd/0: is in capDrop too, got "NET_ADMIN". Leave it out of one of them',
        's1/securityOpt/0: must be "seccomp=unconfined", or a profile\'s JSON behind "seccomp=" (services.ts can read it from a file), got "seccomp=profile.json"',
        's1/securityOpt/1: is an option that Pulumi\'s Docker plugin cannot keep; expected none, got "systempaths=unconfined"',
        's1/securityOpt/2: must be one of no-new-privileges, apparmor=, seccomp= and label=, got "nothing"',
        's2/tmpfs/1/target: "/a/" is there twice',
        's2/tmpfs/2/target: a volume is mounted there, got "/b"',
        's3/devices/1/target: "/dev/a" is another device\'s',
        "s4/gpus/count: deviceIds says which ones. Leave one of them out",
      ].map((problem) => `services/${problem}`),
    );
  });

  it("fails on words that are none of the kernel's or Docker's", () => {
    const service = {
      ...{
        capAdd: ["NET_ADMN"],
        cpus: 0,
        pidsLimit: 0,
        cpuset: "a",
        cpuShares: 1,
        ulimits: { files: 1 },
        stopSignal: "QUIT",
      },
      ...{ user: "a b", devices: [{ source: "/dev/a", permissions: "rr" }], deviceCgroupRules: ["all"] },
    };
    assert.deepEqual(
      problems(service).map((problem) => problem.replace(/^services\/s0\/([^:]+): .*/s, "$1")),
      [
        ...["user", "stopSignal", "cpus", "cpuShares", "cpuset", "pidsLimit", "ulimits/files", "capAdd/0"],
        ...["devices/0/permissions", "deviceCgroupRules/0"],
      ],
    );
  });
});
