/** IPv4 addresses as everybody names them. */

const MAPPED = /^::ffff:(?=\d+\.)/i;

/** A socket of both families names an IPv4 peer `::ffff:127.0.0.1`. */
export function plainAddress(address: string): string {
  return address.replace(MAPPED, "");
}
