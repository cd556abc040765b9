import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { QUIRKS } from '../../src/tools/sandbox/quirks.ts';
import { sandboxForTest } from './helpers.ts';
import { TRIALS } from './quirks.ts';

it.each(Object.entries(TRIALS))(
  'the quirk %s works as documented by default, when set, and when changed later',
  async (name, trial) => {
    expect(await trial.see(await sandboxForTest())).toEqual(trial.usually);
    for (const { value, seen } of trial.others) {
      expect(await trial.see(await sandboxForTest({ quirks: { [name]: value } }))).toEqual(seen);
      const late = await sandboxForTest();
      Object.assign(late.sandbox.quirks, { [name]: value });
      expect(await trial.see(late)).toEqual(seen);
    }
  },
);

it('docs/sandbox.md names the defaults of a sandbox', () => {
  const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \|.*\| `(\S+)` \|$/gm)];
  expect(Object.fromEntries(rows.map(([, name, preset = '']) => [name, JSON.parse(preset)]))).toEqual(QUIRKS);
});

it('a rating made in the future of a clock that was set back is shown without lag', async () => {
  const { sandbox, api, newSession } = await sandboxForTest();
  const query = `session_id=${await newSession()}`;
  await api(`POST /movie/550/rating?${query}`, { value: 5 });
  sandbox.clock.advance(-60_000);
  expect((await api(`GET /movie/550/account_states?${query}`)).body.rated).toEqual({ value: 5 });
});

it('a lagging guest list leaves out only the ratings that were made late', async () => {
  const { sandbox, api, newGuest } = await sandboxForTest({
    quirks: { ratedListsLag: 5_000, laggingGuestList: 404 },
  });
  const guest = await newGuest();
  const rate = (id: number) => api(`POST /movie/${id}/rating?guest_session_id=${guest}`, { value: 8 });
  const list = () => api(`GET /guest_session/${guest}/rated/movies`);
  await rate(550);
  expect((await list()).status).toBe(404);
  sandbox.clock.advance(4_000);
  await rate(11);
  sandbox.clock.advance(1_000);
  expect((await list()).body.results).toMatchObject([{ id: 550 }]);
  sandbox.clock.advance(4_000);
  expect((await list()).body.results).toMatchObject([{ id: 550 }, { id: 11 }]);
});
