// What a reader needs of any page: controls with names, and text that stands out from what is behind it (WCAG AA).

const controls = ["button", "textbox", "combobox", "spinbutton", "link", "progressbar", "DisclosureTriangle", "DisclosureTriangleGrouped", "Video", "image", "region", "radio", "tab", "tabpanel", "dialog"];

/** Roles of the controls whose accessible name is empty, by Chromium's own reckoning. */
export async function namelessControls(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const found = nodes.filter(({ ignored, role }) => !ignored && controls.includes(role?.value));
  if (found.length < 8) throw new Error(`only ${found.length} controls found`);
  return found.filter(({ name }) => !name?.value?.trim()).map(({ role, properties }) => `${role.value} ${JSON.stringify(properties)}`);
}

/** Texts with less contrast than 4.5, or 3 where they are large. Text on the film's gradient and picture is left out. */
export const paleTexts = (page) => page.evaluate(() => {
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parse(colour).map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if ((parse(backgroundColor)[3] ?? 1) > 0) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const pale = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility({ visibilityProperty: true }) || element.closest(".empty, .leader, .spoken, .skip, noscript, option")) continue;
    const { color, fill, fontSize, fontWeight } = getComputedStyle(element);
    const [text, back] = [light(element.closest("svg") ? fill : color), light(behind(element))];
    const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) pale.push(`${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  return pale;
});
