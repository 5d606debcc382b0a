import assert from "node:assert/strict";
import { parseTrial } from "../../../../host/scripts/trial.ts";
import { hardened } from "../../../../model/catalogue/hardening.ts";
import type { Service } from "../../../../model/catalogue/service.ts";
import { formatFinding } from "../../../../model/container/finding.ts";
import { trialWords } from "../../../../model/container/trial-words.ts";
import {
  allOf,
  comesAsFar,
  opened,
  openingsOf,
  untried,
  writtenFolders,
} from "../../../../model/container/trial.ts";

const PORT_START = "net.ipv4.ip_unprivileged_port_start";
const trial = (code: number | undefined, ...log: string[]) => ({ code, log, changes: [] });

describe("what a service needs to run closed", () => {
  it("is looked for in folders that it wrote to, but for what Docker makes itself", () => {
    // As docker diff prints it on engine 20.10: /sbin is a link there, and docker-init a mount of Docker's.
    const docker = ["C /usr", "C /usr/sbin", "A /usr/sbin/docker-init", "C /run", "A /run/mount"];
    const changes = [
      ...docker,
      ...["C /var", "C /var/cache", "A /var/cache/shop", "A /var/cache/shop/index"],
      ...["A /run/app.pid", "C /etc", "C /etc/app.conf", "C /home", "D /home/old", "A /log"],
      ...["A /data", "A /data/db", "A /data/db/1", "C /srv", "A /srv/one", "C /srv/two", "C /srv/two/in"],
    ];
    assert.deepEqual(writtenFolders(changes, docker), [
      "/data",
      "/etc/app.conf",
      "/home",
      "/log",
      "/run",
      "/srv",
      "/var/cache/shop",
    ]);
    assert.deepEqual(writtenFolders(docker, docker), []);
  });

  it("is nothing where it comes as far as with all opened", () => {
    const refused = (pid: number) => `nginx[${pid}]: mkdir() "/var/cache" failed (13: Permission denied)`;
    assert.ok(comesAsFar(trial(undefined, "ready"), trial(undefined)));
    assert.ok(comesAsFar(trial(0), trial(0)));
    assert.ok(comesAsFar(trial(1, "no database"), trial(1)));
    assert.ok(comesAsFar(trial(undefined, refused(7)), trial(undefined, refused(12))));
    assert.ok(!comesAsFar(trial(1), trial(undefined)));
    assert.ok(!comesAsFar(trial(2), trial(1)));
    for (const line of [
      refused(1),
      "sh: can't create /x: Read-only file system",
      "PermissionError: [Errno 1] Operation not permitted",
      "Error: EROFS: /x",
      "Error: listen EACCES",
    ])
      assert.ok(!comesAsFar(trial(undefined, line), trial(undefined, "ready")), line);
  });

  it("is looked for among what is closed, the least first", () => {
    const web: Service = { name: "web" };
    const kinds = (entry: Service, imageUser: string) => {
      const openings = openingsOf(entry, hardened(entry, imageUser || undefined), imageUser);
      return allOf(openings.map((each) => ("capAdd" in each ? { capAdd: ["ANY"] } : each)));
    };
    const all = { pidsLimit: -1, user: "root", securityOpt: ["no-new-privileges:false"] };
    const { capAdd, ...rest } = kinds(web, "");
    assert.deepEqual([capAdd?.length, rest], [14, all]);
    assert.equal(kinds(web, "app").user, "root");
    assert.equal(openingsOf(web, hardened(web, undefined), "app").find(({ user }) => user)?.user, "app");
    const said = { ...web, user: "1000" };
    assert.equal(openingsOf(said, hardened(said, "app"), "app").find(({ user }) => user)?.user, "root");
    assert.equal(kinds({ ...web, user: "0" }, "").user, undefined);
    assert.equal(kinds({ ...web, capDrop: ["KILL"] }, "").capAdd, undefined);
    assert.equal(kinds({ ...web, capAdd: ["CAP_KILL"] }, "").capAdd?.length, 13);
    const sysctls = { [PORT_START]: 1024 };
    assert.deepEqual(kinds({ ...web, sysctls }, "").sysctls, { [PORT_START]: 0 });
  });

  it("is put into its entry beside what is there", () => {
    const entry: Service = { name: "web", tmpfs: [{ target: "/run" }], sysctls: { "net.core.somaxconn": 1 } };
    const openings = [
      { tmpfs: [{ target: "/a" }] },
      { capAdd: ["KILL"] },
      { user: "root" },
      { capAdd: ["CHOWN"] },
      { sysctls: { [PORT_START]: 0 } },
    ];
    assert.deepEqual(opened(entry, openings), {
      ...{ name: "web", user: "root", capAdd: ["KILL", "CHOWN"] },
      tmpfs: [{ target: "/run" }, { target: "/a" }],
      sysctls: { "net.core.somaxconn": 1, [PORT_START]: 0 },
    });
    assert.deepEqual(entry.tmpfs, [{ target: "/run" }]);
  });

  it("is not asked where nothing is closed", () => {
    const why = (more: object) => untried({ name: "web", ...more });
    assert.equal(why({}), undefined);
    assert.equal(why({ image: "redis", hardened: true }), undefined);
    assert.match(why({ hardened: false }) ?? "", /^hardened: false/);
    assert.match(why({ image: "redis" }) ?? "", /^a stock image/);
    assert.match(why({ privileged: true }) ?? "", /^privileged/);
  });
});

