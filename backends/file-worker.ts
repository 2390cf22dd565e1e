/** The worker thread of the file backend: the only one that touches the disk, so that no sync blocks the runtime. */
import { parentPort, workerData } from "node:worker_threads";
import { BackendError } from "./backend.ts";
import { beginLife, openDatabase, readEntries } from "./database.ts";
import { DatabaseWriter } from "./database-writer.ts";
import { buffersOf, type FromWorker, type ToWorker } from "./file-messages.ts";

export interface WorkerOptions {
  readonly path: string;
  readonly newEpoch: string;
  /** 0: as large as the disk allows. */
  readonly maxBytes: number;
  readonly sync: boolean;
}

/** Topics whose removed entries are deleted in one go, before the next commit gets its turn. */
const REMOVED_TOPICS = 50;

if (parentPort) run(workerData as WorkerOptions);

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}

function run({ path, newEpoch, maxBytes, sync }: WorkerOptions): void {
  try {
    const db = openDatabase(path, maxBytes);
    send(beginLife(db, newEpoch));
    for (const rows of readEntries(db)) send({ type: "rows", rows }, buffersOf(rows));
    serve(new DatabaseWriter(db, sync));
    send({ type: "ready" });
  } catch (error) {
    const code = error instanceof BackendError ? error.code : "unwritable";
    send({ type: "failed", code, message: (error as Error).message });
    parentPort!.close();
  }
}

function serve(writer: DatabaseWriter): void {
  const removed = new Map<number, number>();
  let deleting = false;

  function deleteRemoved(): void {
    const marks = [...removed].slice(0, REMOVED_TOPICS);
    for (const [topic] of marks) removed.delete(topic);
    deleting = writer.deleteRemoved(marks) && removed.size > 0;
    if (deleting) setImmediate(deleteRemoved);
  }

  parentPort!.on("message", (message: ToWorker) => {
    if (message.type === "commit") send({ type: "committed", error: writer.commit(message) });
    else if (message.type === "removed") {
      for (const [topic, upTo] of message.marks) removed.set(topic, upTo);
      if (!deleting) setImmediate(deleteRemoved);
      deleting = true;
    } else {
      if (deleting) writer.deleteRemoved([...removed]);
      removed.clear();
      writer.close(message.sequence);
      parentPort!.close();
    }
  });
}
