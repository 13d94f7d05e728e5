"use client";
// The hook: rendered on the server as waiting, and waited for in the browser.
import { useEffect, useState } from "react";
import { createClient } from "reelay";
import { ReelayProvider, useVideoTask } from "reelay/react";

function Shown() {
  const { status, task } = useVideoTask("done");
  useEffect(() => {
    if (status === "done") globalThis.report = { status, task: task.status };
  }, [status, task]);
  return <output>{status}</output>;
}

export function Clip({ relay }) {
  const [client] = useState(() => createClient({ baseUrl: relay, apiKey: "consumer-key", format: "openai-videos" }));
  return <ReelayProvider client={client}><Shown /></ReelayProvider>;
}
