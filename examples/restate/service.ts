/** The service process that you would deploy. Only Restate may call it. */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { createRestateServices, type RestateOptions } from '../../src/platforms/restate/index.ts';

const options = JSON.parse(process.env.SERVICE_OPTIONS ?? '{}') as RestateOptions;

const server = createServer(
  createEndpointHandler({
    services: createRestateServices(options),
    // Only errors: by default every event is logged.
    logger: ({ level }, ...text) => {
      if (level === 'error') console.error(...text);
    },
  }),
);
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);

// Exits with the example.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
