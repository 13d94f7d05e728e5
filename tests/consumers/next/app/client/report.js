"use client";
// A client component: rendered on the server too, so its import must be harmless there; the calls are made in the browser.
import { useEffect, useState } from "react";
import { createClient, isReelayError, ReelayError } from "reelay";
import { calls } from "../../calls.mjs";

// Once, though the dev server's strict mode runs each effect twice.
let made;

export function Report({ relay }) {
  const [report, setReport] = useState(null);
  useEffect(() => {
    made ??= calls({ createClient, isReelayError, ReelayError }, relay);
    made.then((report) => {
      globalThis.report = report;
      setReport(report);
    });
  }, [relay]);
  return <pre>{report ? JSON.stringify(report) : `no calls yet, ${typeof createClient}`}</pre>;
}
