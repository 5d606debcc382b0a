import assert from "node:assert/strict";
import type { Service } from "../../../../model/catalogue/service.ts";
import { secretFor } from "../../../../model/catalogue/secret-names.ts";

describe("the secret that a variable of a .env file is for", () => {
  const secrets = [
    ...[{ name: "db-password" }, { name: "key" }, { name: "other" }],
    ...[
      { name: "made", generate: 32 },
      { name: "printed", command: ["true"] },
    ],
  ];
  const services: Service[] = [
    { name: "web", secrets: { API_KEY: "key", TWO: "key", MADE_BY: "made" } },
    { name: "api", secrets: { API_KEY: "key", TWO: "other" } },
  ];

  it("is one of its name, or the only one that services have as that variable, if it is given", () => {
    const found = ["db-password", "DB_PASSWORD", "KEY", "API_KEY"].map((name) =>
      secretFor(name, { services, secrets }),
    );
    assert.deepEqual(found, ["db-password", "db-password", "key", "key"]);
  });

  it("is none where services have two so, it is made or printed, or nobody has it", () => {
    for (const name of ["TWO", "MADE", "MADE_BY", "PRINTED", "NOTHING"])
      assert.equal(secretFor(name, { services, secrets }), undefined, name);
  });
});
