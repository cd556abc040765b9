import { objectOf, tryJson } from '../lib/json.ts';

export type Body = Record<string, unknown>;

/** TMDB's `status_code` in a text, or null. */
export const statusCodeOf = (text: string): number | null => codeIn(bodyIn(text));

/** Whether TMDB says that it does not know the session or the guest: 401 and code 3. */
export const saysGone = (status: number, text: string): boolean => isGone(status, statusCodeOf(text));

/** A whole number, or null: JSON can say `1e999`, which is infinite here and null when it is written again. */
export const codeIn = (body: Body | null): number | null =>
  Number.isSafeInteger(body?.status_code) ? (body?.status_code as number) : null;

/** The only proof that a session or a guest is gone: code 3 with another status says nothing about them. */
export const isGone = (status: number, code: number | null) => status === 401 && code === 3;

/** The JSON object in a text, or null. */
export const bodyIn = (text: string): Body | null => objectOf(tryJson(text) ?? null);
