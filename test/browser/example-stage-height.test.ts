import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  button,
  choose,
  enterAsGuest,
  openFilm,
  rate,
  says,
  setStage,
  signIn,
  stateIs,
} from './example.stage.ts';

const stage = setStage();

const SIZES = [
  { width: 390, height: 500 },
  { width: 1280, height: 500 },
];

/** Where the films begin in the document: their heading and their first row, in px. */
const topsOf = (page: Page) =>
  page.evaluate(() =>
    ['#films-title', '.film-grid'].map((part) => {
      const { top } = document.querySelector(part)?.getBoundingClientRect() ?? { top: Number.NaN };
      return Math.round(top + scrollY);
    }),
  );

/** Notes where the films begin in each state, and says in which of them they have moved. */
function watchFilms(page: Page) {
  let first: { state: string; tops: number[] } | undefined;
  return async (state: string) => {
    await stateIs(page, state);
    const tops = await topsOf(page);
    first ??= { state, tops };
    expect.soft(tops, `${state}, as in ${first.state}`).toEqual(first.tops);
  };
}

describe.each(SIZES)('at a width of $width px', (viewport) => {
  test('the films stay where they are while a sign-in fails, waits and is denied', async () => {
    const { faults } = stage.demo.tmdb;
    const page = await stage.openApart({ viewport });
    const stays = watchFilms(page);
    await stays('idle.fresh');

    const match = 'GET /3/authentication/guest_session/new';
    const answer = faults.add({ kind: 'hang', match, times: Number.POSITIVE_INFINITY });
    await button(page, 'Continue as a guest').click();
    await stays('guestRequested.trying');
    await button(page, 'Cancel').click();
    answer();
    const recover = faults.add({ kind: 'status', status: 500, match, times: Number.POSITIVE_INFINITY });
    await button(page, 'Continue as a guest').click();
    await button(page, 'Try again').waitFor();
    await stays('idle.failed');
    recover();

    await button(page, 'Sign in with TMDB').click();
    await button(page, 'Allow').waitFor();
    await page.goBack();
    await stays('awaitingApproval.waiting');
    await button(page, 'Continue on TMDB').click();
    await button(page, 'Deny').click();
    await stays('idle.approvalDenied');
  });

  test('the films stay where they are for a guest, for a user and during a carry-over', async () => {
    const { faults } = stage.demo.tmdb;
    const page = await stage.openApart({ viewport });
    const stays = watchFilms(page);
    await stays('idle.fresh');
    await enterAsGuest(page);
    await stays('guestActive.unused');
    await openFilm(page, 'The Understudy');
    await rate(page, 9);
    await page.keyboard.press('Escape');
    await stays('guestActive.used');
    await button(page, 'Sign in with TMDB').click();
    await button(page, 'Deny').click();
    await says(page, /^You chose not to let this app/);
    await stays('guestActive.used');

    await signIn(page);
    await says(page, /^You rated films as a guest/);
    await stays('sessionActive.ready');
    const read = faults.add({
      kind: 'hang',
      match: /^GET .+\/rated\/movies/,
      times: Number.POSITIVE_INFINITY,
    });
    await button(page, 'Keep my ratings').click();
    await stays('sessionActive.carryingOver');
    read();
    await says(page, /on your account now/);
    await stays('sessionActive.ready');
    await page.reload();
    await says(page, '@sandra');
    await stays('sessionActive.ready');
    await button(page, 'Sign out').click();
    await stays('idle.loggedOut');
  });

  test('the films stay where they are while a phone is waited for', async () => {
    const page = await stage.openApart({ viewport });
    await choose(page, 'Phone');
    const stays = watchFilms(page);
    await stays('idle.fresh');
    await button(page, 'Sign in with TMDB').click();
    await page.getByRole('img', { name: 'QR code' }).waitFor();
    await stays('awaitingApproval.waiting');
  });
});
