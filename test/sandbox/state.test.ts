import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/tools/sandbox/index.ts';
import { HOUR, START, sandboxForTest } from './helpers.ts';

describe('a saved state', () => {
  it('brings back users, sessions, guests, tokens, ratings, lists and the clock', async () => {
    const { sandbox, api, newSession, newGuest, newToken, newUserToken } = await sandboxForTest();
    sandbox.addUser({ username: 'ada', password: 'x' });
    const session_id = await newSession('ada');
    const guest = await newGuest();
    const v4 = await newUserToken();
    const pending = await newToken();
    await api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 7 });
    await api(`POST /movie/550/rating?session_id=${session_id}`, { value: 9 });
    const { list_id } = (await api(`POST /list?session_id=${session_id}`, { name: 'Mine', language: 'en' }))
      .body;
    sandbox.clock.advance(HOUR);

    const { apiKey, accessToken } = sandbox;
    const next = await sandboxForTest({ apiKey, accessToken, state: sandbox.save() });
    expect(next.sandbox.save()).toBe(sandbox.save());
    expect(next.sandbox.clock.now()).toBe(START + HOUR);
    expect(next.sandbox.account('ada')).toEqual(sandbox.account('ada'));
    expect(next.sandbox.guests()).toEqual(sandbox.guests());
    expect(next.sandbox.users()).toEqual(sandbox.users());
    expect((await next.api(`GET /account?session_id=${session_id}`)).body.username).toBe('ada');
    expect((await next.api(`GET /list/${list_id}?session_id=${session_id}`)).status).toBe(200);
    expect((await next.api4(`GET /account/${v4.accountId}/lists`, undefined, v4.headers)).status).toBe(200);
    next.sandbox.clock.advance(-HOUR);
    next.sandbox.approve(pending);
    expect(next.sandbox.revoke('ada')).toBe(1);
    next.sandbox.reset();
    expect([next.sandbox.users().length, next.sandbox.clock.now()]).toEqual([1, START]);
  });

  it('is completed with users of the options', () => {
    const ada = { username: 'ada', password: 'x' };
    const state = createSandbox({ users: [ada] }).save();
    const names = (tmdb: ReturnType<typeof createSandbox>) =>
      tmdb.users().map(({ username, id }) => [username, id]);
    expect(names(createSandbox({ state }))).toEqual([['ada', 548]]);
    expect(names(createSandbox({ state, users: [{ username: 'bo', password: 'x' }, ada] }))).toEqual([
      ['ada', 548],
      ['bo', 549],
    ]);
    expect(() => createSandbox({ users: [ada] }).addUser(ada)).toThrow('the user ada already exists');
  });

  it.each([
    ['empty', ''],
    ['cut off', createSandbox().save().slice(0, 200)],
    ['other JSON', '{"a":1}'],
    ['another format', createSandbox().save().replace('sandbox 1', 'sandbox 2')],
    ['one with a missing value', createSandbox().save().replace('"map":[]', '"map":[[9999,9999]]')],
    ['one with an invalid table', createSandbox().save().replace('{"map":[]}', '{"is":5}')],
    ['null', 'null'],
  ])('is rejected when it is %s', (_, state) => {
    expect(() => createSandbox({ state })).toThrow('The saved state of the sandbox is broken.');
  });
});
