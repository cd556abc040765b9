import type { NextConfig } from 'next';
import { PHASE_PRODUCTION_BUILD } from 'next/constants.js';

export default function config(phase: string): NextConfig {
  if (phase !== PHASE_PRODUCTION_BUILD) prepareEnvironment();
  return {
    poweredByHeader: false,
    // Next would guess the folder from lock files further up.
    turbopack: { root: import.meta.dirname },
  };
}

function prepareEnvironment() {
  for (const name of ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'SITE']) {
    if (process.env[name]) continue;
    console.error(`The variable ${name} is missing.`);
    process.exit(1);
  }
  // A new secret signs everybody out: set your own in production.
  process.env.AUTH_SECRET ||= crypto.randomUUID() + crypto.randomUUID();
}
