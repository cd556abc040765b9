/** The token of an `Authorization` header; `''` for another scheme, null without a header. */
export function bearerOf(authorization: string | undefined): string | null {
  return authorization === undefined ? null : (/^Bearer +(.+)$/i.exec(authorization)?.[1] ?? '');
}
