import { describe, expect, test } from 'vitest';
import { parseRatedPage, parseRatingOf } from '../../../src/tmdb/parse.ratings.ts';
import { bodyOf } from '../../../src/tmdb/parse.ts';
import { parseV4RequestToken } from '../../../src/tmdb/parse.v4.ts';
import { statusCodeOf } from '../../../src/tmdb/status-code.ts';
import { listener } from '../../core/servers.ts';
import { answer, failureIn, jwt } from '../../support/answers.ts';
import { createWorld } from '../../support/world.ts';

describe('a status code of TMDB', () => {
  test.each(['1e999', '-1e999', '3.5', '9007199254740993'])(
    'is ignored unless it is a whole number: %s',
    (code) => {
      const text = `{"success":false,"status_code":${code}}`;
      const failure = failureIn(() => bodyOf(answer(text)));
      expect(failure).toMatchObject({ code: 'bad_answer', httpStatus: 200 });
      expect(failure).not.toHaveProperty('tmdbCode');
      expect(statusCodeOf(text)).toBeNull();
    },
  );
});

test.each(['1e999', '9007199254740993', '1e300', '99999999999'])(
  'a v4 token with the expiry %s is a bad answer',
  (exp) => {
    const failure = failureIn(() =>
      parseV4RequestToken(answer({ request_token: jwt(`{"exp":${exp},"nbf":0}`) })),
    );
    expect(failure.code).toBe('bad_answer');
  },
);

describe('a page of ratings', () => {
  test.each([
    ['null in place of a rating', '{"results":[null],"total_pages":1}'],
    ['a string in place of a rating', '{"results":["x"],"total_pages":1}'],
    ['a negative id', '{"results":[{"id":-1,"rating":8}],"total_pages":1}'],
    ['too many pages', '{"results":[],"total_pages":9007199254740991}'],
    ['a negative number of pages', '{"results":[],"total_pages":-1}'],
  ])('is a bad answer with %s', (_, text) => {
    expect(failureIn(() => parseRatedPage(answer(text), 'movies')).code).toBe('bad_answer');
  });

  test('reads an infinite rating as none without losing other rows', () => {
    const text = '{"results":[{"id":1,"rating":1e999}],"total_pages":1}';
    expect(parseRatedPage(answer(text), 'movies').ratings).toEqual([{ media: 'movie/1', value: null }]);
  });

  test('an infinite rating of a user is a bad answer', () => {
    expect(failureIn(() => parseRatingOf(answer('{"rated":{"value":1e999}}'))).code).toBe('bad_answer');
  });
});

test.each([600, 700, 999])('a status of %i, which no Response can have, is a bad answer', async (status) => {
  const world = await createWorld();
  const { url } = await listener((_, response) => void response.writeHead(status).end('{}'));
  const auth = world.client({ baseURL: url });
  await world.reaches(auth, 'idle.fresh');
  await expect(auth.fetch('/3/movie/550')).rejects.toMatchObject({ code: 'bad_answer', httpStatus: status });
});
