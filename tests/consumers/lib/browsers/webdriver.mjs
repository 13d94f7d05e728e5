// A WebDriver client (w3.org/TR/webdriver2) of the few calls that the consumers make: WebKitGTK's driver speaks nothing else.

/** Opens a window through the driver at `driver`, an address. */
export async function openWindow(driver, capabilities) {
  async function call(method, path, body) {
    const response = await fetch(`${driver}/session${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  const { sessionId, capabilities: found } = await call("POST", "", { capabilities: { alwaysMatch: capabilities } });
  const at = `/${sessionId}`;
  return {
    version: found.browserVersion,
    go: (url) => call("POST", `${at}/url`, { url }),
    ask: (expression) => call("POST", `${at}/execute/sync`, { script: `return ${expression};`, args: [] }),
    async click(xpath) {
      // A reference to an element is an object whose only value is the element's id.
      const [element] = Object.values(await call("POST", `${at}/element`, { using: "xpath", value: xpath }));
      await call("POST", `${at}/element/${element}/click`, {});
    },
  };
}
