/** What the benchmarks use of jose, so that types can be checked where the peers are not installed. */
declare module "jose" {
  export class SignJWT {
    constructor(claims: Readonly<Record<string, unknown>>);
    setProtectedHeader(header: { readonly alg: string }): this;
    setSubject(subject: string): this;
    /** Seconds since 1970. */
    setExpirationTime(time: number): this;
    sign(key: Uint8Array): Promise<string>;
  }

  export function jwtVerify(
    token: string,
    key: Uint8Array,
  ): Promise<{ readonly payload: { readonly sub?: string | undefined } }>;
}
