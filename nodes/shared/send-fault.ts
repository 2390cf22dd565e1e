/** Why a session did not take a message, told apart by its code. */

/**
 * `closed` there is no such session · `slow` the peer reads too slowly, and was given up ·
 * `expired` its deadline has passed · `unsendable` no such payload goes out · `unaddressed` no session is named
 */
type SendFaultCode = "closed" | "slow" | "expired" | "unsendable" | "unaddressed";

export class SendFault extends Error {
  readonly code: SendFaultCode;

  constructor(code: SendFaultCode, message: string) {
    super(message);
    this.name = "SendFault";
    this.code = code;
  }
}
