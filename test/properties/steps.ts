import fc from 'fast-check';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { MINUTE } from '../support/clock.ts';
import type { Step } from './driver.ts';

const path = fc.constantFrom<(string | RegExp | undefined)[]>(
  undefined,
  'GET /3/authentication/token/new',
  'POST /3/authentication/session/new',
  'GET /3/account',
  'DELETE /3/authentication/session',
  'GET /3/authentication/guest_session/new',
  'POST /4/auth/request_token',
  'POST /4/auth/access_token',
  'POST /3/authentication/session/convert/4',
  'DELETE /4/auth/access_token',
  /\/(account_states|rating)$/,
  /\/rated\//,
);

const trouble = fc.constantFrom<Fault[]>(
  { kind: 'dropBefore' },
  { kind: 'dropAfter' },
  { kind: 'hang' },
  { kind: 'hang', when: 'after' },
  { kind: 'latency', ms: 5 },
  { kind: 'rateLimited', retryAfter: 2 },
  { kind: 'rateLimited', retryAfter: null, body: 'none' },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500, code: 11 },
  { kind: 'html' },
  { kind: 'html', status: 502 },
  { kind: 'truncated' },
  { kind: 'garbage' },
  { kind: 'early17' },
  { kind: 'status', status: 422, code: 41 },
  { kind: 'revokeUser' },
);

const fault: fc.Arbitrary<Step> = fc
  .tuple(trouble, path, fc.integer({ min: 1, max: 5 }))
  .map(([kind, match, times]) => ({ do: 'fault', fault: { ...kind, ...(match && { match }), times } }));

const someTime = fc.constantFrom(100, 900, 3_000, 11_000, 5 * MINUTE, 61 * MINUTE, 25 * 60 * MINUTE);

const simply = (...names: Exclude<Step['do'], 'pass' | 'sleep' | 'fault'>[]): fc.Arbitrary<Step> =>
  fc.constantFrom(...names).map((name) => ({ do: name }) as Step);

const anything: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: simply('login', 'approve', 'comeBack', 'rest') },
  { weight: 3, arbitrary: simply('guest', 'rate', 'retry', 'cancel', 'logout', 'restart', 'readAccount') },
  {
    weight: 2,
    arbitrary: simply('password', 'wrongPassword', 'prepare', 'revoke', 'deny', 'comeBackDenied'),
  },
  { weight: 2, arbitrary: simply('adopt', 'adoptUnknown', 'adoptAccess') },
  { weight: 3, arbitrary: simply('carryOver', 'overwrite', 'verify', 'rateOther') },
  { weight: 1, arbitrary: simply('comeBackOtherToken', 'comeBackGarbled', 'validate', 'readLists') },
  { weight: 2, arbitrary: fault },
  { weight: 1, arbitrary: someTime.map((ms): Step => ({ do: 'pass', ms })) },
  { weight: 1, arbitrary: someTime.map((ms): Step => ({ do: 'sleep', ms })) },
);

/** Usual sequences of a user, which chance alone would seldom find, with other steps in between. */
const usual: Step[][] = [
  [{ do: 'login' }, { do: 'rest' }, { do: 'approve' }, { do: 'comeBack' }],
  [
    { do: 'guest' },
    { do: 'rest' },
    { do: 'rate' },
    { do: 'login' },
    { do: 'rest' },
    { do: 'approve' },
    { do: 'comeBack' },
  ],
  [
    { do: 'guest' },
    { do: 'rest' },
    { do: 'rate' },
    { do: 'rateOther' },
    { do: 'rest' },
    { do: 'login' },
    { do: 'rest' },
    { do: 'approve' },
    { do: 'comeBack' },
    { do: 'rest' },
    { do: 'carryOver' },
  ],
  [
    { do: 'login' },
    { do: 'rest' },
    { do: 'approve' },
    { do: 'fault', fault: { kind: 'status', match: 'POST /3/authentication/session/convert/4', times: 6 } },
    { do: 'comeBack' },
    { do: 'rest' },
    { do: 'restart' },
    { do: 'cancel' },
  ],
  [{ do: 'adopt' }, { do: 'rest' }, { do: 'readAccount' }, { do: 'logout' }, { do: 'rest' }, { do: 'adopt' }],
  [
    { do: 'guest' },
    { do: 'rest' },
    { do: 'rate' },
    { do: 'adoptAccess' },
    { do: 'rest' },
    { do: 'carryOver' },
  ],
  [{ do: 'prepare' }, { do: 'login' }, { do: 'rest' }, { do: 'deny' }, { do: 'comeBackDenied' }],
];

const disturbed = fc
  .tuple(fc.constantFrom(...usual), fc.array(fc.tuple(fc.nat(12), anything), { maxLength: 5 }))
  .map(([way, between]) => {
    const steps = [...way];
    for (const [at, step] of between) steps.splice(at, 0, step);
    return steps;
  });

export const anySteps = fc.oneof(disturbed, fc.array(anything, { minLength: 1, maxLength: 12 }));
