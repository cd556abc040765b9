/** The texts of the page on which a user types a code. `{site}` stands for the site's host. */
export interface DeviceTexts {
  /** Language of the texts, for `<html lang>`: `de`. */
  language: string;
  /** Heading of the page that asks for the code. */
  title: string;
  /** What to do there. */
  prompt: string;
  /** Label of the field. */
  label: string;
  /** The button below the field. */
  next: string;
  /** Shown when the code is wrong, used or expired. */
  wrong: string;
  /** Shown when too many wrong codes were typed. */
  tooMany: string;
  /** Heading of the page after the code. */
  question: string;
  /** What the user is about to approve. */
  approving: string;
  /** The warning about codes that another person sent. */
  warning: string;
  /** The button that leads to TMDB. */
  approve: string;
  /** The link that leads away. */
  leave: string;
}

export const DEVICE_TEXTS: DeviceTexts = {
  language: 'en',
  title: 'Sign in on another device',
  prompt: 'Type the code that your television or other device shows.',
  label: 'Code',
  next: 'Continue',
  wrong: 'This code is wrong, was used, or has expired. Type the code that the device shows now.',
  tooMany: 'Too many wrong codes were typed. Try again in five minutes.',
  question: 'Is this code on a screen in front of you?',
  approving:
    'The device that shows it will be signed in to {site} with your TMDB account, and can rate films and change lists as you. TMDB asks for your approval next.',
  warning:
    'Did another person send you this code, or a link to this page? Then leave: that person would be signed in as you.',
  approve: 'Yes, continue to TMDB',
  leave: 'No, leave',
};
