/** What a person or a page writes as a command's payload. */

/** JSON where it is JSON, else text; null where there is nothing. */
export function payloadIn(text: string | null): unknown {
  if (text === null || text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
