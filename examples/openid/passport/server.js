import { randomUUID } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';
import { page } from './page.js';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, PORT } = process.env;
for (const name of ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'SITE', 'PORT'])
  if (!process.env[name]) {
    console.error(`Set the environment variable ${name}.`);
    process.exit(1);
  }

// The strategy wants every endpoint by name. All providers list them here.
const found = await fetch(`${ISSUER}/.well-known/openid-configuration`);
if (!found.ok) throw new Error(`The provider answered ${found.status}.`);
const endpoints = await found.json();

passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: ISSUER,
      authorizationURL: endpoints.authorization_endpoint,
      tokenURL: endpoints.token_endpoint,
      userInfoURL: endpoints.userinfo_endpoint,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${SITE}/callback`,
      scope: ['profile'], // the strategy adds `openid`
      nonce: true,
    },
    // A site with a database of users looks `profile.id` up here.
    (_issuer, profile, _context, idToken, done) =>
      done(null, { id: profile.id, name: profile.displayName, idToken }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(
  session({
    secret: randomUUID(), // in production one that outlives a restart, and a store
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: SITE.startsWith('https:') },
  }),
);
app.use(passport.session());

app.get('/', (request, response) => {
  response.set('cache-control', 'no-store').send(page(request.user, 'denied' in request.query));
});
app.post('/login', passport.authenticate('openidconnect'));
app.get(
  '/callback',
  (request, response, next) => {
    if (request.query.error === 'access_denied') response.redirect('/?denied');
    else next();
  },
  // Fails when the page is loaded again: the state is used up.
  passport.authenticate('openidconnect', { successRedirect: '/', failureRedirect: '/' }),
);
app.post('/logout', (request, response, next) => {
  const { idToken } = request.user ?? {};
  request.logout((error) => {
    if (error) return next(error);
    if (!idToken) return response.redirect('/');
    const url = new URL(endpoints.end_session_endpoint);
    url.search = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${SITE}/` });
    response.redirect(url.href);
  });
});

const server = app.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => server.close().closeAllConnections());
