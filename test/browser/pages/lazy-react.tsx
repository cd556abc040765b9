import { createRoot, hydrateRoot } from 'react-dom/client';
import { createLazyAuth } from '../../../src/platforms/lazy/index.ts';
import type {} from './react.tsx';
import { App } from './react-app.tsx';

/** The hooks with a client that loads the engine on demand. */
window.ends = [];
window.recovered = [];
const auth = createLazyAuth(CONFIG);
window.auth = auth;

const container = document.querySelector('#root');
if (!container) throw new Error('no root');
const app = <App auth={auth} />;
const onRecoverableError = (error: unknown) => void window.recovered.push(String(error));
if (container.childElementCount > 0) hydrateRoot(container, app, { onRecoverableError });
else createRoot(container).render(app);
