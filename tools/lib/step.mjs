// A set-up step: skipped when done, otherwise it says what it does, how long that may take, and how long it took.
import { say, seconds } from "./print.mjs";

export async function step({ name, takes, done, work }) {
  if (await done?.()) return;
  const start = performance.now();
  say(`setup: ${name} (${takes})`);
  await work();
  say(`setup: ${name}: done in ${seconds(start)}`);
}
