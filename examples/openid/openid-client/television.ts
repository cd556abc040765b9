import * as oidc from 'openid-client';
import { html } from '../../server/html.ts';
import { page } from './page.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** A television: it shows a code, and asks every two seconds whether a user has typed it elsewhere. */
export async function createTelevision(issuer: string) {
  const app = await oidc.discovery(new URL(issuer), 'television', undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  let shown: oidc.DeviceAuthorizationResponse | null = null;

  return async (url: URL): Promise<Response> => {
    const present = url.searchParams.has('wait') ? shown : null;
    if (!present) {
      shown = await oidc.initiateDeviceAuthorization(app, { scope: 'openid profile' });
      return waiting(shown);
    }
    try {
      const tokens = await oidc.genericGrantRequest(app, GRANT, { device_code: present.device_code });
      shown = null;
      return page(
        'Television',
        html`<div class="hero"><h1>Good evening, ${String(tokens.claims()?.name)}</h1>
<p class="lead">The television is signed in.</p><p><a href="/">Back to the site</a></p></div>`,
      );
    } catch (error) {
      const { error: code } = error as oidc.ResponseBodyError;
      if (code === 'authorization_pending' || code === 'slow_down') return waiting(present);
      shown = null;
      return page(
        'Television',
        html`<div class="hero"><h1>${code === 'expired_token' ? 'That took too long' : 'You did not allow it'}</h1>
<p class="lead"><a href="/television">Start again</a></p></div>`,
      );
    }
  };
}

const waiting = (shown: oidc.DeviceAuthorizationResponse) =>
  page(
    'Television',
    html`<div class="hero"><h1>${shown.user_code}</h1>
<p class="lead">Open <a href="${shown.verification_uri}" target="_blank">${shown.verification_uri}</a> on your phone and type this code.</p></div>`,
    html``,
    { refresh: '2; url=/television?wait' },
  );
