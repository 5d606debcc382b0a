import assert from "node:assert/strict";
import { readCatalogue } from "../../../../model/catalogue/check.ts";
import { project } from "../../../../runtime/packages.mjs";

const STACK = {
  ...{ folder: project, hosts: ["one"], domain: undefined, edge: { acme: false }, edgePorts: [80] },
  ...{ secretsGiven: ["given"], htpasswds: [], lock: {} },
};
const problems = (declared: unknown) => {
  const read = readCatalogue(declared, STACK);
  return "problems" in read ? read.problems : [];
};

describe("files and secrets of the catalogue", () => {
  it("fails on secrets that have two values, or are made anew though nobody makes them", () => {
    const command = ["op", "read", "op://fleet/key"];
    const secrets = [
      { name: "given", command },
      { name: "both", generate: 16, command },
      { name: "turned", command, rotate: 1 },
    ];
    assert.deepEqual(problems({ services: [], secrets }), [
      'secrets/both: has both "generate" and "command". Leave one of them out',
      'secrets/turned/rotate: is for a secret with "generate". Leave it out, or let Slipway make the secret',
      'secrets/given: is a command\'s, and has a value in the configuration. Leave "command" out here, or run: pulumi config rm secrets:given',
    ]);
  });

  it("fails on files without a text, with two, of unknown secrets, and where something is mounted already", () => {
    const web = {
      ...{ name: "web", volumes: [{ source: "data", target: "/data/" }] },
      configs: [
        { target: "/a" },
        { target: "/b", content: "", file: "b" },
        { target: "/c", content: "{{secret:given}} {{secret:lost}} {{ secret:lost }}" },
        { target: "/c/../a", content: "" },
        { target: "/data", content: "" },
        { target: "/e/", content: "" },
        { target: "/run/slipway/x", content: "" },
      ],
      secretFiles: [
        { source: "lost" },
        { source: "given" },
        { source: "given", target: "/run/secrets/given" },
      ],
    };
    assert.deepEqual(problems({ services: [web], secrets: [{ name: "given" }] }), [
      'services/web/configs/0: must have one of "file" and "content", got none',
      'services/web/configs/1: must have one of "file" and "content", got both',
      'services/web/secretFiles/0/source: unknown secret, got "lost"; expected one of given',
      'services/web/configs/2/content: unknown secret, got "lost"; expected one of given',
      'services/web/configs/3/target: something else is mounted there, got "/a"',
      'services/web/configs/4/target: something else is mounted there, got "/data"',
      'services/web/configs/5/target: must be the path of a file, got "/e/"',
      'services/web/configs/6/target: is Slipway\'s own, got "/run/slipway/x". Choose another',
      'services/web/secretFiles/2/target: something else is mounted there, got "/run/secrets/given"',
    ]);
  });

  it("fails on a file's mode or owner that is none, and on a path out of the project", () => {
    const file = { target: "/a", content: "", mode: "rw", uid: -1 };
    const web = { name: "web", configs: [file], envFile: ["../a.env", "/etc/b.env", "a/..b/.env"] };
    assert.deepEqual(problems({ services: [web] }), [
      'services/web/envFile/0: must be a path in the project\'s folder, as in "config/web.yml", got "../a.env"',
      'services/web/envFile/1: must be a path in the project\'s folder, as in "config/web.yml", got "/etc/b.env"',
      "services/web/configs/0/uid: must be 0 to 4294967294, got -1",
      'services/web/configs/0/mode: must be permissions of three octal digits, as in "0440", got "rw"',
    ]);
  });
});
