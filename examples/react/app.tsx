import { useState } from 'react';
import { FilmDialog } from './film-dialog/film-dialog.tsx';
import { FilmShelves } from './films/film-shelves.tsx';
import { type Film, findFilm } from './films/films.ts';
import { Hero } from './films/hero.tsx';
import { SessionCard } from './session/session-card.tsx';
import { way } from './session/way.ts';
import { Announcer } from './shared/announcer.tsx';
import { Footer } from './shared/footer.tsx';
import { Header } from './shared/header.tsx';
import { StateStrip } from './shared/state-strip.tsx';

const FEATURED = findFilm(11);

export function App() {
  const [film, setFilm] = useState<Film | null>(null);
  return (
    <>
      <Announcer />
      <Header />
      <main>
        <div className="stage" data-way={way.current()}>
          <Hero film={FEATURED} onOpen={setFilm} />
          <SessionCard />
        </div>
        <FilmShelves onOpen={setFilm} />
      </main>
      <Footer />
      <StateStrip />
      {film && <FilmDialog key={film.id} film={film} onClose={() => setFilm(null)} />}
    </>
  );
}
