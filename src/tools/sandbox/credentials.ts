/**
 * The fixed credentials of `npx tmdb-auth sandbox`, so that an `.env` file stays valid. Pass them to `startSandbox`
 * if your app reads its credentials from elsewhere. They have the format of TMDB's, or clients would refuse them, but
 * are recognizable: a key of zeros, and an unsigned token of `tmdb-auth-sandbox`.
 */
export const SANDBOX_CREDENTIALS = {
  /** The v3 API key. */
  apiKey: '0'.repeat(32),
  /** The API Read Access Token. */
  accessToken:
    'eyJhbGciOiJub25lIn0.eyJhdWQiOiIwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMCIsInN1YiI6InRtZGItYXV0aC1zYW5kYm94Iiwic2NvcGVzIjpbImFwaV9yZWFkIl0sInZlcnNpb24iOjF9.sandbox',
} as const;
