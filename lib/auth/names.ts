/** Whose messages an account's are: its device, and its user's name. */
import { isDevice } from "../store/ids.ts";

/** A device's account bears the device's name; a user's is a device of the network that is asked, if any. */
export function deviceOf(account: string, network: string): string | null {
  if (isDevice(account)) return account;
  return network === "" ? null : `${network}/${account}`;
}

/** `benbot`, of the user `benbot` and of the device `robot/benbot`. */
export function userOf(account: string): string {
  return account.slice(account.indexOf("/") + 1);
}

/** A device may give its address for its name. */
export function isNamed(account: string, name: string): boolean {
  return account === name || account.endsWith(`/${name}`);
}
