import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface LocalTmdb {
  baseURL: string;
  accessToken: string;
  apiKey: string;
  /** Requests since the last call. */
  requests(): Promise<number>;
  close(): void;
}

export async function startTmdb(): Promise<LocalTmdb> {
  const child = fork(fileURLToPath(new URL('tmdb.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const answer = async <T>(): Promise<T> => {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('The local TMDB ended: see its error above.'))),
    ]);
    return message as T;
  };
  return {
    ...(await answer<Pick<LocalTmdb, 'baseURL' | 'accessToken' | 'apiKey'>>()),
    requests() {
      const count = answer<number>();
      child.send('count');
      return count;
    },
    close: () => child.disconnect(),
  };
}
