//! The bytes of an output: a film of a few kilobytes whose every byte tells its place and its version.

/// Of which an output may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    pub seed: u64,
    pub size: usize,
    pub version: u32,
}

impl File {
    pub fn byte(&self, at: usize) -> u8 {
        const BOX: &[u8; 12] = b"\0\0\0\x20ftypisom";
        if let Some(byte) = BOX.get(at) {
            return *byte;
        }
        let word = (self.seed ^ u64::from(self.version) << 48).wrapping_add(at as u64 >> 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (word ^ (word >> 29)).to_be_bytes()[at & 3]
    }

    pub fn bytes(&self, from: usize, to: usize) -> Vec<u8> {
        (from.min(to)..to.min(self.size)).map(|at| self.byte(at)).collect()
    }

    /// A version differs in all that a server may tell of it.
    pub fn etag(&self) -> String {
        format!("\"{:x}-{}\"", self.seed & 0xffff, self.version)
    }

    pub fn date(&self) -> String {
        format!("Sat, 21 Nov 2026 10:00:{:02} GMT", self.version % 60)
    }
}
