/** The kinds of sandbox: which programs start one, which ids exist inside, and how its file system is made. */

/** One kind of sandbox on this machine. */
export interface SandboxKind {
  readonly name: 'userns' | 'root' | 'bubblewrap' | 'chroot';
  /** `all`: any user can own files; `one`: everything inside belongs to root, and nobody else can run. */
  readonly ids: 'all' | 'one';
  /** The option of overlayfs that fits its privileges; undefined where files are copied instead of laid over one another. */
  readonly overlay: readonly string[] | undefined;
  /** Where its unpacked layers are kept: files unpacked with other ids are not its own. */
  readonly storeName: string;
  /** The program, with arguments, that starts what follows in the sandbox's namespaces. */
  readonly enter: (network: 'host' | 'none') => readonly string[];
  /** What a program is started with to see files with the sandbox's ids; undefined where this process sees them so. */
  readonly handle: readonly string[] | undefined;
}

/** Ends with the process that started it, however that one ends. */
const dieWithParent = ['setpriv', '--pdeathsig', 'KILL', '--'];

/** Namespaces of every sandbox that has any; the first process inside ends with `unshare`, and everything inside with it. */
const namespaces = ['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'];

const networkOf = (network: 'host' | 'none'): readonly string[] => (network === 'none' ? ['--net'] : []);

function userNamespace(ids: 'all' | 'one'): SandboxKind {
  const maps = ids === 'all' ? ['--map-auto', '--map-root-user'] : ['--map-root-user'];
  return {
    name: 'userns',
    ids,
    overlay: ['userxattr'],
    storeName: ids === 'all' ? 'subordinate' : 'one',
    enter: (network) => [...dieWithParent, 'unshare', '--user', ...maps, ...namespaces, ...networkOf(network), '--'],
    handle: [...dieWithParent, 'unshare', '--user', ...maps, '--'],
  };
}

const root: SandboxKind = {
  name: 'root',
  ids: 'all',
  overlay: [],
  storeName: 'root',
  enter: (network) => [...dieWithParent, 'unshare', ...namespaces, ...networkOf(network), '--'],
  handle: undefined,
};

const bubblewrap: SandboxKind = {
  name: 'bubblewrap',
  ids: 'one',
  overlay: undefined,
  storeName: 'one',
  enter: () => ['bwrap'],
  handle: [
    ...['bwrap', '--die-with-parent', '--unshare-user', '--uid', '0', '--gid', '0', '--cap-add', 'ALL'],
    ...['--dev-bind', '/', '/', '--'],
  ],
};

const chroot: SandboxKind = {
  name: 'chroot',
  ids: 'all',
  overlay: undefined,
  storeName: 'root',
  enter: () => dieWithParent,
  handle: undefined,
};

/** All kinds, best first for who runs this: what gives all ids goes before what gives one. */
export function kindsFor(isRoot: boolean): readonly SandboxKind[] {
  const unprivileged = [userNamespace('all'), userNamespace('one'), bubblewrap];
  return isRoot ? [root, ...unprivileged, chroot] : unprivileged;
}
