// The one version that everything of a release must name.

/** The version and the date of a changelog's top entry; null where it has none. */
export function topEntry(changelog) {
  const found = changelog.match(/^## \[([^\]]+)\](?: - (.*))?$/m);
  return found && { version: found[1], date: (found[2] ?? "").trim() };
}

/** Where the versions disagree, one sentence each. A tag is that of a release: its entry has a date. */
export function disagreements({ cargo, lock, changelog, tag }) {
  const problems = [];
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(cargo)) problems.push(`Cargo.toml: "${cargo}" is no version`);
  if (lock !== cargo) problems.push(`Cargo.lock has ${lock ?? "no version of reelay"}, Cargo.toml ${cargo}: run "cargo update --workspace"`);
  const top = topEntry(changelog);
  if (!top) problems.push('CHANGELOG.md has no entry like "## [0.1.0] - 2026-01-31"');
  else if (top.version !== cargo) problems.push(`CHANGELOG.md begins with ${top.version}, Cargo.toml has ${cargo}`);
  else if (!/^(?:\d{4}-\d\d-\d\d|Unreleased)$/.test(top.date)) problems.push(`CHANGELOG.md: the entry of ${top.version} has the date "${top.date}", not one like 2026-01-31`);
  else if (tag !== undefined && top.date === "Unreleased") problems.push(`CHANGELOG.md says that ${top.version} is unreleased: write the date`);
  if (tag !== undefined && tag !== `v${cargo}`) problems.push(`the tag is ${tag}, and Cargo.toml has ${cargo}: it should be v${cargo}`);
  return problems;
}
