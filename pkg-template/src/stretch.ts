// What is done for thousands at once is done in stretches, between which others have their turn.

/** Milliseconds. */
const LENGTH = 4;

/** Begins a stretch; gives whether it is over. */
export function stretch(): () => boolean {
  const until = Date.now() + LENGTH;
  return () => Date.now() > until;
}
