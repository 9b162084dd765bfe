import { loadProject } from '../../config/load.ts';
import type { BuiltArtifact } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import { unwrapLoneList } from '../../manifest/documents.ts';
import { replaceImages } from '../../manifest/images.ts';
import { setLabels } from '../../manifest/labels.ts';
import { printManifest } from '../../manifest/lazy.ts';
import { createSelector } from '../../manifest/selector.ts';
import { applySetters } from '../../manifest/setters.ts';
import { parseLabels, readParameters } from '../../render/parameters.ts';
import { readAll } from '../../render/read-all.ts';
import { readSelectorRules } from '../../render/selector-rules.ts';
import type { Invocation } from '../invocation.ts';
import { refuseUnsupportedFlags } from '../unsupported-flags.ts';
import { loadOptions } from './load-options.ts';

/**
 * `filter`: manifests from standard input to standard output, with parameters filled in, labels set and images replaced;
 * Helm calls it as a post-renderer. The last line ends with a line break, which Skaffold leaves out: without it a block
 * scalar at the end would lose its own.
 */
export async function run(invocation: Invocation<'filter'>): Promise<number> {
  refuseUnsupportedFlags(invocation);
  const { options, command, io, ctx } = invocation;
  if (options.filename === '-') {
    throw new ToolError('NOT_SUPPORTED', '--filename -: standard input has the manifests', {
      suggestions: [{ code: 'NAME_A_FILE', action: 'Give --filename the path of a file' }],
    });
  }
  const { project } = await loadProject(await loadOptions(options, command, io), ctx);
  const selector = createSelector(await readSelectorRules(project, undefined, ctx));
  const parameters = await readParameters({ setValues: options.set, setValueFile: undefined }, ctx);
  const builds = options.buildArtifacts ?? [];
  builds.forEach(requireTag);
  const text = await manifestText(invocation);
  const read = unwrapLoneList(await readAll([{ module: undefined, source: 'standard input', text }]));
  const filled = await applySetters(parameters, read);
  const changed = replaceImages(builds, selector)(setLabels(parseLabels(options.label), selector)(filled));
  io.stdout.write(changed.map(printManifest).join('---\n'));
  return 0;
}

function requireTag({ imageName, tag }: BuiltArtifact): void {
  if (tag !== '') return;
  throw new ToolError('BUILD_USER_ERROR', `no tag provided for image [${imageName}]`, {
    suggestions: [{ code: 'CHECK_BUILD_ARTIFACTS', action: 'Write the file with `build --file-output`' }],
  });
}

/** Standard input, or what the program of `--post-renderer` makes of it. */
async function manifestText({ options, io, ctx }: Invocation<'filter'>): Promise<string> {
  const input = await io.stdin.text();
  const program = options.postRenderer;
  if (program === '') return input;
  const { exitCode, stdout, stderr } = await ctx.system.exec.run(program, [], {
    cwd: ctx.system.cwd,
    input,
    signal: ctx.signal,
  });
  io.stderr.write(stderr);
  if (exitCode === 0) return stdout;
  throw new ToolError('COMMAND_FAILED', `--post-renderer ${program} failed with exit code ${exitCode}`, { exitCode });
}
