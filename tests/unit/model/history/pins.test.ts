import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Service } from "../../../../model/catalogue/service.ts";
import {
  type Pin,
  type PinsFile,
  describePin,
  differingFields,
  lostPins,
  pinProblems,
  pinnedRepository,
  pinsIn,
  readPins,
  waiting,
  withPinnedEntries,
} from "../../../../model/history/pins.ts";

const A = `sha256:${"a".repeat(64)}`;
const B = `sha256:${"b".repeat(64)}`;
const FILE = "Pulumi.prod.pins.json";

describe("a pins file", () => {
  const read = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-"));
    writeFileSync(join(folder, FILE), text);
    try {
      return readPins(join(folder, FILE));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it("holds pins and consents to lose one; none if it is not there", () => {
    const pins = { web: { digest: A, release: 3 }, api: { unpinned: B } };
    assert.deepEqual(read(JSON.stringify(pins)), { pins, problems: [] });
    assert.deepEqual(readPins(join(tmpdir(), "no", FILE)), { pins: {}, problems: [] });
  });

  it("fails where it is broken by a merge, or by hand", () => {
    assert.match(read("<<<<<<< HEAD").problems.join(), /^Pulumi\.prod\.pins\.json: not JSON: /);
    assert.deepEqual(read('{"web": {"digest": "latest"}}').problems, [
      `${FILE}/web/digest: must be sha256: and 64 hexadecimal digits`,
    ]);
    assert.deepEqual(read('{"web": 1}').problems, [
      `${FILE}/web: must be {digest: …} or {unpinned: …}. Let \`slipway pin\` and \`slipway unpin\` write it`,
    ]);
    assert.deepEqual(read("[]").problems, [`${FILE}: must be an object`]);
  });
});

describe("a pin that the last update had", () => {
  const last = pinsIn([
    {
      urn: "urn:pulumi:prod::slipway::slipway:index:ServiceImage::web",
      type: "slipway:index:ServiceImage",
      inputs: { pin: { digest: A } },
    },
    {
      urn: "urn:pulumi:prod::slipway::slipway:index:ServiceImage::api",
      type: "slipway:index:ServiceImage",
      inputs: {},
    },
  ]);

  it("is lost with its line, and with a consent that was for another", () => {
    const without: PinsFile[] = [{}, { web: { unpinned: B } }];
    for (const pins of without)
      assert.match(
        lostPins(FILE, pins, last).join(),
        /^Pulumi\.prod\.pins\.json\/web: the last update had it pinned to sha256:a+, and the pin is gone\. To keep it: /,
      );
  });

  it("is not lost when it is there, changed, or taken away on purpose", () => {
    for (const web of [{ digest: A }, { digest: B }, { unpinned: A }])
      assert.deepEqual(lostPins(FILE, { web }, last), []);
  });
});

describe("a pinned entry", () => {
  const declared: { bases: []; services: Service[] } = {
    bases: [],
    services: [
      { name: "web", build: { target: "new" }, environment: { COLOR: "red" } },
      { name: "api", environment: { A: "1" } },
    ],
  };
  const pins = {
    web: { digest: A, hash: "1", entry: { name: "web", environment: { COLOR: "blue" } } },
    api: { digest: B, hash: "2" },
  };

  it("stands for the declared one, but not for what the newest source is built of", () => {
    assert.deepEqual(withPinnedEntries(declared, pins), {
      bases: [],
      services: [
        { name: "web", environment: { COLOR: "blue" }, build: { target: "new" } },
        { name: "api", environment: { A: "1" } },
      ],
    });
  });

  it("does not say which image a stock service runs, nor what only one that is built has", () => {
    const entry = { name: "web", image: "postgres:16", version: "1", environment: { COLOR: "blue" } };
    const pinned = { web: { digest: A, entry } };
    const stock = { name: "web", image: "postgres:17", mirror: true, platform: "linux/amd64" };
    assert.deepEqual(withPinnedEntries({ services: [stock] }, pinned), {
      services: [{ ...stock, environment: { COLOR: "blue" } }],
    });
    assert.deepEqual(withPinnedEntries({ services: [{ name: "web" }] }, pinned), {
      services: [{ name: "web", version: "1", environment: { COLOR: "blue" } }],
    });
  });

  it("is pulled from where it was: its repository, the stack's own of what was built, else the declared one", () => {
    const at = (pin: Partial<Pin>) => pinnedRepository({ digest: A, ...pin }, "ghcr.io/acme/web", "postgres");
    assert.equal(at({ repository: "mysql", hash: A }), "mysql");
    assert.equal(at({ hash: "ab".repeat(16) }), "ghcr.io/acme/web");
    assert.equal(at({ hash: A }), "postgres");
    assert.equal(at({}), "postgres");
  });

  it("is named where it is what is wrong; and so is a pin without a service", () => {
    const problems = ["services/web/secrets/T: unknown secret", "services/api/environment: wrong"];
    assert.deepEqual(pinProblems(FILE, { ...pins, old: { digest: A } }, declared, problems), [
      `${FILE}/old: pins an unknown service; expected one of web, api. To drop it: npx --no slipway unpin old`,
      `services/web/secrets/T: unknown secret (from the entry in ${FILE}; without it: npx --no slipway pin web)`,
      "services/api/environment: wrong",
    ]);
  });

  it("lets newer source and newer configuration wait, and a preview says so", () => {
    const { services } = declared;
    assert.deepEqual(waiting(pins.web, "web", "1", services), ["configuration"]);
    assert.deepEqual(waiting(pins.web, "web", "3", services), ["source", "configuration"]);
    assert.deepEqual(waiting(pins.api, "api", "2", services), []);
    // Of a digest that the history does not have, it is not known.
    assert.deepEqual(waiting({ digest: A }, "api", "3", services), []);
    assert.equal(
      describePin({ digest: A, release: 3 }, ["source", "configuration"]),
      "pinned to sha256:aaaaaaaaaaaa (update 3); newer source and configuration waits",
    );
    assert.equal(
      describePin({ digest: A }, [], [], "would be pinned"),
      "would be pinned to sha256:aaaaaaaaaaaa",
    );
  });

  it("has its differing fields named, in which the configuration of today waits", () => {
    const entry = { name: "web", http: { port: 1, domains: ["a"] }, replicas: 2, uses: ["api"] };
    const today = [
      { name: "web", build: { target: "new" }, http: { port: 2, domains: ["a"] }, uses: ["db"], host: "b" },
    ];
    const pin = { digest: A, release: 3, entry };
    const fields = differingFields(pin, "web", today);
    assert.deepEqual(fields, ["http/port", "replicas", "uses", "host"]);
    assert.equal(
      describePin(pin, ["configuration"], fields),
      "pinned to sha256:aaaaaaaaaaaa (update 3); newer configuration waits (http/port, replicas, uses, host)",
    );
    assert.deepEqual(differingFields({ digest: A }, "web", today), []);
    assert.deepEqual(differingFields(pin, "web", [{ ...entry, build: { target: "x" } }]), []);
  });
});
