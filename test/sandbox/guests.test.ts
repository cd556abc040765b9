import { describe, expect, it } from 'vitest';
import { DONE, FAILURES, HOUR, MINUTE, START, sandboxForTest } from './helpers.ts';

describe('a guest session', () => {
  it('is 32 hex digits and announces its end 24 hours ahead', async () => {
    const { sandbox, api } = await sandboxForTest();
    const { status, body } = await api('GET /authentication/guest_session/new');
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        guest_session_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        expires_at: '2024-03-11 12:34:56 UTC',
      },
    ]);
    const expiresAt = Date.parse('2024-03-11T12:34:56Z');
    expect(sandbox.guests()).toEqual([{ used: false, createdAt: START, expiresAt, ratings: 0 }]);
  });

  it('is deleted when it was not used for 60 minutes; reading does not count as use', async () => {
    const { sandbox, api, newGuest } = await sandboxForTest();
    const guest = await newGuest();
    sandbox.clock.advance(60 * MINUTE - 1);
    expect((await api(`GET /guest_session/${guest}/rated/movies`)).status).toBe(200);
    expect((await api(`GET /movie/550/account_states?guest_session_id=${guest}`)).status).toBe(200);
    sandbox.clock.advance(1);
    for (const call of [
      `GET /guest_session/${guest}/rated/movies`,
      `GET /movie/550/account_states?guest_session_id=${guest}`,
      `POST /movie/550/rating?guest_session_id=${guest}`,
    ]) {
      const reply = await api(call, call.startsWith('POST') ? { value: 8 } : undefined);
      expect([reply.status, reply.body]).toEqual([401, FAILURES[3]]);
    }
    expect(sandbox.guests()).toEqual([]);
  });

  it('lives until expires_at once it has rated', async () => {
    const { sandbox, api, newGuest } = await sandboxForTest();
    const guest = await newGuest();
    sandbox.clock.advance(59 * MINUTE);
    const rated = await api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 8 });
    expect([rated.status, rated.body]).toEqual([201, DONE[1]]);
    expect(sandbox.guests()).toMatchObject([{ used: true, ratings: 1 }]);
    sandbox.clock.set(START + 24 * HOUR - 790);
    expect((await api(`GET /guest_session/${guest}/rated/movies`)).body.total_results).toBe(1);
    sandbox.clock.set(START + 24 * HOUR - 789);
    expect((await api(`GET /guest_session/${guest}/rated/movies`)).body).toEqual(FAILURES[3]);
  });

  it('is not used by a rating that was rejected', async () => {
    const { sandbox, api, newGuest } = await sandboxForTest();
    const guest = await newGuest();
    expect((await api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 11 })).status).toBe(400);
    expect((await api(`POST /movie/999999/rating?guest_session_id=${guest}`, { value: 8 })).status).toBe(404);
    expect(sandbox.guests()).toMatchObject([{ used: false, ratings: 0 }]);
  });

  it('stays used after its only rating is deleted', async () => {
    const { sandbox, api, newGuest } = await sandboxForTest();
    const guest = await newGuest();
    await api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 8 });
    const gone = await api(`DELETE /movie/550/rating?guest_session_id=${guest}`);
    expect([gone.status, gone.body]).toEqual([200, DONE[13]]);
    sandbox.clock.advance(2 * HOUR);
    expect(sandbox.guests()).toMatchObject([{ used: true, ratings: 0 }]);
  });

  it('keeps its ratings apart from those of another guest', async () => {
    const { api, newGuest } = await sandboxForTest();
    const [first, second] = [await newGuest(), await newGuest()];
    await api(`POST /tv/1399/rating?guest_session_id=${first}`, { value: 3.5 });
    const rated = await api(`GET /guest_session/${first}/rated/tv`);
    expect(rated.body).toMatchObject({
      page: 1,
      results: [{ id: 1399, rating: 3.5 }],
      total_pages: 1,
      total_results: 1,
    });
    expect((await api(`GET /guest_session/${second}/rated/tv`)).body.results).toEqual([]);
  });

  it('cannot be used for an account, favourites, a watchlist or lists', async () => {
    const { sandbox, api, newGuest } = await sandboxForTest();
    const guest = await newGuest();
    const query = `guest_session_id=${guest}&session_id=${guest}`;
    const calls: [string, unknown?][] = [
      [`GET /account?${query}`],
      [`POST /account/548/favorite?${query}`, { media_type: 'movie', media_id: 550, favorite: true }],
      [
        `POST /account/548/watchlist?guest_session_id=${guest}`,
        { media_type: 'movie', media_id: 550, watchlist: true },
      ],
      [`GET /account/548/rated/movies?guest_session_id=${guest}`],
      [`POST /list?guest_session_id=${guest}`, { name: 'mine' }],
    ];
    for (const [call, body] of calls) {
      const reply = await api(call, body);
      expect([call, reply.status, reply.body]).toEqual([call, 401, FAILURES[3]]);
    }
    expect(sandbox.account()).toEqual({ favorites: [], watchlist: [], ratings: [], lists: [] });
  });

  it('is rejected when it is unknown', async () => {
    const { api } = await sandboxForTest();
    const reply = await api(`GET /guest_session/${'0'.repeat(32)}/rated/tv/episodes`);
    expect([reply.status, reply.body]).toEqual([401, FAILURES[3]]);
  });
});
