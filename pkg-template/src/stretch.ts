// What is done for thousands at once is done in stretches, between which others have their turn.

/** Milliseconds. */
const LENGTH = 4;
/** However slow the host is; so few need no timer. */
const FEW = 32;

/** Begins a stretch; gives whether it is over, asked once for each of those thousands. */
export function stretch(): () => boolean {
  const until = Date.now() + LENGTH;
  let done = 0;
  return () => ++done > FEW && Date.now() > until;
}
