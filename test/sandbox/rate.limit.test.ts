import { describe, expect, it } from 'vitest';
import { sandboxForTest } from './helpers.ts';

describe('the rate limit', () => {
  it('is off by default', async () => {
    const { api } = await sandboxForTest();
    const all = await Promise.all(Array.from({ length: 60 }, () => api('GET /authentication')));
    expect(all.every(({ status }) => status === 200)).toBe(true);
  });

  it('rejects further requests with 429/25, Retry-After, CORS and no effect', async () => {
    const { sandbox, api, api4 } = await sandboxForTest({ rateLimit: { requests: 2, perSeconds: 10 } });
    expect((await api('GET /authentication/token/new')).status).toBe(200);
    expect((await api4('POST /auth/request_token')).status).toBe(200);
    sandbox.clock.advance(2500);
    sandbox.faults.add({ kind: 'status', status: 500 });
    const { status, body, headers } = await api('GET /authentication/token/new');
    expect([status, body.status_code, body.success]).toEqual([429, 25, false]);
    expect(headers.get('retry-after')).toBe('8');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(sandbox.tokens()).toHaveLength(2);
    expect(sandbox.requests.map((request) => request.status)).toEqual([200, 200, 429]);
    sandbox.clock.advance(8000);
    expect((await api('GET /authentication')).status).toBe(500);
  });

  it('counts within a sliding window of the sandbox clock, and leaves out rejected requests', async () => {
    const { sandbox, api } = await sandboxForTest({ rateLimit: { requests: 2, perSeconds: 1 } });
    const wait = async () => (await api('GET /authentication')).headers.get('retry-after');
    expect(await wait()).toBeNull();
    sandbox.clock.advance(600);
    expect(await wait()).toBeNull();
    expect(await wait()).toBe('1');
    sandbox.clock.advance(399);
    expect(await wait()).toBe('1');
    sandbox.clock.advance(1);
    expect(await wait()).toBeNull();
    expect(await wait()).toBe('1');
    sandbox.clock.set(0);
    expect(await wait()).toBeNull();
  });

  it('counts requests without a credential, and leaves out pages and preflights', async () => {
    const { sandbox, api } = await sandboxForTest({ rateLimit: { requests: 1, perSeconds: 1 } });
    const preflight = () => fetch(`${sandbox.baseURL}/3/account`, { method: 'OPTIONS' });
    for (const _ of [1, 2]) {
      expect((await preflight()).status).toBe(204);
      expect((await fetch(`${sandbox.webURL}/authenticate/x`)).status).toBe(404);
    }
    expect((await api('GET /authentication', undefined, {})).status).toBe(401);
    expect((await api('GET /authentication')).status).toBe(429);
    expect((await preflight()).status).toBe(204);
    expect((await fetch(`${sandbox.webURL}/authenticate/x`)).status).toBe(404);
  });
});
