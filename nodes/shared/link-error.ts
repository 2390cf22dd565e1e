/** A byte link's fault, told apart by its code. */

type LinkFault = "absent" | "busy" | "closed" | "expired" | "full" | "unheard";

export class LinkError extends Error {
  readonly code: LinkFault;

  constructor(code: LinkFault, message: string) {
    super(message);
    this.name = "LinkError";
    this.code = code;
  }
}
