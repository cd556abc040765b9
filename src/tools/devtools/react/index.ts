/**
 * The panel as a React component.
 * @module tmdb-auth/devtools/react
 */
'use client';

import { useEffect } from 'react';
import { useTmdbAuth } from '../../../ui/react/index.ts';
import { type DevtoolsOptions, openDevtools } from '../open-devtools.ts';

/** The panel for the client of the enclosing `TmdbAuthProvider`: `<TmdbAuthDevtools />`. Renders nothing itself. */
export function TmdbAuthDevtools({ open = false }: Pick<DevtoolsOptions, 'open'>): null {
  const { auth } = useTmdbAuth();
  useEffect(() => openDevtools(auth, { open }), [auth, open]);
  return null;
}
