// A task told in a conversation: streamed as it goes, or answered in one piece at its end.

import type { Step } from "../testing-types.ts";
import { errorBody, valuesOf, type Links } from "./bodies.ts";
import { beforeHeaders, broken, onSocket, type Moment } from "./faults.ts";
import { fillText } from "./fill.ts";
import { poll, restOf, viewOf, type Life, type View } from "./lives.ts";
import { jsonResponse, textResponse } from "./responses.ts";
import type { Route } from "./routes.ts";
import { sampleOf } from "./table.ts";

/** Tokens are cut anywhere: a link spreads over several of these. */
const PIECE = 48;

export async function conversation(
  route: Route, life: Life, streamed: boolean, linksOf: (view: View) => Links, moment: Moment,
): Promise<Response> {
  const { row, bodies } = route;
  const { clock, signal } = moment;
  const json = (of: string, view: View) => {
    const values = valuesOf(row, view, linksOf(view), clock.now(), "");
    return JSON.stringify(fillText(sampleOf(row, bodies, of).body, values));
  };

  /** The views of the life, until it has ended or no more steps come. */
  async function* course(): AsyncGenerator<{ step: Step; view: View }> {
    for (;;) {
      const step = poll(life, clock.now());
      const view = viewOf(life, clock.now());
      yield { step, view };
      const { last, ms } = restOf(life, clock.now());
      if (last || isFinal(view)) return;
      if (ms > 0) await clock.sleep(ms, signal);
    }
  }

  const views = course();
  const first = await views.next();
  if (first.done) return jsonResponse(null, 500);
  await beforeHeaders(first.value.step, moment);
  const { http = 200 } = first.value.step;
  if (http >= 400) return textResponse(first.value.step, (status) => errorBody(row, bodies, status, first.value.step.error), moment);

  if (!streamed) {
    let { view } = first.value;
    for await (const next of views) ({ view } = next);
    return new Response(json(view.reading === "succeeded" ? "succeeded" : "failed", view), { headers: { "content-type": "application/json; charset=utf-8" } });
  }

  async function* events(): AsyncGenerator<string> {
    yield json("chunk:created", first.value!.view);
    yield json(`chunk:${first.value!.view.reading}`, first.value!.view);
    let final = isFinal(first.value!.view);
    for await (const { step, view } of views) {
      if (step.reset) throw broken("terminated", "ECONNRESET", "read ECONNRESET");
      final = isFinal(view);
      yield json(`chunk:${view.reading}`, view);
    }
    // A life without an end breaks off.
    if (final) yield "[DONE]";
  }

  const response = new Response(inPieces(events()), { headers: { "content-type": "text/event-stream", "cache-control": "no-cache" } });
  onSocket.set(response, { chunkBytes: PIECE });
  return response;
}

function inPieces(events: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting = new Uint8Array();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (waiting.length === 0) {
        const next = await events.next();
        if (next.done) return controller.close();
        waiting = encoder.encode(`data: ${next.value}\n\n`);
      }
      controller.enqueue(waiting.slice(0, PIECE));
      waiting = waiting.slice(PIECE);
    },
    cancel: () => void events.return(undefined),
  }, { highWaterMark: 0 });
}

const isFinal = ({ reading }: View) => reading === "succeeded" || reading === "failed" || reading === "expired";
