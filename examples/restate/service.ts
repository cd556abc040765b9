/** The service process, the part that is deployed. Only Restate may call it. */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { createRestateServices, type RestateOptions } from '../../src/platforms/restate/index.ts';

const options = JSON.parse(process.env.SERVICE_OPTIONS ?? '{}') as RestateOptions;

const server = createServer(
  createEndpointHandler({
    services: createRestateServices(options),
    // Restate's SDK would log a line for every event.
    logger: ({ level }, ...text) => {
      if (level === 'error') console.error(...text);
    },
  }),
);
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);

// The process must not outlive the example.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
