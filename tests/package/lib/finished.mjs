// A finished task behind a proxy, whose video is on a CDN; and what none of the proxy's answers may say.
import { body, storage, task } from "./upstream.mjs";
import { video } from "./video.mjs";

export const clip = video(50_000);
export const CDN = "https://cdn.example/v.mp4?sig=very-secret-signature";
/** The relay and the CDN of the task "a". */
export const finished = (url, headers) => {
  if (url.host === "cdn.example") return storage(clip)(headers);
  if (url.pathname === "/v1/videos/a") return body(task("completed", { video_url: CDN }));
  return undefined;
};
/** What can be asked about it. */
export const paths = ["/v1/videos/a", "/v1/videos/a/content", "/v1/video/query?id=a", "/v1/video/generations/a"];
export const secret = /sk-server-only|4711|very-secret|relay\.example|cdn\.example/;

/** Everything that an answer says. */
export const said = async (answer) => JSON.stringify([answer.status, [...answer.headers], Buffer.from(await answer.arrayBuffer()).toString("latin1")]);
