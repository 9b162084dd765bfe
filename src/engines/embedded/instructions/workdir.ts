import { resolveLinks } from '../../../image/layer-tree.ts';
import { cleanParts } from '../copy-sources.ts';
import { makeLayer } from '../layer-step.ts';
import { findOwnerOrRoot } from '../ownership.ts';
import { readImageFile } from '../read-image-file.ts';
import { absolutePath, type Execute, withConfig, withHistory } from '../stage.ts';

/** WORKDIR: a relative path starts at the one before; the directory is made, owned by USER, where it does not exist. */
export const workdir: Execute<'WORKDIR'> = async (stage, { value }, parts) => {
  const directory = `/${cleanParts(absolutePath(stage, value)).join('/')}`;
  const moved = withConfig(stage, { WorkingDir: directory });
  if (directory === '/') return withHistory(moved, 'WORKDIR /', false, parts);
  const user = stage.draft.config.User ?? '';
  const hasLayer = await makeLayer(
    stage,
    {
      descriptions: [() => ['WORKDIR', directory, user]],
      change: async (editor, spool) => {
        const { parts: path, node } = resolveLinks(editor.root, directory);
        if (node?.kind === 'directory') return;
        const owner = await findOwnerOrRoot(user, readImageFile(editor.root, spool, parts));
        editor.makeDirectories(path, { ...owner, mode: 0o755, modifiedAt: parts.epoch });
      },
    },
    parts,
  );
  return withHistory(moved, `WORKDIR ${directory}`, hasLayer, parts);
};
