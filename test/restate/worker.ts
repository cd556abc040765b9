/**
 * A service process, as an app would run it: `worker.ts '{"port":…,"options":{…}}'`. Prints `ready` once it serves.
 */
import { createServer } from 'node:http2';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { createRestateServices, type RestateOptions } from '../../src/platforms/restate/index.ts';

const { port, options } = JSON.parse(process.argv[2] ?? '') as { port: number; options: RestateOptions };

// Restate calls the service at this address; loopback keeps other machines out.
const server = createServer(createEndpointHandler({ services: createRestateServices(options) }));
server.listen(port, '127.0.0.1', () => console.log('ready'));
