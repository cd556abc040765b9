import { objectOf, tryJson } from '../lib/json.ts';

/** The claims of a JWT, not verified. Null for any other text. */
export function claimsOf(jwt: string): Record<string, unknown> | null {
  try {
    const base64 = (jwt.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    return objectOf(tryJson(atob(base64)) ?? null);
  } catch {
    return null;
  }
}
