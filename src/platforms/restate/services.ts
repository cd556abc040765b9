import type { ServiceDefinition, VirtualObjectDefinition } from '@restatedev/restate-sdk';
import { createClient } from '../../tmdb/client.ts';
import { createFacade } from './facade.ts';
import { restateMachine } from './machine.ts';
import { createMachineObject } from './machine-object.ts';
import { type RestateOptions, restateSettingsOf } from './options.ts';
import { createSealing } from './sealing.ts';
import { createVault } from './vault.ts';

/** The services for an endpoint of Restate's SDK. */
export type RestateServices = (
  | ServiceDefinition<string, unknown>
  | VirtualObjectDefinition<string, unknown>
)[];

/**
 * Sign-ins as Restate services: a public one (`TmdbSignIn`) and two private objects, the machine and its vault. Bind
 * all of them: `createEndpointHandler({ services: createRestateServices(options) })`. Throws `invalid_credentials`,
 * or a `TypeError` that names an invalid option.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http2';
 * import { createEndpointHandler } from '@restatedev/restate-sdk';
 * import { createRestateServices } from 'tmdb-auth/restate';
 *
 * const credentials = { accessToken: process.env.TMDB_ACCESS_TOKEN ?? '' };
 * const services = createRestateServices({ credentials, secrets: [process.env.SIGN_IN_SECRET ?? ''] });
 * createServer(createEndpointHandler({ services })).listen(9080, '127.0.0.1');
 * ```
 */
export function createRestateServices(options: RestateOptions): RestateServices {
  const settings = restateSettingsOf(options);
  const sealing = createSealing(options.secrets);
  const dependencies = { settings, sealing, client: createClient(settings) };
  return [
    createFacade(settings, sealing),
    createMachineObject(restateMachine(dependencies), settings),
    createVault(dependencies),
  ];
}
