using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    # The relay is on this machine.
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "dist/worker.mjs"),
    (name = "reelay_bg.wasm", wasm = embed "dist/reelay_bg.wasm"),
  ],
  bindings = [
    (name = "RELAY_URL", fromEnvironment = "RELAY_URL"),
    (name = "RELAY_KEY", fromEnvironment = "RELAY_KEY"),
  ],
  # So that a worker hears of a browser that goes away before there is an answer.
  compatibilityFlags = ["enable_request_signal"],
  compatibilityDate = "2026-11-01",
);
