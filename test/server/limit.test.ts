import { expect, test } from 'vitest';
import { createLimit } from '../../src/platforms/server/limit.ts';
import { networkOf } from '../../src/platforms/server/network.ts';
import { createTestClock } from '../support/clock.ts';

test('a place is free again after its time, when it is given back, and when the clock was set back', () => {
  const clock = createTestClock();
  const limit = createLimit(clock, { perAddress: 1, inAll: 2, within: 1_000 });
  const giveBack = limit.take('one');
  expect(limit.take('one')).toBeNull();
  giveBack?.();
  giveBack?.();
  expect(limit.take('one')).not.toBeNull();
  expect(limit.take('two')).not.toBeNull();
  expect(limit.take(null)).toBeNull();
  clock.advance(1_000);
  expect(limit.take('one')).not.toBeNull();
  clock.set(clock.now() - 5_000);
  expect(limit.take('one')).not.toBeNull();
  expect(limit.take('one')).toBeNull();
});

test.each([
  ['2001:db8:1:2::5', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['::1', '::1'],
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4300', '192.0.2.1:4300'],
  ['unknown', 'unknown'],
])('the address %s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
