import assert from "node:assert/strict";
import { parseProcesses } from "../../../lib/processes.ts";
import { continuesOnError } from "../../../settings/unsafe-flags.ts";

/** A process table in which process 30 is a program that this command line has started. */
const under = (commandLine: string) => `
    1     0     0 /sbin/init
   10     1  1000 ${commandLine}
   20    10  1000 /usr/bin/pulumi-language-nodejs -typescript=false 127.0.0.1:4000
   30    20  1000 node run.js --continue-on-error
   40     1  1000 pulumi up --continue-on-error
`;

describe("an engine told to go on after errors", () => {
  const told = (commandLine: string, environment = {}) =>
    continuesOnError(environment, 30, parseProcesses(under(commandLine)));

  it("is known by its flag, and no other process by it", () => {
    assert.equal(told("pulumi up --continue-on-error --yes"), true);
    assert.equal(told("/opt/pulumi up --yes --continue-on-error=true"), true);
    assert.equal(told("pulumi up --yes"), false);
    assert.equal(told("pulumi up --continue-on-error=false"), false);
  });

  it("is known by its variable", () => {
    assert.equal(told("pulumi up", { PULUMI_CONTINUE_ON_ERROR: "true" }), true);
    assert.equal(told("pulumi up", { PULUMI_CONTINUE_ON_ERROR: "false" }), false);
  });
});
