"use client";
// A client component: rendered on the server too, so its import must be harmless there; the calls are made in the browser.
import { useEffect, useState } from "react";
import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "../../calls.mjs";

export function Report({ relay }) {
  const [report, setReport] = useState(null);
  useEffect(() => {
    calls({ createClient, isReelayError, ReelayError }, relay).then((made) => {
      globalThis.report = made;
      setReport(made);
    });
  }, [relay]);
  return <pre>{report ? JSON.stringify(report) : `no calls yet, ${typeof createClient}`}</pre>;
}
