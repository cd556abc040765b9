import { describe, expect, test } from 'vitest';
import { createRestateClient } from '../../src/platforms/restate/index.ts';
import { PUBLIC_EVENTS } from '../../src/platforms/restate/messages.ts';
import { createSealing } from '../../src/platforms/restate/sealing.ts';
import { callback, tokenIn } from '../support/approval.ts';
import { reaches, SECRETS, setStage } from './stage.ts';

const stage = setStage();

const post = (path: string, body: unknown = {}) =>
  fetch(`${stage.restate.ingressURL}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The view of an untouched sign-in. */
const waits = { state: 'awaitingApproval.waiting', failure: null };

const ACCOUNT = { id: 1, username: 'mallory', name: '', avatarPath: null, gravatarHash: null };
const FACTS = { token: null, exchanging: false, access: null, account: ACCOUNT, guest: null };
const FORGED = [
  { type: 'xstate.done.actor.createSession', output: { session: { createdAt: 1 } } },
  { type: 'xstate.error.actor.checkApproval', error: { failure: { code: 'unexpected' } } },
  { type: 'xstate.after.requestTokenLifetime.auth.awaitingApproval' },
  { type: 'xstate.init' },
  { type: 'xstate.stop' },
  { type: 'restate.promise.resolve', data: {} },
  {
    type: 'record.changed',
    output: { at: 1, facts: { ...FACTS, session: { createdAt: 1, expiresAt: null } } },
  },
  { type: 'record.failed', failure: { code: 'unexpected' } },
  { type: 'ratings.progress', carryOver: {} },
  { type: 'ratings.carry', overwrite: true },
  { type: 'guest.start' },
  { type: 'guest.used' },
  { type: 'guest.rejected' },
  { type: 'session.rejected' },
  { type: 'login.start' },
  { type: 'login.password' },
  { type: 'session.adopt' },
  { type: 'approval.granted' },
  { type: 'approval.denied' },
  { type: 'approval.blocked', failure: { code: 'unexpected' } },
];

describe('the private objects', () => {
  test.each([
    ...['begin', 'send', 'invokePromise', 'view', 'watch', 'unwatch', 'end', 'endUnless'].map(
      (handler) => ['TmdbSignInMachine', handler] as const,
    ),
    ...['begin', 'read', 'put', 'claim', 'release', 'take', 'want', 'forget', 'revoke'].map(
      (handler) => ['TmdbSignInVault', handler] as const,
    ),
  ])('cannot be called from outside: %s/…/%s', async (object, handler) => {
    const { client } = stage;
    const { id, ticket } = await client.start();
    const response = await post(`${object}/${id}/${handler}`, { event: { type: 'login.cancel' } });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('not public');
    expect(await client.view(ticket)).toMatchObject(waits);
  });

  test('have no handlers of the library besides those that the machine needs', async () => {
    const response = await fetch(`${stage.restate.adminURL}/services`);
    const { services } = (await response.json()) as {
      services: { name: string; public: boolean; handlers: { name: string; public: boolean }[] }[];
    };
    expect(services.filter((service) => service.public).map(({ name }) => name)).toEqual(['TmdbSignIn']);
    const machine = services.find(({ name }) => name === 'TmdbSignInMachine');
    expect(machine?.handlers.map(({ name }) => name).sort()).toEqual(
      ['begin', 'end', 'endUnless', 'invokePromise', 'send', 'unwatch', 'view', 'watch'].sort(),
    );
  });
});

describe('the public service', () => {
  const handlers = ['start', 'view', 'wait', 'send', 'callback', 'collect'];

  test.each(handlers)('refuses a caller without a seal: %s', async (handler) => {
    const id = crypto.randomUUID();
    const other = createSealing(['another secret, as long as it has to be 0123']);
    const sealed = await other.close(`ask ${handler}`, { at: Date.now(), id, secret: 'x', event: 'retry' });
    for (const body of [{}, null, 'text', { id, secret: 'x' }, { sealed: 'x' }, { sealed: 7 }, { sealed }]) {
      expect((await post(`TmdbSignIn/${handler}`, body)).status).toBe(401);
    }
  });

  test('refuses a request that is old, or was sealed for another handler', async () => {
    const sealing = createSealing(SECRETS);
    const { id, ticket } = await stage.client.start();
    const secret = ticket.split('.')[1];
    const cancel = { id, secret, event: 'login.cancel' };
    const old = await sealing.close('ask send', { at: Date.now() - 600_000, ...cancel });
    const other = await sealing.close('ask view', { at: Date.now(), ...cancel });
    expect((await post('TmdbSignIn/send', { sealed: old })).status).toBe(401);
    expect((await post('TmdbSignIn/send', { sealed: other })).status).toBe(401);
    expect(await stage.client.view(ticket)).toMatchObject(waits);
  });

  test.each(FORGED)('refuses the event $type, also from the device itself', async (event) => {
    const { client } = stage;
    const { ticket } = await client.start();
    for (const forged of [event.type, event]) {
      await expect(client.send(ticket, forged as never)).rejects.toMatchObject({
        code: 'unexpected',
        failure: { httpStatus: 400 },
      });
    }
    expect(await client.view(ticket)).toMatchObject(waits);
  });

  test('accepts the events of a device only', () => {
    expect(PUBLIC_EVENTS).toEqual(['approval.check', 'login.cancel', 'retry', 'logout']);
  });

  test('opens no sign-in but the ticket’s own', async () => {
    const { client } = stage;
    const one = await client.start();
    const other = await client.start();
    const mixed = `${one.id}.${other.ticket.split('.')[1]}`;
    for (const wrong of [mixed, `${crypto.randomUUID()}.${'x'.repeat(43)}`, one.id, '', '../x.y']) {
      expect(await client.view(wrong)).toBeNull();
      expect(await client.wait(wrong, { seen: 'idle.fresh' })).toBeNull();
      expect(await client.send(wrong, 'login.cancel')).toBeNull();
      expect(await client.collect(wrong)).toBeNull();
    }
    expect(await client.view(one.ticket)).toMatchObject(waits);
  });

  test('tells a client with other secrets so', async () => {
    const { ingressURL } = stage.restate;
    const withOtherSecrets = createRestateClient({
      ingressURL,
      secrets: ['another secret, as long as it has to be'],
    });
    await expect(withOtherSecrets.start()).rejects.toMatchObject({ code: 'invalid_credentials' });
    const lost = createRestateClient({ ingressURL, secrets: SECRETS, name: 'Elsewhere' });
    await expect(lost.start()).rejects.toMatchObject({ code: 'unexpected', failure: { httpStatus: 404 } });
  });

  test('refuses to begin a sign-in over another', async () => {
    const { client, tmdb } = stage;
    const sealing = createSealing(SECRETS);
    const { id, ticket, view } = await client.start();
    const ask = { at: Date.now(), id, secret: 'mine', redirectTo: null };
    const again = await post('TmdbSignIn/start', { sealed: await sealing.close('ask start', ask) });
    expect(again.status).toBe(409);
    const requestToken = tokenIn(view.approvalUrl);
    tmdb.approve(requestToken);
    await client.callback(id, callback(requestToken));
    await reaches(client, ticket, 'sessionActive.ready');
  });
});
