/** Code with the Restate services that must compile, and code that must not. Checked by `tsc`, never run. */

import { createServer } from 'node:http2';
import { createEndpointHandler, endpoint } from '@restatedev/restate-sdk';
import { createRestateClient, createRestateServices, type SignInView } from 'tmdb-auth/restate';

const secrets = [''];
const services = createRestateServices({ credentials: { accessToken: '' }, secrets, pollInterval: 5_000 });
createServer(createEndpointHandler({ services }));
for (const service of services) endpoint().bind(service);

// @ts-expect-error secrets are required to seal what is stored
createRestateServices({ credentials: { accessToken: '' } });
// @ts-expect-error Restate decides where data is stored
createRestateServices({ credentials: { accessToken: '' }, secrets, storage: null });
// @ts-expect-error a client needs the secrets as well
createRestateClient({ ingressURL: '' });

const client = createRestateClient({ ingressURL: '', secrets });
export const started: Promise<{ id: string; ticket: string; view: SignInView }> = client.start();
client.wait('', { seen: 'awaitingApproval.waiting' }).then((view) => view?.approvalUrl?.length);
client.send('', 'login.cancel');
// @ts-expect-error only TMDB can grant an approval
client.send('', 'approval.granted');
client.collect('').then((signedIn) => signedIn?.sessionId.length);
