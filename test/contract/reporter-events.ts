import type { Event } from '../../src/core/events.ts';
import type { ImageName } from '../../src/core/names.ts';

const image = 'team/app' as ImageName;
const error = { code: 'BUILD_USER_ERROR', message: 'step 3 failed', suggestions: [] } as const;

/** One event of every type; the compiler asks for a new one when the union grows. */
export const oneOfEach: { readonly [Type in Event['type']]: Extract<Event, { readonly type: Type }> } = {
  'phase-started': { type: 'phase-started', phase: 'Build' },
  'phase-succeeded': { type: 'phase-succeeded', phase: 'Build' },
  'phase-failed': { type: 'phase-failed', phase: 'Build', error },
  'engine-chosen': { type: 'engine-chosen', engine: 'embedded', reason: 'no daemon answers' },
  'tags-started': { type: 'tags-started', count: 1 },
  'tag-chosen': { type: 'tag-chosen', image, reference: 'reg/team/app:v1' },
  'cache-check-started': { type: 'cache-check-started' },
  'cache-checked': { type: 'cache-checked', image, outcome: 'not-found' },
  'cache-explained': {
    type: 'cache-explained',
    explanation: { image, status: 'changed', changes: [{ kind: 'file-changed', name: 'src/main.ts' }] },
  },
  'build-skipped': { type: 'build-skipped', reason: '--dry-run=true' },
  'builds-started': { type: 'builds-started', count: 1, concurrency: 1 },
  'artifact-started': { type: 'artifact-started', image, builder: 'docker', platforms: ['linux/amd64'] },
  'artifact-step': { type: 'artifact-step', image, step: 'COPY src /app' },
  'artifact-succeeded': {
    type: 'artifact-succeeded',
    image,
    artifact: { imageName: image, tag: 'reg/team/app:v1' },
    milliseconds: 1200,
    bytesPushed: 3_400_000,
  },
  'artifact-failed': { type: 'artifact-failed', image, error },
  'artifact-cancelled': { type: 'artifact-cancelled', image },
  notice: { type: 'notice', phase: 'Test', tone: 'good', text: 'it went well' },
  output: { type: 'output', phase: 'Build', image, stream: 'stdout', text: 'a line of a tool\n' },
  log: { type: 'log', level: 'warning', message: 'careful' },
};

/** The events of a build that succeeds, in order. */
export const goodBuild: readonly Event[] = [
  oneOfEach['phase-started'],
  oneOfEach['engine-chosen'],
  oneOfEach['tags-started'],
  oneOfEach['tag-chosen'],
  oneOfEach['cache-check-started'],
  oneOfEach['cache-checked'],
  oneOfEach['builds-started'],
  oneOfEach['artifact-started'],
  oneOfEach['artifact-step'],
  oneOfEach.output,
  oneOfEach['artifact-succeeded'],
  oneOfEach['phase-succeeded'],
];

/** The events of a build that fails. */
export const badBuild: readonly Event[] = [
  ...goodBuild.slice(0, -2),
  oneOfEach['artifact-failed'],
  oneOfEach['phase-failed'],
];
