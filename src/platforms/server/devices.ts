import { failure } from '../../../machines/index.ts';
import type { DeviceCode } from '../../client/tmdb-auth.ts';
import type { Answer } from './answer.ts';
import { createLimit } from './limit.ts';
import type { Notes } from './notes.ts';
import type { HandlerEvent, ServerSettings } from './options.ts';
import type { RequestClient } from './request-client.ts';
import { randomUserCode, shownCode } from './user-code.ts';

/**
 * Limits for wrong codes in one instance. Of 20^8 codes, 100 guesses in 5 minutes find one certain code in its 15
 * minutes once in 85 million times; at 5 guesses, one address does once in 1.7 billion (RFC 8628, section 5.1).
 */
export const MOST_WRONG_CODES = { perAddress: 5, inAll: 100, within: 5 * 60_000 };

/** A sign-in whose device shows a code. */
interface Waiting {
  requestToken: string;
  approvalUrl: string;
}

/** The code that a device shows. `userCode` is null once it was used. */
interface Shown {
  userCode: string | null;
  expiresAt: number;
}

type Event = Pick<HandlerEvent, 'deviceCode'>;
interface Asked {
  begun: string | null;
  mayMake: boolean;
  event: Event;
}

/**
 * Codes that a user types to approve a sign-in of another device, on the model of RFC 8628. Null if the option
 * `device` is off.
 */
export function createDevices(settings: ServerSettings, notes: Notes) {
  const { device, client, origin, basePath, secrets, addressOf } = settings;
  if (device === null) return null;
  const { clock } = client;
  const limit = createLimit(clock, MOST_WRONG_CODES);

  /**
   * A note is stored under a hash of its key. Without a secret in the key, a reader of the store could hash all codes
   * to find the ones in use. All secrets, as another instance may already have a newer one.
   */
  const keysOf = (userCode: string) => secrets.map((secret) => [secret, userCode].join(' '));

  const shownFor = async (requestToken: string): Promise<Shown | null> => {
    const noted = await notes.strictly.read('device-shown', requestToken);
    const shown = noted === null ? null : (JSON.parse(noted) as Shown);
    return shown && shown.expiresAt > clock.now() ? shown : null;
  };
  const show = (requestToken: string, shown: Shown) =>
    notes.keep('device-shown', requestToken, JSON.stringify(shown), shown.expiresAt - clock.now());

  const make = async (waiting: Waiting, tokenEndsAt: number): Promise<Shown> => {
    const userCode = randomUserCode();
    const expiresAt = Math.min(clock.now() + device.lifetime, tokenEndsAt);
    const [key = ''] = keysOf(userCode);
    await notes.keep('device-code', key, JSON.stringify(waiting), expiresAt - clock.now());
    await show(waiting.requestToken, { userCode, expiresAt });
    return { userCode, expiresAt };
  };

  const find = async (how: 'read' | 'take', userCode: string): Promise<(Waiting & Shown) | null> => {
    for (const key of keysOf(userCode)) {
      const noted = await notes.strictly[how]('device-code', key);
      if (noted === null) continue;
      const waiting = JSON.parse(noted) as Waiting;
      const shown = await shownFor(waiting.requestToken);
      // The sign-in may have ended, or its device may show another code by now.
      return shown?.userCode === userCode ? { ...waiting, ...shown } : null;
    }
    return null;
  };

  const describe = ({ userCode, expiresAt }: Shown): DeviceCode | null => {
    if (userCode === null) return null;
    const verificationUri = `${origin}${basePath}/device`;
    const shown = shownCode(userCode);
    return {
      userCode: shown,
      verificationUri,
      verificationUriComplete: `${verificationUri}?user_code=${shown}`,
      expiresAt,
      interval: device.interval,
    };
  };

  /** The token of a sign-in that the user approves on another device: TMDB leads nobody back from it. */
  const tokenOf = (from: RequestClient) => (from.redirectTo() === null ? from.requestToken() : null);

  return {
    device,
    /**
     * Adds the code to a view as JSON. A device that waits gets a new code when it asks (`mayMake`) and has none, or
     * its last one has expired. `begun`: the token before the request. Its code ends with its sign-in.
     */
    async withCode(answer: Answer, from: RequestClient, { begun, mayMake, event }: Asked): Promise<Answer> {
      const { approvalUrl, facts } = await from.view();
      const { token } = facts;
      if (begun !== null && (!token || from.requestToken() !== begun))
        await notes.take('device-shown', begun);
      if (!answer.content) return answer;
      const requestToken = approvalUrl && tokenOf(from);
      let shown = requestToken ? await shownFor(requestToken) : null;
      if (requestToken && token && !shown && mayMake) {
        shown = await make({ requestToken, approvalUrl }, token.expiresAt);
        event.deviceCode = 'given';
      }
      return { ...answer, content: { ...answer.content, deviceCode: shown && describe(shown) } };
    },
    /** The failure of a device that asks again before `interval` is over, else null. */
    async tooSoon(from: RequestClient, event: Event) {
      // Its secrets are known once it is restored.
      await from.view();
      const requestToken = tokenOf(from);
      if (requestToken === null || !(await shownFor(requestToken))) return null;
      const now = clock.now();
      const last = Number((await notes.read('device-asked', requestToken)) ?? Number.NaN);
      const wait = last + device.interval - now;
      if (wait > 0 && wait <= device.interval) {
        event.deviceCode = 'too_soon';
        return failure('rate_limited', { message: SLOW_DOWN, retryAfter: wait });
      }
      await notes.keep('device-asked', requestToken, String(now), device.interval);
      return null;
    },
    /**
     * The sign-in of a typed code. `use`: the code is used up by it. `too_many`: the limit for wrong codes is reached,
     * and this one was not looked up.
     */
    async waitingFor(
      userCode: string,
      request: Request,
      how: 'look' | 'use',
    ): Promise<Waiting | 'wrong' | 'too_many'> {
      // Taken first, so that guesses at the same time are counted, too.
      const giveBack = limit.take(addressOf(request));
      if (!giveBack) return 'too_many';
      const found = await find(how === 'use' ? 'take' : 'read', userCode);
      if (!found) return 'wrong';
      giveBack();
      const { requestToken, approvalUrl, expiresAt } = found;
      if (how === 'use') await show(requestToken, { userCode: null, expiresAt });
      return { requestToken, approvalUrl };
    },
  };
}

export type Devices = NonNullable<ReturnType<typeof createDevices>>;

const SLOW_DOWN = 'The device asks too often: wait `interval` ms between two checks.';
