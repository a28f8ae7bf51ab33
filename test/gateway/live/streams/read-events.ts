/** Reads events until there are so many, comments included. */
export async function readEvents(url: string, count: number, path = "ds/m1/x"): Promise<readonly string[]> {
  const response = await fetch(`${url}/api/live/sse/${path}`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n\n").length <= count) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += part.value;
  }
  await reader?.cancel();
  return text.split("\n\n").filter((event) => event !== "");
}
