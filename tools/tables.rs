//! Prints the crate's tables as JSON, for the package build: `cargo run --example tables`.

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    println!("{}", serde_json::json!(reelay::tables::tables()));
}
