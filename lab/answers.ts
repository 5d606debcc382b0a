import { get } from "node:http";
import { connect, type NetConnectOpts } from "node:net";
import { runningMachine } from "./machine.ts";

/** Whether something takes connections there, a port or a unix socket, within 2 seconds. */
export async function accepts(where: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...where, timeout: 2000 });
    const done = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", done(true)).on("error", done(false)).on("timeout", done(false));
  });
}

/** Whether the Docker engine of a host answers within 5 seconds. (Its socket opens before it does.) */
export async function engineAnswers(lab: string, host: string): Promise<boolean> {
  const pid = runningMachine(lab, host)?.pid;
  if (pid === undefined) return false;
  return new Promise((resolve) => {
    const socketPath = `/proc/${pid}/root/run/docker.sock`;
    const request = get({ socketPath, path: "/_ping", timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(false);
    });
  });
}
