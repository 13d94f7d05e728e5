// What lets a page of another origin use the relay.

const ALLOWED = ["Authorization", "Content-Type", "Range", "If-Range", "Cache-Control"];

export function corsHeaders(): [string, string][] {
  return [
    ["access-control-allow-origin", "*"],
    ["access-control-expose-headers", "Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified, Retry-After, X-Request-Id"],
  ];
}

/** `*` does not cover Authorization, so every header that is asked for is named. */
export function preflight(request: Request): Response {
  const asked = request.headers.get("access-control-request-headers");
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, HEAD, POST, DELETE, OPTIONS",
      "access-control-allow-headers": asked ? `${ALLOWED.join(", ")}, ${asked}` : ALLOWED.join(", "),
      "access-control-max-age": "600",
    },
  });
}
