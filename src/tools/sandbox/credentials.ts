/**
 * The credentials of `npx tmdb-auth sandbox`, the same each time, so that an `.env` file stays right; for a
 * `startSandbox` whose app has its credentials elsewhere. They have the form of TMDB's, or clients would refuse them, and
 * say what they are: a key of zeros, and a token of `tmdb-auth-sandbox` that nothing signed.
 */
export const SANDBOX_CREDENTIALS = {
  /** The v3 API key. */
  apiKey: '0'.repeat(32),
  /** The API Read Access Token. */
  accessToken:
    'eyJhbGciOiJub25lIn0.eyJhdWQiOiIwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMCIsInN1YiI6InRtZGItYXV0aC1zYW5kYm94Iiwic2NvcGVzIjpbImFwaV9yZWFkIl0sInZlcnNpb24iOjF9.sandbox',
} as const;
