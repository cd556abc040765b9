/*
 * Counts the operations of Web Crypto, which run in other threads unknown to Node’s loop, so that no test mistakes
 * them for rest.
 */

const KEY = Symbol.for('tmdb-auth.test.computing');

interface Computing {
  underWay: number;
}

/** Test files share the prototype, and each may load this module anew. */
const shared = SubtleCrypto.prototype as { [KEY]?: Computing };

function count(): Computing {
  const computing = { underWay: 0 };
  const prototype = SubtleCrypto.prototype as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const job = prototype[name];
    if (name === 'constructor' || typeof job !== 'function') continue;
    prototype[name] = async function (this: SubtleCrypto, ...given: unknown[]) {
      computing.underWay += 1;
      try {
        return await job.apply(this, given);
      } finally {
        computing.underWay -= 1;
      }
    };
  }
  return computing;
}

shared[KEY] ??= count();
const { [KEY]: computing } = shared;

export const isComputing = (): boolean => computing !== undefined && computing.underWay > 0;
