// Stands between a wasm-bindgen module and its host: counts the calls in and out. Imported before the client is.

export const watched = { on: false, in: {}, out: {}, memory: null };

const count = (calls, name, call) =>
  function (...values) {
    if (watched.on) calls[name] = (calls[name] ?? 0) + 1;
    return Reflect.apply(call, this, values);
  };
const each = (from, calls) =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, typeof value === "function" ? count(calls, name, value) : value]));
/** The host's functions are wrapped before anyone can tell whose they are: those of other modules add names of their own to `out`. */
const around = (imports) => Object.fromEntries(Object.entries(imports ?? {}).map(([module, from]) => [module, each(from, watched.out)]));

const { Instance, instantiate } = WebAssembly;

function watch(instance) {
  // Node's own HTTP parser is one of those that are not looked at.
  if (!Object.keys(instance.exports).some((name) => name.startsWith("__wbindgen"))) return instance;
  watched.memory = instance.exports.memory;
  return Object.create(Instance.prototype, { exports: { value: each(instance.exports, watched.in) } });
}

WebAssembly.Instance = function (module, imports) {
  return watch(new Instance(module, around(imports)));
};
WebAssembly.Instance.prototype = Instance.prototype;
WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate(source, around(imports));
  return made instanceof Instance ? watch(made) : { ...made, instance: watch(made.instance) };
};
