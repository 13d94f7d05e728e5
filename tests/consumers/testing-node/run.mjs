export async function run({ run }) {
  await run(process.execPath, ["--test", "render.test.mjs"]);
}
