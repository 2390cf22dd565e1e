/** Appends readings of one topic to an embedded backend: the topic is found once, and no promise is made. */
import type { Appends } from "./appends.ts";
import type { Appender, Backend, Reading } from "./backend.ts";
import type { Track } from "./track.ts";

export class TopicAppender implements Appender {
  readonly store: Backend;
  readonly #appends: Appends;
  readonly #topic: string;
  #track: Track | undefined;

  constructor(store: Backend, appends: Appends, topic: string) {
    this.store = store;
    this.#appends = appends;
    this.#topic = topic;
  }

  append(reading: Reading): string {
    if (this.#track?.isHeld !== true) this.#track = this.#appends.find(this.#topic);
    return this.#appends.appendReading(this.#track, this.#topic, reading);
  }
}
