import { createProxy } from "reelay/proxy";

let proxy;

export default {
  fetch(request, { RELAY_URL, RELAY_KEY }) {
    proxy ??= createProxy({
      baseUrl: RELAY_URL, apiKey: RELAY_KEY, format: "openai-videos", authorize: (asked) => asked.headers.get("x-user") === "owner",
    });
    return proxy(request);
  },
};
