import type { Service } from "../../../model/catalogue/service.ts";

/** A program that ends at once when it is told to, whatever the signal. */
const stock: Omit<Service, "name"> = {
  image: "busybox:1.36.1",
  mirror: true,
  command: ["sleep", "1d"],
  stopSignal: "SIGKILL",
};

/** Between them all keys of how a container runs, what it may use, and what it may do on its host. */
export const services: Service[] = [
  {
    name: "process",
    ...stock,
    entrypoint: ["sh", "-c"],
    command: ["exec sleep 1d"],
    workingDir: "/tmp",
    user: "1000:1000",
    groupAdd: ["44", "1234"],
    hostname: "keys-1",
    domainname: "example.com",
    tty: true,
    stdinOpen: true,
    init: false,
    runtime: "runc",
    logging: { driver: "local", options: { "max-size": "1m" } },
    health: {
      shell: "test -d /tmp",
      interval: "90 seconds",
      timeout: "2 seconds",
      retries: 2,
      startPeriod: "1 minute",
    },
  },
  {
    name: "limits",
    ...stock,
    memory: "64 MiB",
    memoryReservation: "32 MB",
    cpus: 0.05,
    cpuShares: 512,
    cpuset: "0",
    pidsLimit: 50,
    ulimits: { nofile: 1024, nproc: { soft: 512, hard: 600 } },
    sysctls: { "net.core.somaxconn": 512 },
    shmSize: "1 MiB",
    health: "none",
  },
  {
    name: "closed",
    ...stock,
    capAdd: ["NET_BIND_SERVICE"],
    capDrop: ["ALL"],
    securityOpt: ["no-new-privileges"],
    readOnly: true,
    tmpfs: [
      { target: "/tmp", size: "1 MiB", mode: "1777" },
      { target: "/run", options: ["exec", "noatime", "uid=1000"] },
    ],
    devices: [{ source: "/dev/null", target: "/dev/nothing", permissions: "rw" }, { source: "/dev/zero" }],
    deviceCgroupRules: ["c 1:3 r"],
    health: { up: "1 second" },
  },
  { name: "open", ...stock, pid: "host", usernsMode: "host", health: "image" },
];
