import assert from "node:assert/strict";
import fc from "fast-check";
import { type Phase, type Span, phasesOf } from "../../../../model/metrics/phases.ts";

describe("phases of a run", () => {
  it("count time in which several services are worked on once", () => {
    const spans: Span[] = [
      { phase: "build", from: 1000, to: 4000 },
      { phase: "build", from: 2000, to: 3000 },
      { phase: "build", from: 3500, to: 5000 },
      { phase: "cutover", from: 4500, to: 6000 },
    ];
    assert.deepEqual(phasesOf(0, 500, spans, 8000), {
      start: 0.5,
      build: 4,
      create: 0,
      cutover: 1.5,
      rest: 2.5,
    });
  });

  it("are each within the run, and together with the rest make up at least all of it", () => {
    const span = fc
      .record({
        phase: fc.constantFrom<Phase>("build", "create", "cutover"),
        from: fc.nat(10_000),
        length: fc.nat(5_000),
      })
      .map(({ phase, from, length }) => ({ phase, from: 100 + from, to: 100 + from + length }));
    fc.assert(
      fc.property(fc.array(span), (spans) => {
        const phases = Object.values(phasesOf(0, 100, spans, 15_100)) as number[];
        const sum = phases.reduce((total, seconds) => total + seconds, 0);
        return phases.every((seconds) => seconds >= 0 && seconds <= 15.1) && sum >= 15.1 - 1e-9;
      }),
    );
  });
});
