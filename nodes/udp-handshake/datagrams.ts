/** Elements as datagrams, with those that are too long, or long, noted. */
import { type Element, ElementEncoder, type ElementForm } from "../../lib/handshake/element.ts";
import { Recent } from "../../lib/recent.ts";

export interface DatagramOptions {
  readonly form: ElementForm;
  /** Longer datagrams are told of, once for each element name; 0: none is. */
  readonly warnBytes: number;
}

/** Names that are remembered to have been told. */
const MAX_NAMES = 1000;

export class Datagrams {
  readonly counts = { encoded: 0, oversize: 0 };
  readonly #encoder: ElementEncoder;
  readonly #warnBytes: number;
  readonly #told = new Recent<true>(MAX_NAMES);
  readonly #long: (element: string, bytes: number) => void;

  constructor({ form, warnBytes }: DatagramOptions, long: (element: string, bytes: number) => void) {
    this.#encoder = new ElementEncoder(form);
    this.#warnBytes = warnBytes;
    this.#long = long;
  }

  /** Throws RangeError, which names the element, where no datagram can hold it. */
  of(element: Element): Buffer {
    const bytes = this.#encode(element);
    this.counts.encoded++;
    if (this.#warnBytes > 0 && bytes.length > this.#warnBytes) this.#note(element.name, bytes.length);
    return bytes;
  }

  #encode(element: Element): Buffer {
    try {
      return this.#encoder.encode(element);
    } catch (error) {
      this.counts.oversize++;
      throw error;
    }
  }

  #note(name: string, bytes: number): void {
    if (this.#told.get(name)) return;
    this.#told.set(name, true);
    this.#long(name, bytes);
  }
}
