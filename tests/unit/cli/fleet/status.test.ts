import assert from "node:assert/strict";
import { formatOpenings, formatOrigin } from "../../../../cli/fleet/status.ts";

describe("slipway status", () => {
  it("has the edge's version and its image's age, as far as the image says them", () => {
    const edge = { service: "edge", slot: "0", host: "main", health: "healthy", drift: [] };
    const days = (count: number) => new Date(Date.now() - count * 86_400_000 - 1000).toISOString();
    assert.deepEqual(formatOrigin({ ...edge, version: "v3.6.5", created: days(120) }), [
      "edge on main: version v3.6.5, its image was made 120 d ago\n",
    ]);
    assert.deepEqual(formatOrigin({ ...edge, created: days(3) }), [
      "edge on main: its image was made 3 d ago\n",
    ]);
    for (const created of [undefined, "-", "1980-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
      assert.deepEqual(formatOrigin({ ...edge, ...(created && { created }) }), [], created);
    assert.deepEqual(formatOrigin({ ...edge, service: "web", created: days(3) }), []);
  });

  it("has a stock image's name, with the version that its label says", () => {
    const db = { service: "db", slot: "1", host: "main", health: "healthy", drift: [], image: "postgres:17" };
    assert.deepEqual(formatOrigin({ ...db, version: "17.6" }), ["db.1 on main: postgres:17, version 17.6\n"]);
    assert.deepEqual(formatOrigin(db), ["db.1 on main: postgres:17\n"]);
  });

  it("says once for all replicas what a service opens", () => {
    const web = { service: "web", slot: "0", host: "main", health: "healthy", drift: [] };
    const open = ["privileged", "gpus"];
    assert.deepEqual(
      formatOpenings([
        { ...web, open },
        { ...web, slot: "1", open },
        { ...web, service: "api" },
      ]),
      ["web: open: privileged; gpus\n"],
    );
  });
});
