import { MovieDb } from 'moviedb-promise';

new MovieDb('0123456789abcdef0123456789abcdef');
