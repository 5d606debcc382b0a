import assert from "node:assert/strict";
import { adviceOn, FOREIGN_WORDS } from "../../../../model/catalogue/foreign-words.ts";
import { keysAt, schemaProblems } from "../../../../model/catalogue/schema-problems.ts";
import { catalogueSchema } from "../../../../model/catalogue/service.ts";

/** The path of a place, with a number behind the name of each list. */
const pathTo = (place: string) =>
  place
    .split("/")
    .flatMap((key) => (["services", "ports", "volumes", "networks"].includes(key) ? [key, 0] : key));
const known = (place: string) => keysAt(place ? pathTo(place) : []);

describe("an unknown key of the catalogue", () => {
  const problems = (declared: object) => {
    const { error } = catalogueSchema.safeParse(declared);
    return schemaProblems(error?.issues ?? [], declared);
  };
  const service = (fields: object) => problems({ services: [{ name: "web", ...fields }] });

  for (const [place, lines] of Object.entries(FOREIGN_WORDS))
    it(`that is another tool's at "${place}" leads to a key there, or to a sentence`, () => {
      const words = lines.flatMap(([text]) => text.split(" "));
      assert.deepEqual(words, [...new Set(words)], "no word twice");
      assert.ok(!words.some((word) => known(place).includes(word)), "no word that is a key");
      const keys = lines.flatMap(([, answer]) => (typeof answer === "string" ? [] : answer.key));
      assert.deepEqual(
        keys.filter((key) => !known(place).includes(key)),
        [],
      );
      for (const [text, answer] of lines)
        for (const word of text.split(" "))
          assert.equal(
            adviceOn(word, place, known(place)),
            typeof answer === "string" ? answer : `Use "${answer.key}"`,
          );
    });

  it("has the word to use in its message, at every level", () => {
    const fields = {
      mem_limit: "1 GiB",
      oom_score_adj: 5,
      env: {},
      depends_on: [],
      build: { inline: "" },
      http: { port: 80, hosts: [], rateLimit: { average: 1, rps: 1 } },
      health: { path: "/", interval: 1 },
      ports: [{ published: 1, target: 1, container: 1 }],
      volumes: [{ source: "data", target: "/", type: "bind" }],
      preDeploy: { command: ["true"], within: "" },
    };
    assert.deepEqual(service(fields), [
      'services/web/build/inline: unknown key. Use "dockerfileInline"',
      'services/web/http/rateLimit/rps: unknown key. Use "average"',
      'services/web/http/hosts: unknown key. Use "domains"',
      'services/web/ports/0/container: unknown key. Use "target"',
      "services/web/volumes/0/type: unknown key. There is nothing to set: a source that begins with / is a path of the host, any other a volume",
      "services/web/health/interval: does not go with the other keys there",
      'services/web/preDeploy/within: unknown key. Use "timeout"',
      'services/web/mem_limit: unknown key. Use "memory"',
      "services/web/oom_score_adj: unknown key. Slipway has none: neither Pulumi's Docker plugin nor docker update can set it. " +
        "A memory limit says who ends first",
      'services/web/env: unknown key. Use "environment"',
      'services/web/depends_on: unknown key. Use "dependsOn"',
    ]);
  });

  it("that is one of ours in snake_case or misspelt leads to it", () => {
    const keys = [
      "stop_grace_period",
      "drain-timeout",
      "replica",
      "enviroment",
      "comand",
      "lables",
      "helath",
      "HTTP",
    ];
    assert.deepEqual(
      service(Object.fromEntries(keys.map((key) => [key, 1]))),
      [
        'Use "stopGracePeriod"',
        'Use "drainTimeout"',
        'Did you mean "replicas"?',
        'Did you mean "environment"?',
        'Did you mean "command"?',
        'Did you mean "labels"?',
        'Did you mean "health"?',
        'Did you mean "http"?',
      ].map((advice, index) => `services/web/${keys[index]}: unknown key. ${advice}`),
    );
  });

  it("that is nothing known leads to the reference", () => {
    const see = "unknown key. See model/catalogue/service.ts for the known ones";
    assert.deepEqual(problems({ services: [{ name: "web", colour: 1 }], colour: 1 }), [
      `services/web/colour: ${see}`,
      `colour: ${see}`,
    ]);
  });

  it("of a base is answered as that of a service; Kamal's clear and secret are told apart", () => {
    assert.deepEqual(problems({ services: [], bases: [{ name: "node", build: { path: "." } }] }), [
      'bases/node/build/path: unknown key. Use "context"',
    ]);
    assert.match(
      service({ environment: { clear: { A: "1" } } })[0] ?? "",
      /environment\/clear: .*\. Plain values stand right in environment$/,
    );
  });
});
