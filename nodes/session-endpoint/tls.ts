/** What Node-RED's own TLS node gives an endpoint, tried before it is used. */
import { createSecureContext, type SecureContextOptions } from "node:tls";
import type { Node, NodeAPI } from "node-red";

interface TlsNode extends Node {
  addTLSOptions?(options: SecureContextOptions): SecureContextOptions;
}

/** Null where no TLS node is chosen; throws RangeError where it cannot serve. */
export function readTls(RED: NodeAPI, id: unknown, isServer: boolean): SecureContextOptions | null {
  if (typeof id !== "string" || id === "") return null;
  const node = RED.nodes.getNode(id) as TlsNode | null;
  if (!node?.addTLSOptions) throw new RangeError('"tls" must be a TLS node, or none');
  const options = node.addTLSOptions({});
  if (isServer && !options.pfx && !(options.cert && options.key)) {
    throw new RangeError('"tls" must have a certificate and its key');
  }
  try {
    createSecureContext(options);
    return options;
  } catch (error) {
    throw new RangeError(`"tls": ${(error as Error).message}`);
  }
}
