/** What must compile, and what must not, of the Restate services. Checked by `tsc`, never run. */

import { createServer } from 'node:http2';
import { createEndpointHandler, endpoint } from '@restatedev/restate-sdk';
import { createRestateClient, createRestateServices, type SignInView } from 'tmdb-auth/restate';

const secrets = [''];
const services = createRestateServices({ credentials: { accessToken: '' }, secrets, pollInterval: 5_000 });
createServer(createEndpointHandler({ services }));
for (const service of services) endpoint().bind(service);

// @ts-expect-error nothing is kept without a seal
createRestateServices({ credentials: { accessToken: '' } });
// @ts-expect-error where it is stored is Restate's affair
createRestateServices({ credentials: { accessToken: '' }, secrets, storage: null });
// @ts-expect-error a client needs the seal as well
createRestateClient({ ingressURL: '' });

const client = createRestateClient({ ingressURL: '', secrets });
export const started: Promise<{ id: string; ticket: string; view: SignInView }> = client.start();
client.wait('', { seen: 'awaitingApproval.waiting' }).then((view) => view?.approvalUrl?.length);
client.send('', 'login.cancel');
// @ts-expect-error that an approval was granted is TMDB's to say
client.send('', 'approval.granted');
client.collect('').then((signedIn) => signedIn?.sessionId.length);
