import type { Answer } from '../answers.ts';
import { type Incoming, parseBody, type Site } from '../core.ts';
import type { Sandbox } from '../types.ts';
import { refusal } from './guard.ts';
import { NOTHING, wrongIn } from './input.ts';
import { statusPage } from './page.ts';
import { controlRoutes, trouble } from './routes.ts';

/** A path that TMDB does not have. */
const PREFIX = '_sandbox';

/** Pages of the sandbox itself. */
export interface OwnPages {
  takes(segments: readonly string[]): boolean;
  answer(site: Site, visit: Incoming & { segments: readonly string[] }): Promise<Answer>;
}

/** Control over HTTP at `/_sandbox`, and the page at `/`. When off, `/_sandbox` is refused and `/` belongs to TMDB. */
export function createOwnPages(sandbox: Sandbox, isOn: boolean): OwnPages {
  const routes = controlRoutes(sandbox);
  return {
    takes: ([first]) => first === PREFIX || (isOn && first === undefined),
    async answer(site, visit) {
      const { method, segments } = visit;
      if (!isOn) {
        return trouble(403, 'Control over HTTP is off. Turn it on with --control or the option "control".');
      }
      const [first, ...rest] = segments;
      // Links from other sites to the page are allowed: those sites cannot read it.
      const refused = refusal(
        first === undefined ? { host: visit.host, header: () => undefined } : visit,
        site.url(),
      );
      if (refused) return trouble(403, refused);
      if (first === undefined) return method === 'GET' ? statusPage(sandbox) : trouble(405, 'Use GET.');
      return control(routes, method, rest, await visit.body());
    },
  };
}

function control(
  routes: ReturnType<typeof controlRoutes>,
  method: string,
  [first = '', last = '', ...more]: readonly string[],
  text: string | null,
): Answer {
  const path = last === '' ? first : `${first}/:last`;
  const methods = ['GET', 'POST', 'DELETE'].filter((one) => Object.hasOwn(routes, `${one} ${path}`));
  const route = methods.includes(method) ? routes[`${method} ${path}`] : undefined;
  if (methods.length === 0 || more.length > 0) return trouble(404, 'There is no such control path.');
  if (!route) return trouble(405, `Use ${methods.join(' or ')}.`, { allow: methods.join(', ') });
  const body = parseBody(text);
  if (!body) return trouble(400, 'The body must be a JSON object of at most 64 kB.');
  const wrong = route.takes === 'free' ? null : wrongIn(body, route.takes ?? NOTHING);
  if (wrong) return trouble(400, wrong);
  try {
    return route.run(body, last);
  } catch (error) {
    return trouble(404, (error as Error).message);
  }
}
