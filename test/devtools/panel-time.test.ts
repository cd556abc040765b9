import { describe, expect, test } from 'vitest';
import { deny, later, openPopup, SETTABLE_CLOCK } from '../browser/stage.ts';
import { HOUR } from '../support/clock.ts';
import { OPEN, POPUP, panelInChromium, send } from './panel.stage.ts';
import { screenOf, showsState, whatOf } from './screen.ts';

const stage = panelInChromium();

describe('the panel’s timeline', () => {
  test('shows an earlier step without buttons until “back to now” is pressed', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.event('guest.start').click();
    await showsState(page, 'guestActive.unused');
    expect(await panel.lookingBack.isVisible()).toBe(false);
    await panel.step(3).getByRole('button').click();
    await showsState(page, 'guestRequested.trying');
    expect(await panel.lookingBack.textContent()).toMatch(
      /^As it was at \d\d:\d\d:\d\d\.\d{3}, step 3\. Back to now$/,
    );
    expect(await panel.active()).toEqual(['guestRequested', 'guestRequested.trying']);
    expect(await panel.traces('idle|event:guest.start|guestRequested')).toMatchObject({ wrong: [] });
    expect(await panel.title.textContent()).toBe('guestRequested.trying');
    expect(await panel.value('state').textContent()).toBe('guestRequested.trying');
    expect(await panel.value('can.cancel').textContent()).toBe('true');
    expect(await panel.status.textContent()).toBe('pending');
    expect(await panel.countdown.textContent()).toBe('');
    expect(await panel.events.count()).toBe(0);
    expect(await panel.waits.textContent()).toBe('');
    const pressed = () =>
      panel.steps.evaluateAll((all) =>
        all.filter((one) => one.querySelector('[aria-pressed=true]')).map((one) => one.getAttribute('value')),
      );
    expect(await pressed()).toEqual(['3']);

    // New steps are added to the timeline without changing the view.
    await send(page, 'guest.used');
    await expect.poll(() => panel.steps.count()).toBe(5);
    expect(await panel.state.textContent()).toBe('guestRequested.trying');

    await panel.back.click();
    await showsState(page, 'guestActive.used');
    expect(await panel.lookingBack.isVisible()).toBe(false);
    expect(await panel.active()).toEqual(['guestActive', 'guestActive.used']);
    expect(await panel.events.count()).toBeGreaterThan(0);
    expect(await pressed()).toEqual(['5']);
  });

  test('returns to the present with the last step', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.step(1).getByRole('button').click();
    await showsState(page, 'restoring');
    await panel.step(2).getByRole('button').click();
    await showsState(page, 'idle.fresh');
    expect(await panel.lookingBack.isVisible()).toBe(false);
    await page.click('#guest');
    await showsState(page, 'guestActive.unused');
  });

  test('has the latest step first, and marks ignored and failed ones', async () => {
    const { openIdle } = await stage({ options: POPUP });
    const page = await openIdle();
    await send(page, 'approval.check');
    await deny(await openPopup(page));
    await showsState(page, 'idle.approvalDenied');
    expect(await whatOf(page)).toEqual([
      'TMDB sent the user back: denied',
      'TMDB issued a request token',
      'The app asked to sign in',
      'The app asked whether the user has approved',
      'The stored record was read',
      'First seen here',
    ]);
    const classes = await screenOf(page).steps.evaluateAll((all) => all.map((one) => one.className));
    expect(classes).toEqual(['failed', 'taken', 'taken', 'ignored', 'taken', 'taken']);
  });

  test('keeps the last 300 steps, and returns to the present if the chosen one is dropped', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.step(1).getByRole('button').click();
    await showsState(page, 'restoring');
    await page.evaluate(() => {
      for (let count = 0; count < 400; count++) window.auth.actor.send({ type: 'approval.check' });
    });
    await expect.poll(() => panel.steps.count()).toBe(300);
    await showsState(page, 'idle.fresh');
    expect(await panel.steps.first().getAttribute('value')).toBe('402');
  });
});

describe('the time left in the panel', () => {
  test('counts down by the client’s clock', async () => {
    const on = await stage({ options: OPEN, script: SETTABLE_CLOCK });
    await later(on, 5 * HOUR);
    await on.context.clock.install();
    const page = await on.openIdle();
    const panel = screenOf(page);
    expect(await panel.countdown.textContent()).toBe('');
    await panel.event('guest.start').click();
    await showsState(page, 'guestActive.unused');
    const now = await page.evaluate(() => Date.now());
    await page.clock.pauseAt(now + 60_000);
    const secondsOf = (text: string | null) => {
      const [minutes = Number.NaN, seconds = Number.NaN] = (text ?? '').split(/[: ]/).map(Number);
      return minutes * 60 + seconds;
    };
    const leftNow = async () => secondsOf(await panel.countdown.textContent());
    const before = await leftNow();
    const { unusedUntil, clientNow } = await page.evaluate(() => ({
      unusedUntil: window.auth.getView().guest?.unusedUntil ?? 0,
      clientNow: window.auth.now(),
    }));
    expect(Math.abs(before - (unusedUntil - clientNow) / 1_000)).toBeLessThanOrEqual(2);
    await page.clock.runFor(90_000);
    expect(await leftNow()).toBe(before - 90);
    expect(await panel.countdown.textContent()).toMatch(/^\d+:\d\d left$/);
    expect(await panel.timers.allTextContents()).toEqual([
      expect.stringMatching(/^Guest session, if nothing is rated5\d:\d\d$/),
      expect.stringMatching(/^Guest session, if something is rated23:5\d:\d\d$/),
    ]);
  });
});
