/** A fetch that answers from memory with the subject's two bodies in turn, and keeps what it was asked. */
export function stubFor(subject) {
  const init = { status: 200, headers: { "content-type": "application/json" } };
  const texts = subject.tasks.map((task) => task.text);
  const stub = {
    calls: 0,
    last: null,
    fetch: async (...request) => {
      stub.last = request;
      return new Response(texts[stub.calls++ & 1], init);
    },
    /** Throws unless the last call asked for `task` with the key. */
    verify(task) {
      const { url, headers } = new Request(...stub.last);
      if (!url.includes(task.id)) throw new Error(`${subject.name} asked ${url}, not for ${task.id}`);
      if (headers.get(subject.key.header) !== subject.key.value) throw new Error(`${subject.name} sent no key`);
    },
  };
  return stub;
}
