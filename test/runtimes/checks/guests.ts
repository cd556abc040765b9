import { rejects, same } from './expect.ts';
import type { Checks } from './index.ts';

const rate = { method: 'POST', body: { value: 9 } } as const;

export const guests: Checks = {
  'a guest who rates is kept by TMDB': async (world) => {
    const auth = world.client();
    const view = await auth.loginAsGuest();
    same([view.status, view.state], ['guest', 'guestActive.unused'], 'the view');
    await auth.api('/3/movie/550/rating', rate);
    same([auth.getView().state, auth.getView().guest?.used], ['guestActive.used', true], 'after a rating');
    same((await world.look()).guests, [{ used: true, ratings: 1 }], 'guests at TMDB');
  },

  'a guest who rates nothing expires after an hour': async (world) => {
    const { clock } = world;
    const auth = world.client({ clock });
    await auth.loginAsGuest();
    clock.advance(3_600_000);
    same(auth.getView().state, 'idle.guestExpired', 'the state');
  },

  'a guest survives a denied sign-in': async (world) => {
    const auth = world.client();
    await auth.loginAsGuest();
    const denied = rejects(auth.login({ redirectTo: 'http://app.test/' }), 'approval_denied');
    await world.reaches(auth, 'awaitingApproval');
    await auth.handleCallback(await world.deny(auth.approvalUrl));
    await denied;
    same(auth.getView().status, 'guest', 'afterwards');
  },

  "a guest's ratings are carried over to the user": async (world) => {
    const auth = world.client();
    await auth.loginAsGuest();
    await auth.api('/3/movie/550/rating', rate);
    await world.signIn(auth);
    const { total, carried, failed } = await auth.carryOverGuestRatings();
    same([total, carried, failed], [1, 1, []], 'the carry-over');
    same((await world.look()).ratings, 1, "the user's ratings at TMDB");
  },
};
