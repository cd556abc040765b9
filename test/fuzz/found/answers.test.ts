import { describe, expect, test } from 'vitest';
import { parseRatedPage, parseRatingOf } from '../../../src/tmdb/parse.ratings.ts';
import { bodyOf } from '../../../src/tmdb/parse.ts';
import { parseV4RequestToken } from '../../../src/tmdb/parse.v4.ts';
import { statusCodeOf } from '../../../src/tmdb/status-code.ts';
import { listener } from '../../core/servers.ts';
import { answer, failureIn, jwt } from '../../support/answers.ts';
import { createWorld } from '../../support/world.ts';

describe('TMDB’s own code is a whole number, or none', () => {
  test.each(['1e999', '-1e999', '3.5', '9007199254740993'])('%s', (code) => {
    const text = `{"success":false,"status_code":${code}}`;
    const failure = failureIn(() => bodyOf(answer(text)));
    expect(failure).toMatchObject({ code: 'bad_answer', httpStatus: 200 });
    expect(failure).not.toHaveProperty('tmdbCode');
    expect(statusCodeOf(text)).toBeNull();
  });
});

test.each(['1e999', '9007199254740993', '1e300', '99999999999'])(
  'a v4 token that ends at %s says nothing of its end',
  (exp) => {
    const failure = failureIn(() =>
      parseV4RequestToken(answer({ request_token: jwt(`{"exp":${exp},"nbf":0}`) })),
    );
    expect(failure.code).toBe('bad_answer');
  },
);

describe('a page of ratings', () => {
  test.each([
    ['nothing for a rating', '{"results":[null],"total_pages":1}'],
    ['a text for a rating', '{"results":["x"],"total_pages":1}'],
    ['an id below 0', '{"results":[{"id":-1,"rating":8}],"total_pages":1}'],
    ['more pages than there can be', '{"results":[],"total_pages":9007199254740991}'],
    ['fewer pages than none', '{"results":[],"total_pages":-1}'],
  ])('with %s is no answer', (_, text) => {
    expect(failureIn(() => parseRatedPage(answer(text), 'movies')).code).toBe('bad_answer');
  });

  test('a rating without an end is none, and spoils only its row', () => {
    const text = '{"results":[{"id":1,"rating":1e999}],"total_pages":1}';
    expect(parseRatedPage(answer(text), 'movies').ratings).toEqual([{ media: 'movie/1', value: null }]);
  });

  test('a user’s rating without an end is none', () => {
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
