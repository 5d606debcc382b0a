// What lib/http.ts takes of undici. A file of its own, so that it is loaded only when somebody is asked: it has a hundred
// files, a sixth of a second, and most updates ask no registry.
export { Agent, EnvHttpProxyAgent, request } from "undici";
