import type { Metadata } from 'next';
import type { ReactNode } from 'react';

export const metadata: Metadata = { title: 'Evening Reel' };

const STYLE = `
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui }
  body { max-width: 32rem; margin: 10vh auto; padding: 0 1.25rem }
  button { font: inherit; padding: .5rem 1rem }
`;

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <style>{STYLE}</style>
      </head>
      <body>{children}</body>
    </html>
  );
}
