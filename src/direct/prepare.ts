import type { ApiVersion } from '../../machines/index.ts';
import { within } from '../lib/within.ts';
import type { Direct, Prepared } from './direct.ts';
import { fetchToken } from './steps.ts';

/** A prepared token with less time left than this, in ms, is not worth starting a sign-in with. */
const WORTH_STARTING = 5 * 60_000;

/** A slot for one request token that was fetched ahead. */
export class Preparation {
  private readonly direct: () => Direct;
  private prepared: Prepared | null = null;
  private underWay: Promise<void> | null = null;

  constructor(direct: () => Direct) {
    this.direct = direct;
  }

  async fill(redirectTo?: string): Promise<void> {
    const ready = this.fresh();
    if (ready && ready.redirectTo === redirectTo) return;
    this.underWay ??= this.fetchOnce(redirectTo);
    await this.underWay;
  }

  /**
   * Empties the slot, as a token is used once. Null if the token is for another API, or (v4) for another return
   * address.
   */
  async take(apiVersion: ApiVersion, redirectTo?: string): Promise<Prepared | null> {
    await this.underWay;
    const taken = this.fresh();
    this.prepared = null;
    const fits = taken?.apiVersion === apiVersion && (apiVersion === 3 || taken.redirectTo === redirectTo);
    return fits ? taken : null;
  }

  private fresh(): Prepared | null {
    const prepared = this.prepared;
    return prepared && prepared.expiresAt - this.direct().clock.now() > WORTH_STARTING ? prepared : null;
  }

  private async fetchOnce(redirectTo?: string): Promise<void> {
    const direct = this.direct();
    const { clock, settings } = direct;
    try {
      this.prepared = await within(clock, settings.requestTimeout, (signal) =>
        fetchToken(direct, signal, settings.apiVersion, redirectTo),
      );
    } catch {
      // Silent: the next sign-in asks again and reports the failure.
    } finally {
      this.underWay = null;
    }
  }
}