describe("a container under trial", () => {
  it("is as the service's own, without its host's things and without secrets", () => {
    const entry: Service = {
      name: "web",
      entrypoint: ["python3", "-u"],
      command: ["web.py"],
      environment: { B: "1" },
      secrets: { A: "api-key" },
      tmpfs: [{ target: "/run", size: "1 MB", mode: "0700" }],
      volumes: [
        { source: "/srv/data", target: "/data" },
        { source: "cache", target: "/cache" },
      ],
      memory: "64 MB",
      ports: [{ published: 80, target: 80 }],
      labels: { "traefik.enable": "true" },
      ulimits: { nofile: 1024 },
    };
    assert.deepEqual(trialWords(hardened(entry, undefined), "web:1", []), [
      ...["--user", "1001:1001", "--init", "--read-only", "--env", "A=slipway-trial", "--env", "B=1"],
      ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
      ...["--tmpfs", "/run:size=1000000,mode=0700", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp"],
      ...["--mount", "type=volume,target=/data", "--mount", "type=volume,target=/cache"],
      ...["--ulimit", "nofile=1024:1024", "--memory", "62m", "--memory-swap", "124m"],
      ...["--pids-limit", "1000", "--entrypoint", "python3", "web:1", "-u", "web.py"],
    ]);
  });

  it("may have only the ports that it may have on its host", () => {
    const start = (more: object, services: Service[] = []) =>
      trialWords({ name: "web", ...more }, "web:1", services).filter((word) => word.startsWith(PORT_START));
    assert.deepEqual(start({}), []);
    assert.deepEqual(start({ networkMode: "host" }), [`${PORT_START}=1024`]);
    const vpn = { name: "vpn", sysctls: { [PORT_START]: 100 } };
    assert.deepEqual(start({ networkMode: "service:vpn" }, [vpn]), [`${PORT_START}=100`]);
  });

  it("is read from what its script printed", () => {
    assert.deepEqual(parseTrial("ended 13\nchanged C /etc\nchanged A /a b\nlog ended 3\nlog \nlog x\n"), {
      ...{ code: 13, changes: ["C /etc", "A /a b"], log: ["ended 3", "", "x"] },
    });
    assert.deepEqual(parseTrial("running\nlog ended 3\n"), {
      ...{ code: undefined, changes: [], log: ["ended 3"] },
    });
  });
});

describe("what has been found out of a service", () => {
  it("is said with the words to add, why, and how it ended", () => {
    const text = formatFinding({
      ...{ service: "shop", verdict: "lacks", user: "1001:1001", wrote: ["/var/cache/shop"] },
      needs: { tmpfs: [{ target: "/var/cache/shop" }] },
      closed: trial(1, "mkdir: cannot create directory '/var/cache/shop': Read-only file system"),
    });
    assert.equal(
      text,
      "shop: lacks what it needs as 1001:1001. The least to add to services.ts:\n" +
        '  tmpfs: [{ target: "/var/cache/shop" }], // it writes there, and its root is closed; a volume in its place keeps what it writes\n' +
        "  With all opened it wrote to /var/cache/shop\n" +
        "  Closed, it ended with exit code 1\n" +
        "    mkdir: cannot create directory '/var/cache/shop': Read-only file system",
    );
  });
});
