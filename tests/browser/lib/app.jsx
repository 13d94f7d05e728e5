// A small app in React for the tests: clips of tasks, in a page that a test tells what to show.
import { Component, createElement, StrictMode, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import { createClient, isReelayError } from "reelay";
import { ReelayProvider, useVideoTask } from "reelay/react";

/** The client, whose waits are noted: when each began, and how it ended. */
function noted(client) {
  const waits = [];
  const wait = (ref, options) => {
    const now = { ref, signal: options.signal, ended: false };
    waits.push(now);
    return client.wait(ref, options).finally(() => (now.ended = true));
  };
  return Object.assign({ ...client, wait }, { waits });
}

const relay = noted(createClient({ baseUrl: location.origin, format: "openai-videos", retries: 0 }));
const fast = { poll: { minMs: 10, maxMs: 20 } };

/** Every render of every clip: what it was asked to show, and what it got. */
const renders = [];

function Clip({ of, name, options }) {
  // Written anew in every render, as users do.
  const ref = of && typeof of === "object" ? { ...of } : of;
  const found = useVideoTask(ref, { ...fast, ...options });
  const { status, task, error, refresh } = found;
  renders.push({ name, of: ref?.id ?? ref, status, got: task?.id ?? null, found, refresh });
  return (
    <section aria-label={name}>
      <output>{status}</output> <data>{task ? `${task.id} ${task.status} ${task.progress}` : "no task"}</data>
      {error && <p role="alert">{error.code}: {error.message} {error.hint}</p>}
      <button onClick={refresh}>Refresh</button>
    </section>
  );
}

class Boundary extends Component {
  state = { error: null };
  static getDerivedStateFromError = (error) => ({ error });
  render() {
    const { error } = this.state;
    return error ? <p role="alert">{String(isReelayError(error))} {error.code}: {error.hint}</p> : this.props.children;
  }
}

function App({ clips, provide = true }) {
  const shown = clips.map((clip) => <Clip key={clip.name} {...clip} />);
  return <Boundary>{provide ? <ReelayProvider client={relay}>{shown}</ReelayProvider> : shown}</Boundary>;
}

let root;
/** Renders, effects included. */
function show(clips, { strict = true, provide } = {}) {
  root ??= createRoot(document.body.appendChild(document.createElement("main")));
  flushSync(() => root.render(createElement(strict ? StrictMode : "div", null, <App clips={clips} provide={provide} />)));
}

function hydrate(clips) {
  root = hydrateRoot(document.querySelector("main"), <App clips={clips} />);
}

let setCount;
function Counter({ of }) {
  const [count, set] = useState(0);
  setCount = set;
  return <div data-count={count}><Clip name="counted" of={of} /></div>;
}

/** Renders again and again around a clip. */
function again(of, times) {
  root ??= createRoot(document.body.appendChild(document.createElement("main")));
  flushSync(() => root.render(<ReelayProvider client={relay}><Counter of={of} /></ReelayProvider>));
  for (let time = 1; time <= times; time++) flushSync(() => setCount(time));
}

const waits = () => relay.waits.map(({ ref, signal, ended }) => ({ of: ref?.id ?? ref, aborted: signal.aborted, ended }));
Object.assign(window, { show, hydrate, again, renders, waits, relay, own: noted(createClient({ baseUrl: location.origin, format: "openai-videos", retries: 0 })), ready: true });
