/** Listens as the editor does: debug messages and node statuses over its WebSocket. */

export interface CommsMessage {
  readonly topic: string;
  readonly data: { readonly id?: string; readonly [field: string]: unknown };
}

export interface EditorComms {
  /** The first message, past or to come, that passes the test. */
  first(test: (message: CommsMessage) => boolean): Promise<CommsMessage>;
  /** All that came, as JSON. */
  all(): string[];
  forget(): void;
  close(): void;
}

export async function openComms(origin: string): Promise<EditorComms> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/comms`);
  const heard: CommsMessage[] = [];
  const listeners = new Set<() => void>();
  socket.onmessage = ({ data }) => {
    heard.push(...[JSON.parse(String(data)) as CommsMessage | CommsMessage[]].flat());
    for (const listener of [...listeners]) listener();
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.send(JSON.stringify({ subscribe: "debug" }));
  socket.send(JSON.stringify({ subscribe: "status/#" }));

  function first(test: (message: CommsMessage) => boolean): Promise<CommsMessage> {
    return new Promise((resolve) => {
      const look = () => {
        const found = heard.find(test);
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  }

  return {
    first,
    all: () => heard.map((message) => JSON.stringify(message)),
    forget: () => void heard.splice(0),
    close: () => socket.close(),
  };
}
