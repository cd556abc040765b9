/** The texts of the pages. `{app}`, `{user}` and `{code}` are replaced where a text has them by default. */
export interface OpenidTexts {
  /** The `lang` of the pages. Default: `en`. */
  language: string;
  /** Title of the page that asks for consent. */
  consentTitle: string;
  /** Names the TMDB account. */
  consentUser: string;
  /** Comes before the list of what the app may do. */
  consentLead: string;
  /** Scope `openid`. */
  consentOpenid: string;
  /** Scope `profile`. */
  consentProfile: string;
  /** Scope `tmdb`. */
  consentTmdb: string;
  /** Scope `offline_access`. */
  consentOffline: string;
  /** Button. */
  allow: string;
  /** Button. */
  deny: string;
  /** Title of the page on which a user types the code of a device. */
  codeTitle: string;
  /** Label of the field. */
  codeLabel: string;
  /** Below the field. */
  codeHint: string;
  /** The code is unknown. */
  codeUnknown: string;
  /** The code was used before. */
  codeUsed: string;
  /** The code has expired. */
  codeExpired: string;
  /** Button. */
  next: string;
  /** Title of the page that shows the code again. */
  deviceTitle: string;
  /** Asks the user to compare the codes. */
  deviceCompare: string;
  /** Warns of codes that another person sent. */
  deviceWarning: string;
  /** Title after a device was connected. */
  doneTitle: string;
  /** Text after a device was connected. */
  doneText: string;
  /** Title after the user has refused a device. */
  deniedTitle: string;
  /** Text after the user has refused a device. */
  deniedText: string;
  /** Title of a page that came too late. */
  lateTitle: string;
  /** Text of a page that came too late. */
  lateText: string;
  /** Title of the page between a form and the next address. */
  continueTitle: string;
  /** Link on that page. */
  continueLink: string;
  /** Title after too many wrong codes, or too many sign-ins of one address. */
  tooManyTitle: string;
  /** Text after too many wrong codes, or too many sign-ins of one address. */
  tooManyText: string;
  /** Title while TMDB or the store cannot be reached. */
  retryTitle: string;
  /** Text while TMDB or the store cannot be reached. */
  retryText: string;
  /** Link on that page. */
  retryLink: string;
  /** Title of a return that belongs to another browser. */
  elsewhereTitle: string;
  /** Text of a return that belongs to another browser. */
  elsewhereText: string;
  /** Button that ends that sign-in. */
  elsewhereEnd: string;
  /** Link to the user's sessions on TMDB, where the sign-in can no longer be ended here. */
  elsewhereSessions: string;
  /** Title after that sign-in was ended. */
  endedTitle: string;
  /** Text after that sign-in was ended. */
  endedText: string;
  /** Title of the page that asks before signing out. */
  logoutTitle: string;
  /** Text of the page that asks before signing out. */
  logoutText: string;
  /** Button. */
  logout: string;
  /** Button. */
  stay: string;
  /** Title after signing out. */
  loggedOutTitle: string;
  /** Text after signing out. */
  loggedOutText: string;
  /** Title of an invalid request. The error's code and description follow. */
  errorTitle: string;
}

export const ENGLISH: OpenidTexts = {
  language: 'en',
  consentTitle: 'Allow {app} to use your TMDB account?',
  consentUser: 'You are signed in to TMDB as {user}.',
  consentLead: '{app} will be able to:',
  consentOpenid: 'recognise your TMDB account',
  consentProfile: 'see your name, user name, picture and language',
  consentTmdb: 'use TMDB as you: read and change your ratings, favourites, watchlist and lists',
  consentOffline: 'stay connected until you sign out there or remove its access on TMDB',
  allow: 'Allow',
  deny: 'Deny',
  codeTitle: 'Connect a device',
  codeLabel: 'Code',
  codeHint: 'Type the eight letters that your device shows.',
  codeUnknown: 'There is no such code. Compare it with the one on your device.',
  codeUsed: 'This code has already been used. Start again on your device.',
  codeExpired: 'This code has expired. Start again on your device.',
  next: 'Continue',
  deviceTitle: 'Connect {app}?',
  deviceCompare: 'Your device must show this code:',
  deviceWarning: 'Did another person send you this code? Then deny: that person could use TMDB as you.',
  doneTitle: '{app} is connected',
  doneText: 'You can close this page and go back to your device.',
  deniedTitle: 'Access was denied',
  deniedText: 'The device was not connected. You can close this page.',
  lateTitle: 'This came too late',
  lateText: 'The request has expired. Go back to the app or the device and start again.',
  continueTitle: 'One moment',
  continueLink: 'Continue',
  tooManyTitle: 'Too many attempts',
  tooManyText: 'Wait a few minutes, then try again.',
  retryTitle: 'Signing in does not work at the moment',
  retryText: 'TMDB or this service cannot be reached. Nothing is lost: try again in a moment.',
  retryLink: 'Try again',
  elsewhereTitle: 'This sign-in was begun in another browser',
  elsewhereText:
    'If you began it yourself, go back there. If another person sent you a link to TMDB, that person could sign in as you.',
  elsewhereEnd: 'End that sign-in',
  elsewhereSessions: 'Look at your sessions on TMDB, and remove any that you do not recognise',
  endedTitle: 'That sign-in has been ended',
  endedText: 'If it was completed before, remove its session in your settings on TMDB.',
  logoutTitle: 'Sign out?',
  logoutText: 'You will also be signed out of the apps that you use with this sign-in.',
  logout: 'Sign out',
  stay: 'Stay signed in',
  loggedOutTitle: 'You are signed out',
  loggedOutText: 'You can close this page.',
  errorTitle: 'This request is invalid',
};

export type Name = Exclude<keyof OpenidTexts, 'language'>;

/** Puts values into the places of a text. */
export type Say = (name: Name, values?: { app?: string; user?: string }) => string;

export const speaker =
  (texts: OpenidTexts): Say =>
  (name, values = {}) =>
    texts[name].replace(/\{(app|user)\}/g, (place, key: 'app' | 'user') => values[key] ?? place);
