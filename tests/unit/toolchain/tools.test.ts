import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Part, Platform, Tool } from "../../../toolchain/tool.ts";
import { tools as all } from "../../../toolchain/tools.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const tools = Object.entries<Tool | Part>(all).filter(
  (entry): entry is [string, Tool] => "builds" in entry[1],
);

/** Docker's engine has another number than its Go module. Source: releases/versions.yaml in the module */
const moduleVersions: Record<string, string> = { "29.8.1": "2.0.0-beta.24" };

describe("the toolchain's tools", () => {
  it("has the versions of the npm packages", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    const packages = Object.keys(dependencies).filter((name) => name.startsWith("@pulumi/"));
    assert.equal(packages.length, 6);
    for (const name of packages) {
      const short = name.replace("@pulumi/", "");
      const tool = Object.fromEntries(tools)[short === "pulumi" ? short : `pulumi-resource-${short}`];
      assert.equal(tool?.version, dependencies[name], name);
    }
  });

  for (const [name, tool] of tools) {
    it(`builds the version of ${name} that it says`, () => {
      for (const { module, packages, ldflags = "" } of tool.builds) {
        const required = new Map(
          [...read(`toolchain/${module}/go.mod`).matchAll(/^(?:require)?\s*(\S+) v(\S+)/gm)].map(
            ([, path = "", version = ""]) => [path, version.replace("+incompatible", "")],
          ),
        );
        const flagged = /=v?(\d\S*)/.exec(ldflags)?.[1];
        for (const path of Object.values(packages)) {
          if (path === ".") continue;
          const upstream = [...required.keys()].find((required) => `${path}/`.startsWith(`${required}/`));
          assert.ok(upstream, path);
          if (!flagged) continue;
          assert.equal(required.get(upstream), moduleVersions[flagged] ?? flagged, path);
        }
        if (name in packages && flagged) assert.equal(flagged, tool.version);
      }
    });

    it(`knows the checksum of every release of ${name}, each at an https address of its own with the version`, () => {
      const { release, version } = tool;
      if (!release) return;
      const known = Object.entries(release.checksums);
      assert.ok(known.length, "built everywhere: needs no release");
      for (const [platform, checksum = ""] of known) {
        const [os, arch] = platform.split("-") as [Platform["os"], Platform["arch"]];
        assert.ok(["linux", "darwin"].includes(os) && ["amd64", "arm64"].includes(arch), platform);
        assert.match(checksum, /^[0-9a-f]{64}$/);
        const url: URL = new URL(release.url({ os, arch }));
        assert.equal(url.protocol, "https:");
        assert.ok(url.pathname.includes(version) && url.pathname.includes(os), url.href);
      }
      const distinct = new Set(known.map(([, checksum]) => checksum));
      assert.equal(distinct.size, known.length);
    });
  }
});
