import { authMachine, contextAtFirst, placeOf, toView } from '../../machines/index.ts';
import { parseRecord } from '../session-record.ts';
import type { Jar } from './jar.ts';
import type { ServerSettings } from './options.ts';
import type { ServerView } from './turn.ts';

/**
 * The view of who is signed in with nothing left to do, which is what most requests bring: the machine is resolved to
 * that state, not started. Null for everything else. A store may hang, which a turn knows how to end: null, too.
 */
export async function peek({ client, store }: ServerSettings, jar: Jar): Promise<ServerView | null> {
  const text = store ? null : await jar.storage.get('');
  const record = text && parseRecord(text);
  if (!record) return null;
  const at = client.clock.now();
  const facts = { ...record.facts, exchanging: false };
  const { token, session } = facts;
  const isOver = session?.expiresAt != null && session.expiresAt <= at;
  if (placeOf({ at, facts }) !== 'ready' || isOver || token) return null;
  const snapshot = authMachine.resolveState({
    value: { sessionActive: 'ready' },
    context: { ...contextAtFirst(client), facts },
  });
  return { ...toView(snapshot), at, facts, approvalUrl: null };
}
