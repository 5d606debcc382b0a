import assert from "node:assert/strict";
import {
  maintenanceFile,
  maintenanceMiddleware,
  maintenanceReply,
  parseMaintenance,
} from "../../../../model/edge/maintenance.ts";

const OWNER = { project: "slipway", stack: "dev" };

describe("maintenance", () => {
  it("let everything through when they are open", () => {
    assert.deepEqual(JSON.parse(maintenanceFile("web")), {
      http: { middlewares: { web_maintenance: { chain: { middlewares: [] } } } },
    });
  });

  it("answer 503 with Retry-After to everybody when they are shut", () => {
    assert.deepEqual(JSON.parse(maintenanceFile("web", 120)), {
      http: {
        middlewares: {
          web_maintenance: { chain: { middlewares: ["web_header", "web_closed"] } },
          web_header: { headers: { customResponseHeaders: { "Retry-After": "120" } } },
          web_closed: { ipAllowList: { sourceRange: ["255.255.255.255/32"], rejectStatusCode: 503 } },
        },
      },
    });
  });

  it("are told apart by their files, one a line", () => {
    const files = [
      maintenanceFile("slipway+dev+web", 120),
      maintenanceFile("slipway+dev+api"),
      maintenanceFile("slipway+dev+web-header", 5),
      // Another stack's, behind the same edge.
      maintenanceFile("slipway+dev2+web", 7),
    ].join("\n");
    assert.deepEqual(
      [...parseMaintenance(OWNER, `${files}\n`)],
      [
        ["web", 120],
        ["web-header", 5],
      ],
    );
    assert.equal(parseMaintenance(OWNER, "").size, 0);
  });

  it("are known to be taken over by what their own file says", () => {
    const { middlewares } = (
      JSON.parse(maintenanceFile("web", 120)) as { http: { middlewares: Record<string, object> } }
    ).http;
    const shut = maintenanceReply("web", 120);
    const named = shut.path.replace(/^.*\/(.*)@file$/, "$1");
    assert.ok(JSON.stringify(middlewares[named]).includes(shut.text));
    assert.deepEqual(maintenanceReply("web"), {
      path: `/api/http/middlewares/${maintenanceMiddleware("web")}@file`,
      text: '"chain":{}',
    });
  });
});
