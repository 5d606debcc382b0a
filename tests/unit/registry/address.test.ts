import assert from "node:assert/strict";
import { apiHost, loginKey, speaksHttp } from "../../../registry/address.ts";

describe("a registry's address", () => {
  it("is Docker Hub's own for its API, and what docker login has it under", () => {
    for (const name of ["docker.io", "index.docker.io", "registry-1.docker.io"])
      assert.deepEqual(
        [apiHost(name), loginKey(name)],
        ["registry-1.docker.io", "https://index.docker.io/v1/"],
      );
    for (const name of ["ghcr.io", "127.0.0.1:5000", "mydocker.io"])
      assert.deepEqual([apiHost(name), loginKey(name)], [name, name]);
  });

  it("is asked without TLS on this machine alone", () => {
    assert.deepEqual(["localhost", "localhost:5000", "127.0.0.2:5000"].map(speaksHttp), [true, true, true]);
    assert.deepEqual(["ghcr.io", "localhost.lan", "10.0.0.1:5000"].map(speaksHttp), [false, false, false]);
  });
});
