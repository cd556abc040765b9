import type { FailureCode } from '../../../machines/index.ts';
import { type Scope, withGuestOf } from '../../../src/record/decide.ts';
import { belongingsOf } from './belongings.ts';
import { answer, effectOf, error, type Id, sessionFacts } from './machine.ts';
import {
  hasOtherGuest,
  isExchangingIn,
  isUnsavedIn,
  numberOfRecord,
  recOf,
  recordOf,
  wasInterruptedIn,
} from './records.ts';
import { type Client, copyOf, MOST_SENT, type Name, stage, type World } from './world.ts';

const CLAIMS = ['createSession', 'checkApproval'];

/** One client, as parts that act on a world: a model of `src` without its details. */
export function clientIn(world: World, name: Name) {
  const me: Client = copyOf(world[name]);
  world[name] = me;
  const { restored, decide, post, hear, write, save, sweep, undo, hold } = belongingsOf(world, name, me);

  /** Sends an event to the machine, and does everything that follows synchronously. */
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

  /** The job of an actor that was left stays in the queue, and does nothing when it runs. */
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

  const follow = () => {
    me.base = world.rec;
    me.ours = world.rec;
    hold(recOf(world.rec));
    return restored(world.rec);
  };

  const adopt = () => {
    const rec = recOf(world.rec);
    const isWrittenOver = rec.session > 0 || me.isUntold;
    const isSpent = stage(me).session > 0 && rec.token > 0 && rec.token === me.token;
    if (isSpent && !rec.session) world.broken ||= 'with locks no client overwrites a record it has not read';
    const orphan = isWrittenOver && stage(me).session && me.session !== rec.session ? me.session : 0;
    me.isUntold = false;
    // The guest was dropped because another client signed in.
    if (hasOtherGuest(me.ours, me.base) && rec.session) world.isGuestDropped = true;
    const output = follow();
    if (orphan) undo(orphan);
    tell({ type: 'record.changed', output }, `record ${world.rec} ${output.at}`);
  };

  const take = () => {
    const { session } = recOf(world.rec);
    if (session) me.session = session;
    const keepGuest = (number: number) => numberOfRecord(withGuestOf(recordOf(number), recordOf(world.rec)));
    me.base = keepGuest(me.base);
    me.ours = keepGuest(me.ours);
    granted(session);
  };

  const settleSave = () => {
    const { do: what, rec } = decide({ to: 'save' });
    if (what === 'adopt') adopt();
    else write(rec, me.ours);
  };

  const finish = (output: unknown, what: string) => tell(answer(me.at, output), `done ${what}`);
  const fail = (code: FailureCode, isFinal = false) => {
    // A token that was only polled is given back.
    if (stage(me).src === 'checkApproval') save();
    tell(error(me.at, code, isFinal), `error ${code} ${isFinal}`);
  };
  const granted = (id: Id) => {
    me.session = id;
    finish({ session: sessionFacts(id), access: null }, `granted ${id}`);
  };

  /** The claim is written: send the token, or wait for the answer that is already under way. */
  const exchange = () => {
    const id = me.token;
    if (!id) return fail('unexpected');
    if (world.isExpired[id - 1] && !wasInterruptedIn(me.base, id)) return fail('token_expired');
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
      const output = follow();
      finish(output, `record ${world.rec} ${output.at}`);
    },
    saving() {
      if (isUnsavedIn(me.ours, me.base)) settleSave();
    },
    claim() {
      const isLetGo = isExchangingIn(me.ours) && recOf(me.ours).claim !== name && !recOf(world.rec).claim;
      const { do: what, rec } = decide({ to: 'claim' });
      if (what === 'adopt') {
        const isAsking = stage(me).src === 'checkApproval';
        adopt();
        return isAsking ? save() : undefined;
      }
      if (what === 'wait') {
        if (me.doing) me.doing.phase = 'pause';
        return;
      }
      if (what === 'take') return take();
      if (isLetGo) world.broken ||= 'no client exchanges a token whose owner gave up the claim';
      const { facts, ...rest } = recordOf(me.ours);
      const { exchanging } = recordOf(rec).facts;
      const claimed = numberOfRecord({ ...rest, facts: { ...facts, exchanging } });
      write(rec, claimed);
      me.ours = claimed;
      exchange();
    },
    /** TMDB refused the token: another client may have exchanged it first. */
    adopt() {
      if (decide({ to: 'recover' }).do === 'take') return take();
      if (wasInterruptedIn(me.base, me.token)) return fail('exchange_interrupted');
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
    handover() {
      look('all');
      if (stage(me).path.startsWith('awaitingApproval')) tell({ type: 'login.cancel' });
      if (stage(me).isSettled && !stage(me).session) tell({ type: 'session.adopt' });
    },
    guest() {
      look('all');
      if (stage(me).path.startsWith('awaitingApproval')) tell({ type: 'login.cancel' });
      if (stage(me).isSettled && !stage(me).session && !stage(me).guest) tell({ type: 'guest.start' });
    },
  };

  const look = (scope: Scope) => {
    if (scope === 'all') me.isUnaware = false;
    const { do: what } = decide({ to: 'look', scope, isUnannounced: false });
    // An unsaved change of this client is newer.
    if (isUnsavedIn(me.ours, me.base)) settleSave();
    else if (what === 'adopt') adopt();
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
    /** An answer arrived, for the step that waits for it, or too late. */
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
      if (job.startsWith('look:')) look(job.slice(5) as Scope);
      else jobs[job]?.();
    },
  };
}
