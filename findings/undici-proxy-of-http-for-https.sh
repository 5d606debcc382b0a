#!/bin/sh
# undici 7.30.2: EnvHttpProxyAgent sends https through HTTP_PROXY where HTTPS_PROXY is not set, and knows no address ranges
# in NO_PROXY.
#
# curl and Go's programs (docker, buildx, pulumi) then connect directly: HTTP_PROXY is for http. A tool that stands
# beside them and takes its proxies from the same variables sends its https, logins included, to another machine than they do. And
# NO_PROXY=127.0.0.0/8, which Go reads as a range, is to undici a name that nothing has.
# Slipway gives it the proxy of the one protocol that is asked for, and reads ranges by itself: lib/http.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" undici@7.30.2

cat >ask.js <<'END'
const { createServer } = require("node:net");
const { EnvHttpProxyAgent, request } = require("undici");

const asked = [];
const proxy = createServer((socket) => {
  socket.once("data", (data) => {
    asked.push(data.toString().split(" HTTP")[0]);
    socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
  });
}).listen(0, "127.0.0.1", async () => {
  const http_proxy = `http://127.0.0.1:${proxy.address().port}`;
  for (const [what, url, noProxy] of [
    ["https, HTTP_PROXY alone", "https://registry.invalid/v2/", ""],
    ["an address, NO_PROXY has its range", "https://127.0.0.2:9/v2/", "127.0.0.0/8"],
    ["an address, NO_PROXY has itself", "https://127.0.0.2:9/v2/", "127.0.0.2"],
  ]) {
    asked.length = 0;
    Object.assign(process.env, { http_proxy, no_proxy: noProxy });
    const dispatcher = new EnvHttpProxyAgent();
    await request(url, { dispatcher }).catch(() => undefined);
    console.log(`${what}: ${asked[0] ?? "directly"}`);
  }
  process.exit();
});
END
env -u HTTP_PROXY -u HTTPS_PROXY -u https_proxy -u NO_PROXY node ask.js >seen
cat seen

diff seen - <<'END'
https, HTTP_PROXY alone: CONNECT registry.invalid:443
an address, NO_PROXY has its range: CONNECT 127.0.0.2:9
an address, NO_PROXY has itself: directly
END
echo "as described"
