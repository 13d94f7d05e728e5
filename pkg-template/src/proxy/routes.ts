// Which task a request names, and what of it. The relay's own format shows nowhere: these are the paths that every client asks first.

export interface Route {
  taskId: string;
  action: "query" | "content";
  /** The path that the proxy is mounted at. */
  mount: string;
}

const paths = /^(.*?)\/v1\/(?:videos\/(.+?)(\/content)?|video\/generations\/(.+)|video\/query)$/;

/** Undefined for a path that is not served. */
export function routeOf({ pathname, searchParams }: URL): Route | undefined {
  const found = paths.exec(pathname);
  if (!found) return undefined;
  const [, mount = "", video, content, generation] = found;
  try {
    const named = video ?? generation;
    // Some servers hand the slashes of an id on unescaped: they are the id's all the same.
    const taskId = named === undefined ? searchParams.get("id") : decodeURIComponent(named);
    return taskId ? { taskId, action: content ? "content" : "query", mount } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The origin that a browser asked. Next tells its own name in place of the request's, and behind a server that ends TLS every URL says
 * http. A sender who lies here lies to itself: no cache keeps the answer.
 */
export function originOf({ protocol, host, origin }: URL, headers: Headers): string {
  const secure = headers.get("x-forwarded-proto")?.split(",")[0]!.trim() === "https";
  const asked = `${secure ? "https:" : protocol}//${headers.get("host") ?? host}`;
  return URL.canParse(asked) ? new URL(asked).origin : origin;
}

/** The address of one output, as browsers see it. */
export const contentUrl = (base: string, taskId: string, output: number): string =>
  `${base}/v1/videos/${encodeURIComponent(taskId)}/content?output=${output}`;
