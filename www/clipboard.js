// The clipboard, which a page has only where it came over a safe way, and may be refused even there.

/** @param {string} text @returns {Promise<boolean>} whether it is there now */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
