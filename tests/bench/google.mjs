/** Either major of Google's client asks for an operation in the same way. */
export const operationsOf = (GoogleGenAI, GenerateVideosOperation) => ({ baseUrl, apiKey, fetch }) => {
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl, fetch } });
  return (id) => {
    const operation = new GenerateVideosOperation();
    operation.name = id;
    return client.operations.getVideosOperation({ operation });
  };
};
