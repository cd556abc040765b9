import type { ServiceDefinition, VirtualObjectDefinition } from '@restatedev/restate-sdk';
import { createClient } from '../tmdb/client.ts';
import { createFacade } from './facade.ts';
import { restateMachine } from './machine.ts';
import { createMachineObject } from './machine-object.ts';
import { type RestateOptions, restateSettingsOf } from './options.ts';
import { createSealing } from './sealing.ts';
import { createVault } from './vault.ts';

/** What `createRestateServices` makes, ready for an endpoint of Restate's SDK. */
export type RestateServices = (
  | ServiceDefinition<string, unknown>
  | VirtualObjectDefinition<string, unknown>
)[];

/**
 * Sign-ins as Restate services: one public (`TmdbSignIn`), and two private objects, the machine and its vault. Bind
 * them all: `createEndpointHandler({ services: createRestateServices(options) })`. Throws `invalid_credentials`, or a
 * `TypeError` that names the option.
 */
export function createRestateServices(options: RestateOptions): RestateServices {
  const settings = restateSettingsOf(options);
  const sealing = createSealing(options.secrets);
  const around = { settings, sealing, client: createClient(settings) };
  return [
    createFacade(settings, sealing),
    createMachineObject(restateMachine(around), settings),
    createVault(around),
  ];
}
