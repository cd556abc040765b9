/** The token of an `Authorization` header; `''` if the header has another form, null without one. */
export function bearerOf(authorization: string | undefined): string | null {
  return authorization === undefined ? null : (/^Bearer +(.+)$/i.exec(authorization)?.[1] ?? '');
}
