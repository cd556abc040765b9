import { type Answer, json } from '../answers.ts';
import type { Sandbox, SandboxUser } from '../types.ts';
import {
  APPROVAL,
  CLOCK,
  DENIAL,
  faultOf,
  isMoment,
  NOTHING,
  QUIRKS,
  type Shape,
  USER,
  USERNAME,
} from './input.ts';

/** The default password of users. */
const PASSWORD = 'sandbox';

type Body = Readonly<Record<string, unknown>>;

interface ControlRoute {
  /** The fields of the body. `free`: the route validates them itself. */
  takes?: Shape | 'free';
  /** `last` is the variable last segment of the path. Throws an error with the caller's mistake. */
  run(body: Body, last: string): Answer;
}

/** The routes at `/_sandbox`, by method and path. */
export function controlRoutes(sandbox: Sandbox): Readonly<Record<string, ControlRoute>> {
  const removals = new Map<string, () => void>();
  let lastFault = 0;
  const usernameOf = ({ username }: Body) => (username === undefined ? undefined : String(username));

  return {
    'GET ': { run: () => reply(overview(sandbox)) },
    'POST approve': {
      takes: APPROVAL,
      run(body) {
        sandbox.approve(String(body.request_token), usernameOf(body));
        return reply({});
      },
    },
    'POST deny': {
      takes: DENIAL,
      run(body) {
        sandbox.deny(String(body.request_token));
        return reply({});
      },
    },
    'POST revoke': {
      takes: USERNAME,
      run: (body) => reply({ ended: sandbox.revoke(knownName(sandbox, usernameOf(body))) }),
    },
    'POST faults': {
      takes: 'free',
      run(body) {
        const fault = faultOf(body);
        if (typeof fault === 'string') return trouble(400, fault);
        const id = ++lastFault;
        removals.set(String(id), sandbox.faults.add(fault));
        return reply({ id }, 201);
      },
    },
    'DELETE faults': {
      run() {
        sandbox.faults.clear();
        return reply({});
      },
    },
    'DELETE faults/:last': {
      run(_, id) {
        const remove = removals.get(id);
        if (!remove) return trouble(404, `There is no fault ${id}.`);
        remove();
        removals.delete(id);
        return reply({});
      },
    },
    'GET clock': { run: () => reply({ now: sandbox.clock.now() }) },
    'POST clock': { takes: CLOCK, run: (body) => setClock(sandbox, body) },
    'GET quirks': { run: () => reply(sandbox.quirks) },
    'POST quirks': { takes: QUIRKS, run: (body) => reply(Object.assign(sandbox.quirks, body)) },
    'GET requests': { run: () => reply({ requests: sandbox.requests }) },
    'DELETE requests': {
      run() {
        sandbox.resetRequests();
        return reply({});
      },
    },
    'POST users': {
      takes: USER,
      run(body) {
        const user = { password: PASSWORD, ...body } as unknown as SandboxUser;
        const find = () => sandbox.users().find(({ username }) => username === user.username);
        if (find()) return trouble(409, `The user ${user.username} already exists.`);
        sandbox.addUser(user);
        return reply(find(), 201);
      },
    },
    'GET users/:last': { run: (_, username) => reply(sandbox.account(username)) },
    'POST reset': {
      takes: NOTHING,
      run() {
        removals.clear();
        sandbox.reset();
        return reply({});
      },
    },
  };
}

/** Users, sessions, guests and tokens, without secrets. */
function overview(sandbox: Sandbox) {
  return {
    now: sandbox.clock.now(),
    users: sandbox.users(),
    sessions: sandbox.sessions(),
    accessTokens: sandbox.accessTokens(),
    guests: sandbox.guests(),
    tokens: sandbox.tokens(),
  };
}

function setClock({ clock }: Sandbox, { now, advance }: Body): Answer {
  if ((now === undefined) === (advance === undefined)) {
    return trouble(400, 'Give either "now" (epoch ms) or "advance" (ms).');
  }
  const moment = now === undefined ? clock.now() + Number(advance) : Number(now);
  if (!isMoment(moment)) return trouble(400, 'The clock goes from 1970 to the year 9000.');
  clock.set(moment);
  return reply({ now: clock.now() });
}

function knownName(sandbox: Sandbox, username: string | undefined): string | undefined {
  if (username !== undefined) sandbox.account(username);
  return username;
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const reply = (body: unknown, status = 200) => json(status, body, HEADERS);

/** `{"error":"…"}`. */
export const trouble = (status: number, error: string, headers: Record<string, string> = {}) =>
  json(status, { error }, { ...HEADERS, ...headers });
