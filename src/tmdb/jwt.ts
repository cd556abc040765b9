import { objectOf } from './status-code.ts';

/** What a JWT says, not verified. Null for any other text. */
export function claimsOf(jwt: string): Record<string, unknown> | null {
  try {
    const base64 = (jwt.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    return objectOf(atob(base64));
  } catch {
    return null;
  }
}
