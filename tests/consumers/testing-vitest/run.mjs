export async function run({ run }) {
  await run(process.execPath, ["node_modules/vitest/vitest.mjs", "run"]);
}
