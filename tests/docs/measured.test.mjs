// The README's measured tables are there, whole, and of what `npm run bench` measures. Their figures are a machine's: no test asks for them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { runsOf } from "../bench/nodes.mjs";
import { subjects } from "../bench/subjects.mjs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The tables between a block's marks, each a list of rows of cells, its head first. */
function tablesOf(name) {
  const found = [...readme.matchAll(new RegExp(`<!-- ${name} -->\n([^]*?)<!-- /${name} -->`, "g"))];
  assert.equal(found.length, 1, `<!-- ${name} --> stands ${found.length} times`);
  const rows = (text) => text.trim().split("\n").map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  return found[0][1].match(/(?:^\|.*\|\n)+/gm).map((text) => rows(text).filter((cells) => !cells.every((cell) => cell === "---")));
}

const columnOf = ([head], title) => {
  const at = head.indexOf(title);
  assert.ok(at >= 0, `no column "${title}" in ${head.join(", ")}`);
  return at;
};

describe("measured tables", () => {
  for (const name of ["bench", "bench-download", "bench-many", "polling"]) {
    test(`${name}: every row is whole and holds figures`, () => {
      const tables = tablesOf(name);
      for (const [head, ...rows] of tables) {
        assert.ok(rows.length > 1, name);
        for (const cells of rows) {
          assert.equal(cells.length, head.length, cells.join(" | "));
          assert.match(cells.join(" "), /\d/);
          assert.doesNotMatch(cells.join(" "), /NaN|undefined|null|Infinity/);
        }
      }
    });
  }

  test("bench: each client has a row on each Node that it is measured on, in both tables", () => {
    const [queries, held] = tablesOf("bench");
    const [client, call, node] = ["Client", "Call", "Node"].map((title) => columnOf(queries, title));
    const nodes = [...new Set(queries.slice(1).map((cells) => Number(cells[node])))].map((major) => ({ major }));
    assert.ok(nodes.length > 1, "one Node alone");
    const calls = queries.slice(1).map((cells) => `${cells[call]} on ${cells[node]}`);
    assert.deepEqual(calls, runsOf(subjects, nodes).map((run) => `\`${run.subject.call}\` on ${run.node.major}`));
    const names = ([head, ...rows], at) => rows.map((cells) => `${cells[columnOf([head], "Client")]} on ${cells[at]}`);
    assert.deepEqual(names(held, columnOf(held, "Node")), names(queries, node));
    for (const cells of queries.slice(1)) assert.match(cells[client], /^raw fetch$|^\S+ \d+\.\d+\.\d+$/);
  });

  test("bench-many: each client that waits has a row", () => {
    const [rows] = tablesOf("bench-many");
    const waiting = subjects.filter(({ measures, since = 0 }) => measures.includes("many") && since <= 20);
    assert.equal(rows.length - 1, waiting.length);
  });
});
