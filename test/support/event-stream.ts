/** Reads a server-sent event stream as any client would: fields, blank line, event. */

export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

export interface EventStream {
  /** The next event with data; rejects when the stream ends. */
  next(): Promise<StreamEvent>;
  /** The last id seen, with or without data. */
  lastId(): string;
  close(): void;
}

export async function openEventStream(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const parsed: StreamEvent[] = [];
  let rest = "";
  let id = "";

  function take(block: string): void {
    const fields = { event: "message", data: [] as string[] };
    for (const line of block.split("\n")) {
      const [name, ...value] = line.split(": ");
      if (name === "data") fields.data.push(value.join(": "));
      if (name === "event") fields.event = value.join(": ");
      if (name === "id") id = value.join(": ");
    }
    if (fields.data.length > 0) parsed.push({ event: fields.event, data: fields.data.join("\n"), id });
  }

  async function next(): Promise<StreamEvent> {
    for (;;) {
      const event = parsed.shift();
      if (event) return event;
      const { value, done } = await reader.read();
      if (done) throw new Error("the stream ended");
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop()!;
      blocks.forEach(take);
    }
  }

  return { next, lastId: () => id, close: () => abort.abort() };
}
