/** Two clients on one storage, at moments that the walk of two clients found. */
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

test('what was read of another client is not written again: it would wipe a claim that was made meanwhile', async () => {
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

test('a logout holds although news of the other client is read before it is written', async () => {
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

test('a login() right after one that was stopped before it began is a sign-in of its own', async () => {
  const pair = await played('login at A; login.cancel at A; login at A');
  await pair.drain();
  expect(pair.look().A.state).toBe('awaitingApproval.waiting');
});

test('what was heard in the middle of a sign-in is looked at once that is over', async () => {
  const pair = await played(
    `login at A; A does login; guest at B; B does guest; B: TMDB gives a guest session; B does save;
     A hears; A does look; login.cancel at A`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: { guest: true }, B: { guest: true }, record: { guest: true } });
});

const CANCELLED_THERE = 'login.cancel at B; B does save';

test('an exchange that was cancelled in one client is not taken up by the other, which waited for it', async () => {
  const pair = await played(
    `login at A; A does login; A: TMDB gives token 1; A does save; B hears; the user approves 1; return at A;
     A does claim; A: TMDB makes a session of 1; login.cancel at A; B does look; A does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, B: NOBODY, record: { token: false }, sessions: 0 });
});

test('a token that is given back after a question is not written over the other client’s denial', async () => {
  const pair = await played(
    `login at A; A does login; A: TMDB gives token 1; A does save; check at A; A does claim; A: TMDB refuses 1;
     A does adopt; B hears; B does look; the user denies 1; denied return at B; B does save; A does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, B: NOBODY, record: { token: false } });
});

test('a token that is given back after the other client cancelled is not pending again', async () => {
  const pair = await played(
    `${SIGN_IN}; check at A; A does claim; A: TMDB refuses 1; A does adopt; ${CANCELLED_THERE}; A does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, B: NOBODY, record: { token: false } });
});

test('who came back with an approval does not wait for one again because of what is read meanwhile', async () => {
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

test('a logout holds although the claim that it left finds the sign-in cancelled by the other client', async () => {
  const pair = await played(
    `guest at A; A does guest; A: TMDB gives a guest session; A does save; B hears; B does look; login at A; A does login;
     A: TMDB gives token 1; A does save; B hears; B does look; the user approves 1; return at A; ${CANCELLED_THERE};
     logout at A`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: NOBODY, record: { guest: false } });
});

test('a guest of the other client is heard of, also where the record is what would have been written here', async () => {
  const pair = await played(
    `${SIGN_IN}; the user denies 1; denied return at A; denied return at B; B does save; guest at B; B does guest;
     B: TMDB gives a guest session; B does save`,
  );
  await pair.drain();
  expect(pair.look()).toMatchObject({ A: { guest: true }, B: { guest: true }, record: { guest: true } });
});
