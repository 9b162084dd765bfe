import { resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { analysisText } from '../../init/analysis.ts';
import { askForPairs, type Person } from '../../init/ask.ts';
import { type Plan, planProject, type Survey, surveyProject } from '../../init/plan.ts';
import type { InitOptions } from '../../init/types.ts';
import { coloured, green } from '../../report/colour.ts';
import type { Invocation, Output } from '../invocation.ts';
import { configText } from './config-text.ts';

/** `init`: a configuration for the project in the working directory, made from the build files and manifests in it. */
export async function run(invocation: Invocation<'init'>): Promise<number> {
  const { options, io, ctx } = invocation;
  if (options.composeFile !== '') await convertCompose(options.composeFile, ctx);
  const asked = initOptions(options);
  const survey = await surveyProject(asked, ctx);
  if (options.analyze) {
    if (survey.pairing === undefined) return 0;
    io.stdout.write(analysisText(survey.pairing, asked.detect, options.XXenableNewInitFormat));
    return 0;
  }
  const person = await askable(invocation);
  const plan = planProject(await completed(survey, asked, person), asked, ctx);
  const text = configText([plan.config]);
  if (options.filename === '-') io.stdout.write(text);
  else if (await mayWrite(plan, text, person, invocation)) await write(plan, text, options.filename, invocation);
  return 0;
}

/** Somebody to ask: at a terminal, unless everything is said with `--force` or asking is switched off. */
async function askable({ options, io, ctx }: Invocation<'init'>): Promise<Person | undefined> {
  if (options.force || !options.interactive || !io.stdin.isTTY || !io.stderr.isTTY) return undefined;
  if (options.filename === '-') return undefined;
  return (await import('./init-person.ts')).createPerson(io, ctx);
}

async function completed(survey: Survey, options: InitOptions, person: Person | undefined): Promise<Survey> {
  const { pairing } = survey;
  if (person === undefined || pairing === undefined || options.artifacts.length > 0) return survey;
  return { ...survey, pairing: await askForPairs(pairing, options, person) };
}

/** Whether the files may be written: `--force` says so, or the person who has seen the configuration. */
async function mayWrite(
  { manifests }: Plan,
  text: string,
  person: Person | undefined,
  { options, io }: Invocation<'init'>,
): Promise<boolean> {
  if (options.force) return true;
  if (person === undefined) throw unconfirmed(options.filename);
  io.stderr.write(text);
  const others = manifests.length === 0 ? '' : ', along with the generated k8s manifests,';
  const question = `Do you want to write this configuration${others} to ${options.filename}?`;
  const answer = options.assumeYes || (await person.confirm(question));
  if (!answer) io.stderr.write('Nothing was written.\n');
  return answer;
}

function initOptions(options: Invocation<'init'>['options']): InitOptions {
  return {
    analyze: options.analyze,
    artifacts: options.artifact,
    manifests: options.kubernetesManifest,
    defaultKustomization: options.defaultKustomization.replace(/(?<=.)\/+$/, ''),
    force: options.force,
    generateManifests: options.generateManifests,
    skipBuild: options.skipBuild,
    skipDeploy: options.skipDeploy,
    skipUnreachableDirectories: options.skipUnreachableDirs,
    target: options.filename,
    detect: {
      jib: options.XXenableJibInit,
      jibGradle: options.XXenableJibGradleInit,
      ko: options.XXenableKoInit,
      buildpacks: options.XXenableBuildpacksInit,
    },
    buildpacksBuilder: options.XXdefaultBuildpacksBuilder,
  };
}

/** Has kompose write manifests for a compose file into the working directory. */
async function convertCompose(file: string, { system, signal }: Context): Promise<void> {
  const args = ['convert', '-f', file];
  const result = await system.exec.run('kompose', args, { cwd: system.cwd, signal }).catch((error: unknown) => {
    if (error instanceof ToolError && error.code === 'COMMAND_NOT_FOUND') throw withoutKompose(error);
    throw error;
  });
  if (result.exitCode === 0) return;
  throw new ToolError('COMMAND_FAILED', `kompose ${args.join(' ')} failed: ${result.stderr.trim()}`, {
    suggestions: [{ code: 'CHECK_COMPOSE_FILE', action: 'Correct the file named by --compose-file' }],
  });
}

function withoutKompose(cause: ToolError): ToolError {
  return new ToolError('COMMAND_NOT_FOUND', '--compose-file needs the program kompose, which was not found', {
    cause,
    suggestions: [
      { code: 'INSTALL_KOMPOSE', action: 'Install kompose, or write the manifests and leave --compose-file out' },
    ],
  });
}

/** Nobody can be asked for confirmation. */
function unconfirmed(file: string): ToolError {
  return new ToolError(
    'NOT_SUPPORTED',
    `init cannot ask whether to write ${file}, since there is no terminal: say so with --force`,
    {
      suggestions: [
        {
          code: 'USE_FORCE',
          action: 'Add --force to write it, --filename - to see it first, and --artifact to say what builds an image',
        },
      ],
    },
  );
}

async function write({ manifests }: Plan, text: string, file: string, { io, ctx }: Invocation<'init'>): Promise<void> {
  const { files, cwd } = ctx.system;
  for (const manifest of manifests) {
    await files.writeAtomic(resolve(cwd, manifest.path), manifest.text);
    io.stdout.write(`Generated manifest ${manifest.path} was written\n`);
  }
  await files.writeAtomic(resolve(cwd, file), text);
  io.stdout.write(`Configuration ${file} was written\n`);
  for (const tip of tips) io.stdout.write(tipLine(tip, io.stdout));
}

/** What scripts around Skaffold look for, word by word. */
const tips = [
  'You can now run [skaffold build] to build the artifacts',
  'or [skaffold run] to build and deploy',
  'or [skaffold dev] to enter development mode, with auto-redeploy',
];

function tipLine(tip: string, stdout: Output): string {
  return `${coloured(tip, green, stdout.colour)}\n`;
}
