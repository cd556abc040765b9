import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../machines/index.ts';
import { createWallClock, systemClock } from '../../../src/lib/clock.ts';
import { singleFlight } from '../../../src/platforms/server/single-flight.ts';
import { createServerClient } from '../../../src/remote/server-client.ts';
import { createTestClock } from '../../support/clock.ts';

const told = (text: string) => {
  const ask = createServerClient('https://films.example/auth', {
    clock: createWallClock(systemClock),
    fetch: async () => new Response(text),
  });
  return ask('session', { signal: AbortSignal.timeout(5_000) });
};

describe('an answer of a server to a page', () => {
  test.each(['1e999', '-1e999', '1e300'])('is refused with a time of %s', async (at) => {
    await expect(told(`{"at":${at},"facts":{}}`)).rejects.toMatchObject({ code: 'bad_answer' });
  });

  test.each([
    '{}',
    '[]',
    '{"total":1e999,"carried":0,"kept":0,"failed":[]}',
    '{"total":1,"carried":1,"kept":0}',
  ])('loses an invalid carry-over: %s', async (carryOver) => {
    expect(await told(`{"at":0,"facts":{},"carryOver":${carryOver}}`)).toMatchObject({ carryOver: null });
  });

  test.each(['javascript:alert(1)', 'data:,x', 'nowhere', ''])(
    'loses an invalid approval page: %s',
    async (address) => {
      const approvalUrl = JSON.stringify(address);
      expect(await told(`{"at":0,"facts":{},"approvalUrl":${approvalUrl}}`)).toMatchObject({
        approvalUrl: null,
      });
    },
  );

  test('loses a fact with a time that the page’s clock cannot show', async () => {
    const session = '{"createdAt":8.64e15,"expiresAt":null}';
    expect(await told(`{"at":0,"facts":{"session":${session}}}`)).toMatchObject({ facts: { session: null } });
  });
});

describe('a failure from outside', () => {
  test('gets the code unexpected if its code is no string', () => {
    expect(failureOf({ failure: { code: ['network'] } }).code).toBe('unexpected');
  });

  test('keeps valid fields and gets defaults for invalid ones', () => {
    const failure = {
      code: 'network',
      message: null,
      retryable: 1,
      tmdbCode: '3',
      httpStatus: {},
      retryAfter: -1,
    };
    expect(failureOf({ failure })).toEqual(failureOf({ failure: { code: 'network' } }));
    expect(failureOf({ failure }).message).toContain('could not be reached');
  });
});

test('an exchange with an empty answer passes the empty answer on', async () => {
  const fetch = singleFlight(async () => new Response(null, { status: 204 }), createTestClock());
  const response = await fetch('https://api.themoviedb.org/3/authentication/session/new', { method: 'POST' });
  expect([response.status, await response.text()]).toEqual([204, '']);
});
