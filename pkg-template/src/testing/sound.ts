/** A quarter of a second of a quiet A: WAV, 8 bits, 8 kHz. */
export function sound(): Uint8Array<ArrayBuffer> {
  const rate = 8000;
  const count = rate / 4;
  const wav = new Uint8Array(44 + count);
  const view = new DataView(wav.buffer);
  wav.set(new TextEncoder().encode("RIFF....WAVEfmt "));
  view.setUint32(4, 36 + count, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  wav.set(new TextEncoder().encode("data"), 36);
  view.setUint32(40, count, true);
  for (let i = 0; i < count; i++) wav[44 + i] = 128 + Math.round(20 * Math.sin((2 * Math.PI * 440 * i) / rate));
  return wav;
}
