import { useState } from 'react';
import { useLibrary } from '../library/use-library.ts';
import { FilmCard } from './film-card.tsx';
import type { Film } from './films.ts';
import { NewList } from './new-list.tsx';
import { ShelfPicker } from './shelf-picker.tsx';
import { shelvesOf } from './shelves.ts';

/** All films, or those that the user or the guest has rated, marked or listed. */
export function FilmShelves({ onOpen }: { onOpen(film: Film): void }) {
  const library = useLibrary();
  const [key, setKey] = useState('all');
  const shelves = shelvesOf(library);
  const shelf = shelves.find((one) => one.key === key) ?? shelves[0];
  if (!shelf) return null;
  return (
    <section aria-labelledby="films-title">
      <div className="shelf-head">
        <h2 id="films-title">{shelf.name}</h2>
        {library.status === 'user' && <NewList onCreated={(id) => setKey(`list-${id}`)} />}
        {library.status === 'signedOut' && (
          <p className="quiet chips">Sign in or be a guest to rate films.</p>
        )}
        {shelves.length > 1 && <ShelfPicker shelves={shelves} current={shelf.key} onPick={setKey} />}
      </div>
      {shelf.films.length === 0 && (
        <p className="empty">{shelf.count === 0 ? shelf.empty : 'One moment …'}</p>
      )}
      <ul className="film-grid">
        {shelf.films.map((film) => (
          <FilmCard key={film.id} film={film} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  );
}
