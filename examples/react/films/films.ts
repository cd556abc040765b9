import type { MotifName } from '../art/motifs/index.ts';

/** The colours of a poster: the sky, the ground, the motif, and the one light in it. */
export interface Inks {
  sky: string;
  ground: string;
  main: string;
  light: string;
}

/** An invented film under an id that exists at TMDB and at the local TMDB. */
export interface Film {
  id: number;
  title: string;
  year: number;
  genre: string;
  overview: string;
  motif: MotifName;
  inks: Inks;
}

const film = (
  id: number,
  title: string,
  year: number,
  genre: string,
  overview: string,
  motif: MotifName,
  [sky, ground, main, light]: readonly [string, string, string, string],
): Film => ({ id, title, year, genre, overview, motif, inks: { sky, ground, main, light } });

export const FILMS: readonly Film[] = [
  film(
    11,
    'The Lamplighter of Orbit Nine',
    1977,
    'Science fiction',
    'One man keeps the beacons of an empty trade route burning.',
    'orbit',
    ['#101a3a', '#3a2b62', '#c9583e', '#ffd07a'],
  ),
  film(
    18,
    'Seven Doors to Verano',
    1997,
    'Mystery',
    'A locksmith inherits a hotel in which no key fits.',
    'doors',
    ['#7a2a24', '#3d1220', '#d9683c', '#ffe2a3'],
  ),
  film(
    550,
    'Paper Lions',
    1999,
    'Comedy',
    'Two accountants found a circus and tell nobody at work.',
    'lion',
    ['#c2392f', '#7c1f2b', '#f3a63b', '#fff1d6'],
  ),
  film(
    603,
    'The Quiet Switchboard',
    1999,
    'Thriller',
    'An operator hears calls from a city that does not exist.',
    'switchboard',
    ['#12302f', '#0a1b20', '#4fa38d', '#f4c95d'],
  ),
  film(
    680,
    'Four Short Tuesdays',
    1994,
    'Crime',
    'The same bank is robbed four times, once by mistake.',
    'facades',
    ['#e8b23f', '#2d5d7b', '#c8503c', '#f7e8c9'],
  ),
  film(
    1001,
    'Salt on the Meridian',
    2004,
    'Adventure',
    'A cartographer sails out to correct her own map.',
    'meridian',
    ['#f0d9b0', '#1f6f82', '#0f3c53', '#e5623e'],
  ),
  film(
    1002,
    'A Bicycle for the Moon',
    2011,
    'Family',
    'Children of a mining town build what adults laugh at.',
    'bicycle',
    ['#23305e', '#6a5aa0', '#141a36', '#fbe7b2'],
  ),
  film(
    1003,
    'Harvest of Glass',
    2015,
    'Drama',
    'A greenhouse in the north is the last thing that blooms.',
    'greenhouse',
    ['#cfe3dd', '#5c8f86', '#1d4a44', '#e8785a'],
  ),
  film(
    1004,
    'The Understudy',
    2018,
    'Drama',
    'She knows every part, until one is played for real.',
    'spotlight',
    ['#4b0f22', '#1c0710', '#8f1d33', '#ffe9c2'],
  ),
  film(1005, 'North of Everything', 2020, 'Drama', 'Two rival weather stations share one winter.', 'north', [
    '#8fb7cf',
    '#e4eef0',
    '#2b4c66',
    '#f26b4a',
  ]),
  film(
    1006,
    'Night Bus to Odra',
    2022,
    'Thriller',
    'Eleven passengers, one driver, and a road that repeats.',
    'bus',
    ['#0d1b2e', '#1f3a4d', '#27536b', '#ffc857'],
  ),
  film(
    1007,
    'Ten Thousand Umbrellas',
    2024,
    'Romance',
    'A factory floods and its goods float into every life downstream.',
    'umbrellas',
    ['#274b6d', '#16304c', '#5f8fb4', '#ef5d50'],
  ),
];

export function findFilm(id: number): Film {
  const found = FILMS.find((film) => film.id === id);
  if (!found) throw new Error(`There is no film ${id}.`);
  return found;
}
