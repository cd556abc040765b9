import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failure } from '../../machines/index.ts';
import { approvalUrl, parseCallback, TmdbAuthError } from '../../src/index.ts';

const TOKEN = '0123456789'.repeat(4);
/** Lone surrogates are left out, as no URL can carry them. */
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

const tokens = fc.stringMatching(/^[\w.~-]{8,80}$/);

describe('approvalUrl', () => {
  test('is the address of TMDB’s page for the token', () => {
    expect(approvalUrl({ requestToken: TOKEN })).toBe(`https://www.themoviedb.org/authenticate/${TOKEN}`);
  });

  test('encodes the return address', () => {
    expect(approvalUrl({ requestToken: TOKEN, redirectTo: 'http://localhost:3000/a b?x=1&y=2#z' })).toBe(
      `https://www.themoviedb.org/authenticate/${TOKEN}?redirect_to=http%3A%2F%2Flocalhost%3A3000%2Fa%20b%3Fx%3D1%26y%3D2%23z`,
    );
  });

  test('uses the webURL of another TMDB', () => {
    expect(approvalUrl({ requestToken: TOKEN, webURL: 'http://127.0.0.1:8080' })).toBe(
      `http://127.0.0.1:8080/authenticate/${TOKEN}`,
    );
  });

  test('keeps any token and any return address in their places', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.string({ unit: 'binary', minLength: 1 }),
        (requestToken, redirectTo) => {
          fc.pre(isWellFormed(requestToken) && isWellFormed(redirectTo) && !/^\.\.?$/.test(requestToken));
          const url = new URL(approvalUrl({ requestToken, redirectTo }));
          expect(url.origin).toBe('https://www.themoviedb.org');
          expect(url.pathname.split('/')).toHaveLength(3);
          expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).toBe(requestToken);
          expect([...url.searchParams]).toEqual([['redirect_to', redirectTo]]);
          expect(url.hash).toBe('');
        },
      ),
    );
  });
});

describe('parseCallback', () => {
  test('reads an approval and a denial, from an address, a URL object or a path', () => {
    const approved = `http://localhost/cb?a=1&request_token=${TOKEN}&approved=true`;
    expect(parseCallback(approved)).toEqual({ requestToken: TOKEN, approved: true });
    expect(parseCallback(new URL(approved))).toEqual({ requestToken: TOKEN, approved: true });
    expect(parseCallback(`/cb?request_token=${TOKEN}&denied=true`)).toEqual({
      requestToken: TOKEN,
      approved: false,
    });
    expect(parseCallback(`myapp://cb?request_token=${TOKEN}&denied=true`).approved).toBe(false);
    expect(parseCallback(`?request_token=${TOKEN}&approved=true`).approved).toBe(true);
  });

  test.each([
    '',
    'http://localhost/cb',
    `http://localhost/cb?request_token=${TOKEN}`,
    `http://localhost/cb?request_token=${TOKEN}&approved=false`,
    `http://localhost/cb?request_token=${TOKEN}&approved=true&denied=true`,
    `http://localhost/cb?request_token=${TOKEN}&request_token=${TOKEN}&approved=true`,
    'http://localhost/cb?approved=true',
    'http://localhost/cb?request_token=&approved=true',
    `http://localhost/cb#request_token=${TOKEN}&approved=true`,
    'http://[',
  ])('rejects %s', (url) => {
    expect(() => parseCallback(url)).toThrow(expect.objectContaining({ code: 'callback_invalid' }));
  });

  test('reads back what approvalUrl wrote, whatever else is in the query', () => {
    const extras = fc.array(
      fc
        .tuple(fc.string({ minLength: 1 }), fc.string())
        .filter(([name]) => !/^(request_token|approved|denied)$/.test(name)),
    );
    fc.assert(
      fc.property(tokens, fc.boolean(), extras, (requestToken, approved, others) => {
        const url = new URL('http://localhost/cb');
        for (const [name, value] of others) url.searchParams.append(name, value);
        url.searchParams.append('request_token', requestToken);
        url.searchParams.append(approved ? 'approved' : 'denied', 'true');
        expect(parseCallback(url.href)).toEqual({ requestToken, approved });
      }),
    );
  });

  test('turns any input into a return or a `callback_invalid` that does not quote the input', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })), (url) => {
        try {
          expect(parseCallback(url).requestToken).not.toBe('');
        } catch (error) {
          if (!TmdbAuthError.is(error)) throw error;
          // The message is the same for every input.
          expect(error.failure).toEqual(failure('callback_invalid'));
        }
      }),
      { numRuns: 500 },
    );
  });
});
