/** What went wrong, in words that a page can show: the server's own where it gave any. */

const LONGEST = 300;

export class RequestFault extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "RequestFault";
    this.status = status;
  }
}

export function messageOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, LONGEST) : "";
}

/** A failed fetch says no more than that it failed. */
export function faultOf(fault: unknown): string {
  if (fault instanceof TypeError) return "the server cannot be reached";
  return fault instanceof Error ? messageOf(fault.message) : "unknown fault";
}

/** The hub answers faults with `{"error","message"}`; what stands before it may answer with anything. */
export async function textOfFault(response: Response): Promise<string> {
  const text = await response.text().catch(() => "");
  const said = messageOfJson(text);
  if (said !== "") return said;
  const plain = (response.headers.get("content-type") ?? "").startsWith("text/plain") ? messageOf(text.trim()) : "";
  return plain || `the server answered ${response.status} ${response.statusText}`.trim();
}

function messageOfJson(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    return messageOf(message) || messageOf(error);
  } catch {
    return "";
  }
}
