import type { AccessFacts, Account, SessionFacts } from '../../machines/index.ts';
import { isTime } from '../lib/is-time.ts';
import { objectOf, wordOf } from '../lib/json.ts';

/* Parses the stored facts of a signed-in user, and drops unreadable ones. */

export function accessOf(value: unknown): AccessFacts | null {
  const { createdAt, accountObjectId } = objectOf(value) ?? {};
  return isTime(createdAt) ? { createdAt, accountObjectId: wordOf(accountObjectId) ?? '' } : null;
}

export function sessionOf(value: unknown): SessionFacts | null {
  const { createdAt, expiresAt } = objectOf(value) ?? {};
  return isTime(createdAt) && (expiresAt === null || isTime(expiresAt)) ? { createdAt, expiresAt } : null;
}

export function accountOf(value: unknown): Account | null {
  const { id, username, name, avatarPath, gravatarHash, language, country, includeAdult } =
    objectOf(value) ?? {};
  if (!Number.isSafeInteger(id) || typeof username !== 'string') return null;
  return {
    id: id as number,
    username,
    name: wordOf(name) ?? '',
    avatarPath: wordOf(avatarPath),
    gravatarHash: wordOf(gravatarHash),
    language: wordOf(language) ?? '',
    country: wordOf(country) ?? '',
    includeAdult: includeAdult === true,
  };
}
