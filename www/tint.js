// Code in colours: comments, texts and the words of the language.

const parts = /(?<comment>\/\/.*|^#.*)|(?<string>"(?:\\.|[^"\\])*"|'[^']*'|`(?:\\.|[^`\\])*`)|(?<word>\b(?:import|from|export|const|let|await|async|for|of|if|else|new|return|continue)\b)/gm;

/** @param {string} text @returns {(Node | string)[]} */
export function tinted(text) {
  const made = [];
  let at = 0;
  for (const match of text.matchAll(parts)) {
    const [name] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    const span = document.createElement("span");
    span.className = name;
    span.textContent = match[0];
    made.push(text.slice(at, match.index), span);
    at = match.index + match[0].length;
  }
  return [...made, text.slice(at)];
}
