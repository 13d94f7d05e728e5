/** Median and quartiles, linear between neighbours. */
export function summary(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => {
    const place = (sorted.length - 1) * share;
    const below = sorted[Math.floor(place)];
    return below + (sorted[Math.ceil(place)] - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Round by round against the same round of the floor: slow drift of the machine cancels out. */
export function ratios(samples, floor) {
  return samples.map((value, round) => value / floor[round]);
}

/** Median (quartiles), as the tables have it. */
export function spread({ median, low, high }, digits) {
  // Without a minus before nothing.
  const shown = (value) => (Number(value.toFixed(digits)) || 0).toFixed(digits);
  return `${shown(median)} (${shown(low)}${low < 0 ? " to " : "–"}${shown(high)})`;
}
