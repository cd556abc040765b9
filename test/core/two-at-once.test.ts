/** Two clients on one storage, in orders of events that the walk of two clients found. */
import { expect, onTestFinished, test } from 'vitest';
import { createPair } from '../machine/pair/real.ts';

async function played(moves: string) {
  const pair = await createPair({ adoptions: 0 });
  onTestFinished(pair.close);
  for (const move of ['A does restore', 'B does restore', ...moves.split(';').map((each) => each.trim())]) {
    await pair.play(move);
  }
  return pair;
}

const SIGN_IN = 'login at A; A does login; A: TMDB gives token 1; A does save; B hears; B does look';
const NOBODY = { state: expect.stringMatching(/^idle/), token: false, session: false };

test('a client does not write again what it adopted, as that would wipe out a claim made meanwhile', async () => {
  const pair = await played(`${SIGN_IN}; the user approves 1; return at A; A does claim`);
  expect(pair.held('B')).toEqual([]);
  await pair.play('A: TMDB makes a session of 1');
  expect(pair.look().record).toMatchObject({ claimed: true });
  await pair.drain();
  expect(pair.look()).toMatchObject({
    A: { state: 'sessionActive.ready' },
    B: { state: 'sessionActive.ready' },
    sessions: 1,
  });
});

test('a logout holds although a change of the other client is read before the logout is written', async () => {
  const pair = await played(
    `login at A; A does login; A: TMDB gives token 1; A does save; B hears; login at B; the user approves 1;
     return at A; A does claim; A: TMDB makes a session of 1; A: the session of 1 arrives; A does save;
     A: TMDB tells the account; B does look; A does save; B hears; logout at B`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, B: NOBODY, record: { session: false }, sessions: 0 });
});

test('a session that arrives while the other client’s cancel is being read is kept', async () => {
  const pair = await played(
    `${SIGN_IN}; check at A; A does claim; B hears; B does look; login.cancel at B; B does save; A hears;
     the user approves 1; A: TMDB makes a session of 1; A: the session of 1 arrives`,
  );
  await pair.drain();
  const { A, B, record, sessions } = pair.look();
  expect([A.session, B.session, record.session, sessions]).toEqual([true, true, true, 1]);
});

test('a login() right after one that was cancelled before it began is a new sign-in', async () => {
  const pair = await played('login at A; login.cancel at A; login at A');
  await pair.drain();
  expect(pair.look().A.state).toBe('awaitingApproval.waiting');
});

test('a change heard of during a sign-in is read once the sign-in is cancelled', async () => {
  const pair = await played(
    `login at A; A does login; guest at B; B does guest; B: TMDB gives a guest session; B does save;
     A hears; A does look; login.cancel at A`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: { guest: true }, B: { guest: true }, record: { guest: true } });
});

const CANCELLED_THERE = 'login.cancel at B; B does save';

test('an exchange that was cancelled in one client is not continued by the other, which waited for it', async () => {
  const pair = await played(
    `login at A; A does login; A: TMDB gives token 1; A does save; B hears; the user approves 1; return at A;
     A does claim; A: TMDB makes a session of 1; login.cancel at A; B does look; A does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, B: NOBODY, record: { token: false }, sessions: 0 });
});

test('a client that gives a token back after a poll does not overwrite the other client’s denial', async () => {
  const pair = await played(
    `login at A; A does login; A: TMDB gives token 1; A does save; check at A; A does claim; A: TMDB refuses 1;
     A does adopt; B hears; B does look; the user denies 1; denied return at B; B does save; A does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, B: NOBODY, record: { token: false } });
});

test('a client that gives a token back after the other one cancelled does not make it pending again', async () => {
  const pair = await played(
    `${SIGN_IN}; check at A; A does claim; A: TMDB refuses 1; A does adopt; ${CANCELLED_THERE}; A does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, B: NOBODY, record: { token: false } });
});

test('a client that got the return of an approved sign-in does not wait for it again after reading the record', async () => {
  const pair = await played(
    `login at A; A does login; A: TMDB gives token 1; A does save; check at A; A does claim; A: TMDB refuses 1;
     A does adopt; B hears; login at B; B does look; A does save; B hears; the user approves 1; return at B`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({
    A: { state: 'sessionActive.ready' },
    B: { state: 'sessionActive.ready' },
  });
});

test('a logout during an exchange holds although the other client cancelled the same sign-in', async () => {
  const pair = await played(
    `guest at A; A does guest; A: TMDB gives a guest session; A does save; B hears; B does look; login at A; A does login;
     A: TMDB gives token 1; A does save; B hears; B does look; the user approves 1; return at A; ${CANCELLED_THERE};
     logout at A`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, record: { guest: false } });
});

test('a guest of the other client is adopted, also when the record equals the one to be written here', async () => {
  const pair = await played(
    `${SIGN_IN}; the user denies 1; denied return at A; denied return at B; B does save; guest at B; B does guest;
     B: TMDB gives a guest session; B does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: { guest: true }, B: { guest: true }, record: { guest: true } });
});
