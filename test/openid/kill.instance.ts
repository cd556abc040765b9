/** One instance of a provider, as a process: the variable INSTANCE holds its options, and it prints its port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStorage, type Driver } from 'unstorage';
import redisDriver from 'unstorage/drivers/redis';
import { createOpenidProvider, type OpenidProviderOptions } from '../../src/platforms/openid/index.ts';

export interface InstanceSettings
  extends Omit<OpenidProviderOptions, 'store' | 'onWarning' | 'fetch' | 'clock'> {
  /** The Redis server that all instances share. */
  redis: string;
}

const { redis, ...options } = JSON.parse(process.env.INSTANCE ?? '') as InstanceSettings;
const provider = createOpenidProvider({
  ...options,
  store: createStorage({ driver: redisDriver({ url: redis }) as Driver }),
  requestsPerSecond: Number.POSITIVE_INFINITY,
});
const server = createServer(provider).listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);
