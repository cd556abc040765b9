import type { FailureCode } from '../../../machines/index.ts';
import { belongingsOf } from './belongings.ts';
import { isNews, mayWrite, outcomeOfClaim, recOf, type What } from './keeper.ts';
import { answer, effectOf, error, type Id, numberOfFacts, sessionFacts } from './machine.ts';
import { type Client, copyOf, MOST_SENT, type Name, stage, type World } from './world.ts';

const CLAIMS = ['createSession', 'checkApproval'];

/** One client, as parts that act on a world: what `src` does, told apart from it and in fewer words. */
export function clientIn(world: World, name: Name) {
  const me: Client = copyOf(world[name]);
  world[name] = me;
  const { restored, hasOtherGuest, recordOf, post, hear, write, save, sweep, undo, hold, holdSession } =
    belongingsOf(world, name, me);

  /** The machine hears of it; what follows from that in the same breath is done. */
  const tell = (event: Parameters<typeof effectOf>[1], named?: string) => {
    const { to, touched, started } = effectOf(me.at, event, named);
    if (to === me.at && !touched && !started) return;
    const { src } = stage(me);
    me.at = to;
    if (started || stage(me).src !== src) {
      leave(src === 'checkApproval');
      me.doing = null;
      if (stage(me).src) begin(stage(me).src as string);
    }
    if (touched) {
      save();
      sweep();
    }
    if (!me.hasMissed || !stage(me).isSettled) return;
    me.hasMissed = false;
    me.queue.push('look:all');
  };

  /** What the actor of the state that is left has in the queue takes its turn all the same, and does nothing then. */
  const leave = (isAsking: boolean) => {
    const mark = isAsking ? 'Asked' : '';
    const LEFT: Record<string, string> = {
      claim: `leftClaim${mark}`,
      adopt: `leftAdopt${mark}`,
      accountLook: 'look:session',
    };
    me.queue = me.queue.map((job) => LEFT[job] ?? job);
    const flight = me.doing?.phase === 'fly' && me.flights.find((each) => each.token === me.token);
    if (flight && flight.at !== 'back') flight.left += isAsking ? 'a' : 'e';
  };

  const begin = (src: string) => {
    me.doing = { src, phase: 'start', session: 0 };
    if (src === 'restore') me.queue.push('restore');
    if (CLAIMS.includes(src)) {
      me.doing.phase = 'claim';
      me.queue.push('claim');
    }
    if (src === 'deleteSession') {
      me.doing.session = me.session;
      me.token = 0;
      me.session = 0;
      me.guest = 0;
    }
  };

  const adopt = () => {
    const rec = recOf(world.rec);
    const isWrittenOver = rec.session > 0 || me.isNews;
    const isSpent = stage(me).session > 0 && rec.token > 0 && rec.token === me.token;
    if (isSpent && !rec.session) world.broken ||= 'with turns nobody writes over what they have not read';
    const orphan = isWrittenOver && stage(me).session && me.session !== rec.session ? me.session : 0;
    me.queue = me.queue.filter((job) => !job.startsWith('save:'));
    me.seen = world.rec;
    hold(rec);
    if (orphan) undo(orphan);
    const output = restored(rec);
    me.latest = numberOfFacts(output.facts);
    // A guest gives way to a user.
    if (me.guestChange && rec.session) world.isGuestDropped = true;
    me.guestChange = 0;
    tell({ type: 'record.changed', output }, `record ${numberOfFacts(output.facts)} ${output.at}`);
  };

  const finish = (output: unknown, what: string) => tell(answer(me.at, output), `done ${what}`);
  const fail = (code: FailureCode, isFinal = false) => {
    // A token that is only asked about is given back.
    if (stage(me).src === 'checkApproval') save();
    tell(error(me.at, code, isFinal), `error ${code} ${isFinal}`);
  };
  const granted = (id: Id) => {
    me.session = id;
    finish({ session: sessionFacts(id), access: null }, `granted ${id}`);
  };

  /** The claim stands: the token is sent, or the answer to it that is under way already is waited for. */
  const exchange = () => {
    const id = me.token;
    if (!id) return fail('unexpected');
    if (world.isExpired[id - 1] && me.interrupted !== id) return fail('token_expired');
    const flight = me.flights.find((each) => each.token === id);
    if (flight?.at === 'back') return granted(id);
    if (!flight) {
      me.flights.push({ token: id, at: 'sent', left: '' });
      world.sent[id - 1] = Math.min((world.sent[id - 1] ?? 0) + 1, MOST_SENT + 1);
    }
    if (me.doing) me.doing.phase = 'fly';
  };

  const jobs: Record<string, () => void> = {
    restore() {
      me.seen = world.rec;
      const rec = recOf(world.rec);
      hold(rec);
      const output = restored(rec);
      me.latest = numberOfFacts(output.facts);
      finish(output, `record ${me.latest} ${output.at}`);
    },
    claim() {
      const found = recOf(world.rec);
      const outcome = outcomeOfClaim(found, recOf(me.seen), { ...me, name, isOld: world.isOld });
      if (outcome === 'over') {
        const isAsking = stage(me).src === 'checkApproval';
        adopt();
        return isAsking ? save() : undefined;
      }
      if (outcome === 'busy') {
        if (me.doing) me.doing.phase = 'pause';
        return;
      }
      if (outcome === 'theirs') {
        me.seen = world.rec;
        holdSession(found);
        return granted(found.session);
      }
      if (found.claim !== '' && found.claim !== name && found.token === me.token)
        me.interrupted = found.token;
      if (me.isFollowing && !found.claim) world.broken ||= 'nobody exchanges for somebody who let go';
      me.seen = world.rec;
      if (me.latest !== -1) write(recordOf(true), me.guestChange);
      me.isClaimed = true;
      me.isFollowing = false;
      exchange();
    },
    /** TMDB refused: somebody else may have been quicker. */
    adopt() {
      const found = recOf(world.rec);
      if (found.session) {
        me.seen = world.rec;
        holdSession(found);
        return granted(found.session);
      }
      if (me.interrupted && me.interrupted === me.token) return fail('exchange_interrupted');
      if (stage(me).facts.exchanging && me.uncertain === me.token) return fail('network');
      fail('session_denied');
    },
    accountLook() {
      const at = me.at;
      look('session');
      if (me.at === at) fail('session_invalid');
    },
    stopped: () => look('all'),
    leftClaim() {},
    leftAdopt() {},
    leftClaimAsked: () => save(),
    leftAdoptAsked: () => save(),
    login() {
      look('all');
      if (!stage(me).session) tell({ type: 'login.start' });
    },
    guest() {
      look('all');
      if (stage(me).path.startsWith('awaitingApproval')) tell({ type: 'login.cancel' });
      if (stage(me).isSettled && !stage(me).session && !stage(me).guest) tell({ type: 'guest.start' });
    },
  };

  const look = (what: What) => {
    if (what === 'all') me.isUnaware = false;
    // What waits to be written here is newer, and looks itself when its turn comes.
    if (me.queue.some((job) => job.startsWith('save:'))) return;
    if (
      isNews(
        stage(me).facts.exchanging ? 'session' : what,
        world.rec,
        me.seen,
        hasOtherGuest(recOf(world.rec)),
      )
    )
      adopt();
  };

  return {
    me,
    tell,
    finish,
    fail,
    granted,
    post,
    hear,
    save,
    /** The answer arrived: for the step that waits for it, or late. */
    arrive(id: Id) {
      const waits = me.doing?.phase === 'fly' && me.token === id && CLAIMS.includes(me.doing.src);
      const flight = me.flights.find((each) => each.token === id);
      if (flight) flight.at = 'back';
      me.made.push(id);
      if (waits) granted(id);
      me.late.push(id);
      sweep();
      if (me.late.includes(id)) tell({ type: 'approval.check' });
    },
    runJob() {
      const job = me.queue.shift() ?? '';
      if (job.startsWith('save:')) {
        const [rec = 0, change = 0] = job.slice(5).split(':').map(Number);
        if (mayWrite(recOf(world.rec), recOf(me.seen), recOf(rec))) {
          write(rec, change);
        } else adopt();
      } else if (job.startsWith('look:')) look(job.slice(5) as What);
      else jobs[job]?.();
    },
  };
}
