import assert from "node:assert/strict";
import fc from "fast-check";
import { page } from "../../../report/page.ts";
import { build, change, release, reportData, service, update } from "./data.ts";

const HOSTILE = `<script>alert("x")</script><img src=x onerror='y'>&`;

/** A page in which every text that others have written is that one. */
function pageOf(text: string): string {
  return page(
    reportData({
      project: text,
      stack: text,
      hosts: [
        {
          name: text,
          address: text,
          hasEdge: true,
          services: [service(text, { http: true }), service("b", { uses: [text, "far"] })],
        },
      ],
      live: [{ service: text, answering: [text], since: text }],
      releases: [
        release({
          author: text,
          run: text,
          commit: text,
          message: text,
          started: text,
          changes: [change({ service: text, image: text })],
        }),
      ],
      metrics: [
        update({
          started: text,
          commit: text,
          builds: [build({ image: text, outcome: "not built" })],
          phases: { start: 1, build: 1, create: 1, cutover: 1, rest: 1 },
        }),
      ],
      sizes: { [text]: [{ platform: text, layers: [{ digest: text, size: 1, by: text }] }] },
      registry: { name: text, problem: text },
      gap: text,
    }),
  );
}

describe("the report's page", () => {
  it("shows texts of others as texts", () => {
    const html = pageOf(HOSTILE);
    assert.doesNotMatch(html, /<script|<img|onerror='/);
    assert.match(html, /&#60;script&#62;alert/);
  });

  it("has the same elements whatever texts there are", () => {
    const elements = (html: string) => html.match(/<[a-z!/]/g)?.length;
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1 }), (text) => {
        assert.equal(
          elements(pageOf(text.replaceAll("@", "<").padEnd(20, "x"))),
          elements(pageOf("x".repeat(20))),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("is written of a stack that has done nothing yet", () => {
    const html = page(reportData());
    assert.match(html.replace(/\s+/g, " "), /0 of 0 services answer on 0 hosts; last update none/);
    assert.doesNotMatch(html, /undefined|NaN|\[object/);
  });
});
