/** A service process, as an app would run it: `worker.ts '{"port":…,"options":{…}}'`. It says `ready` when it serves. */
import { createServer } from 'node:http2';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { createRestateServices, type RestateOptions } from '../../src/platforms/restate/index.ts';

const { port, options } = JSON.parse(process.argv[2] ?? '') as { port: number; options: RestateOptions };

// The address of a service is what Restate was told: nobody else may reach it.
const server = createServer(createEndpointHandler({ services: createRestateServices(options) }));
server.listen(port, '127.0.0.1', () => console.log('ready'));
