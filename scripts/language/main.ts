/**
 * Measures the plainness of comments, pages and test titles: words that hide the actor, sentences that begin with a
 * riddle, titles that are not sentences. Exits with 1 above a limit. With names of folders or files, lists the
 * findings there.
 */
import { execFileSync } from 'node:child_process';
import nlp from 'compromise';
import { type Text, textsIn } from './texts.ts';

/** Maximum number of words per thousand that hide the actor. Twelve well-known TypeScript projects have 0.1 to 1.2. */
const MOST_HIDING = 1.2;
/** Maximum number of sentences per hundred, in comments and pages, that begin with a riddle. */
const MOST_RIDDLES = 1;

const HIDING = /\b(?:whoever|whomever|somebody|nobody|whose|whom|anybody)\b/gi;
/** A common phrase, not counted. */
const SAID = /nobody is signed in/gi;
const RIDDLE = /^(?:What|Who|Whoever|Nobody|Somebody|Of|That|Whose|Whom)\b(?!.*\?$)/;
/** Words that have a plainer replacement. */
const OLD = /\b(?:foreign|makes? something of|are over|is over|half way|no news)\b/gi;

const sentencesOf = (text: string) =>
  text.split(/(?<=[.!?:])\s+(?=[A-Z`x])/).filter((part) => /\w/.test(part));

/** Whether the title has a verb. The subject may be the `it` of the test call. */
function isSentence(title: string): boolean {
  const plain = title.replace(/\$\{[^}]*\}|%[sijdo]|\$\w+|`[^`]*`|[\w./-]*[()/_.][\w./()-]+/g, 'it');
  return [plain, `it ${plain}`].some(
    (text) => nlp(text).match('(#PresentTense|#PastTense|#Copula|#Modal|#Auxiliary)').found,
  );
}

function findingsIn({ kind, text }: Text): string[] {
  const said = text.replace(SAID, '');
  const found = [...said.matchAll(HIDING), ...said.matchAll(OLD)].map(([word]) => `hides: ${word}`);
  if (kind === 'title') return isSentence(text) ? found : [...found, 'no sentence'];
  return [
    ...found,
    ...sentencesOf(text)
      .filter((sentence) => RIDDLE.test(sentence))
      .map(() => 'riddle'),
  ];
}

const places = process.argv.slice(2);
const files = execFileSync('git', ['ls-files', ...places], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(?:tsx?|md)$/.test(file) && !/^(?:api)\//.test(file));
const texts = files.flatMap(textsIn);
const found = texts.map((text) => ({ ...text, findings: findingsIn(text) }));
const count = (name: string) =>
  found.flatMap(({ findings }) => findings).filter((finding) => finding.startsWith(name)).length;

if (places.length > 0)
  for (const { file, line, text, findings } of found)
    if (findings.length > 0) console.log(`${file}:${line} ${findings.join(', ')}\n    ${text.slice(0, 160)}`);

const words = texts.reduce((sum, { text }) => sum + text.split(' ').length, 0);
const sentences = texts.reduce(
  (sum, { kind, text }) => sum + (kind === 'title' ? 0 : sentencesOf(text).length),
  0,
);
const titles = texts.filter(({ kind }) => kind === 'title').length;
const hiding = (1000 * count('hides')) / words;
const riddles = (100 * count('riddle')) / sentences;
console.log(`${words} words: ${hiding.toFixed(2)} of a thousand hide the actor (at most ${MOST_HIDING})`);
console.log(
  `${sentences} sentences: ${riddles.toFixed(2)} of a hundred begin with a riddle (at most ${MOST_RIDDLES})`,
);
console.log(`${titles} titles: ${count('no sentence')} are no sentence (none)`);
if (hiding > MOST_HIDING || riddles > MOST_RIDDLES || count('no sentence') > 0) process.exitCode = 1;
