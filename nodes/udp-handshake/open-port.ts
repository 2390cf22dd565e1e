/** Binds a UDP port for a node, and says in plain words who has it where it cannot. */

import { type Holder, holderOf, holdPort } from "../shared/held-ports.ts";
import { type UdpListener, type UdpPlace, UdpSocket } from "./udp-socket.ts";

export interface HeldSocket {
  readonly socket: UdpSocket;
  close(): Promise<void>;
}

export class PortFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "PortFault";
    this.code = code;
  }
}

/** Rejects with PortFault. */
export async function openPort(place: UdpPlace, listener: UdpListener, holder: Holder): Promise<HeldSocket> {
  const held = { transport: "udp", ...place } as const;
  const other = holderOf(held, holder);
  if (other) throw new PortFault("held", `UDP port ${place.port} is held by ${other.label}`);
  try {
    const socket = await UdpSocket.open(place, listener);
    const release = holdPort(held, holder);
    const close = () => {
      release();
      return socket.close();
    };
    return { socket, close };
  } catch (error) {
    throw inWords(error as NodeJS.ErrnoException, place);
  }
}

function inWords({ code = "", message }: NodeJS.ErrnoException, { address, port }: UdpPlace): PortFault {
  const texts: Readonly<Record<string, string>> = {
    EADDRINUSE: `UDP port ${port} of ${address} is in use by another program`,
    EADDRNOTAVAIL: `${address} is no address of this machine`,
    EACCES: `UDP port ${port} needs rights that this process has not`,
  };
  return new PortFault(code, texts[code] ?? message);
}
