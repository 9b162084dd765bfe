import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { docker } from './engine-context.ts';
import { services } from './services.ts';

/** A builder of a few megabytes with all it needs, pushed to the open registry of the tests. */
export interface TinyBuilder {
  readonly builder: string;
  readonly runImage: string;
  readonly lifecycleImage: string;
}

/** User and group that build. */
export const builderUser = 1234;

const buildpackApis = ['0.9', '0.10', '0.11', '0.12'];
const platformApis = ['0.7', '0.8', '0.9', '0.10', '0.11', '0.12', '0.13', '0.14', '0.15'];
const lifecycleVersion = '0.21.11';

const phases = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'restorer'];

/** Recognises `app.sh`; says who runs it and what it sees; keeps one layer for each content of `tool.txt`. */
const shellBuildpack = `#!/bin/sh
set -eu
echo "building as $(id -u):$(id -g)"
for file in "$CNB_PLATFORM_DIR"/env/*; do
  if [ -f "$file" ]; then echo "variable $(basename "$file")=$(cat "$file")"; fi
done
echo "files: $(find . -type f | sort | tr '\\n' ' ')"
env | grep -c CNB_REGISTRY_AUTH && exit 9
if [ -d /given ]; then echo "given: $(cat /given/file)"; fi
layer="$CNB_LAYERS_DIR/tool"
if grep -q "sum = \\"$(md5sum < tool.txt | cut -c1-32)\\"" "$layer.toml" 2>/dev/null; then
  echo 'the tool is there from before'
else
  echo 'making the tool'
  rm -rf "$layer"
  mkdir -p "$layer/bin"
  cp tool.txt "$layer/bin/tool"
fi
printf '[types]\\nlaunch = true\\ncache = true\\n[metadata]\\nsum = "%s"\\n' "$(md5sum < tool.txt | cut -c1-32)" > "$layer.toml"
if [ -f fail ]; then exit 7; fi
if [ -f slow ]; then echo 'beginning to sleep'; sleep 300; fi
printf '[[processes]]\\ntype = "web"\\ncommand = ["sh"]\\nargs = ["/workspace/app.sh"]\\ndefault = true\\n' > "$CNB_LAYERS_DIR/launch.toml"
`;

const detectShell = '#!/bin/sh\n[ -f broken ] && exit 3\n[ -f app.sh ] || exit 100\n';
const buildpackToml = (id: string): string =>
  `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\narch = "amd64"\n`;

/** Says that it was here, and leaves nothing. */
const extraBuildpack = '#!/bin/sh\necho "the extra buildpack was asked for"\n';

/**
 * Makes a run image, a builder and an image of the lifecycle, and pushes them.
 *
 * @param programs paths of the lifecycle and its launcher.
 */
export function makeTinyBuilder(
  name: string,
  programs: { readonly lifecycle: string; readonly launcher: string },
): TinyBuilder {
  const { registry } = services();
  const images: TinyBuilder = {
    runImage: `${registry}/${name}/run:1`,
    builder: `${registry}/${name}/builder:1`,
    lifecycleImage: `${registry}/${name}/lifecycle:1`,
  };
  const directory = mkdtempSync(join(tmpdir(), 'slipway-builder-'));
  try {
    writeLifecycle(join(directory, 'cnb/lifecycle'), programs);
    writeFiles(directory, {
      'etc/passwd': `root:x:0:0::/root:/bin/sh\ncnb:x:${builderUser}:${builderUser}::/home/cnb:/bin/sh\n`,
      'etc/group': `root:x:0:\ncnb:x:${builderUser}:\n`,
      'etc/os-release': 'ID=tiny\nVERSION_ID=1\n',
      'cnb/order.toml': '[[order]]\n[[order.group]]\nid = "test/shell"\nversion = "1.0.0"\n',
      'cnb/run.toml': `[[images]]\nimage = "${images.runImage}"\n`,
      'cnb/buildpacks/test_shell/1.0.0/buildpack.toml': buildpackToml('test/shell'),
      'cnb/buildpacks/test_extra/1.0.0/buildpack.toml': buildpackToml('test/extra'),
    });
    writePrograms(directory, {
      'cnb/buildpacks/test_shell/1.0.0/bin/detect': detectShell,
      'cnb/buildpacks/test_shell/1.0.0/bin/build': shellBuildpack,
      'cnb/buildpacks/test_extra/1.0.0/bin/detect': '#!/bin/sh\nexit 0\n',
      'cnb/buildpacks/test_extra/1.0.0/bin/build': extraBuildpack,
    });
    for (const [image, text] of dockerfiles(registry, images)) {
      writeFileSync(join(directory, 'Dockerfile'), text);
      docker(['build', '--quiet', '--network=host', '--tag', image, directory]);
      docker(['push', '--quiet', image]);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return images;
}

function writeLifecycle(directory: string, programs: { readonly lifecycle: string; readonly launcher: string }): void {
  mkdirSync(directory, { recursive: true });
  copyFileSync(programs.lifecycle, join(directory, 'lifecycle'));
  copyFileSync(programs.launcher, join(directory, 'launcher'));
  for (const phase of phases) symlinkSync('lifecycle', join(directory, phase));
  const list = (apis: readonly string[]): string => `supported = ${JSON.stringify(apis)}\n`;
  const toml = `[lifecycle]\nversion = "${lifecycleVersion}"\n[apis.buildpack]\n${list(buildpackApis)}[apis.platform]\n${list(platformApis)}`;
  writeFileSync(join(directory, 'lifecycle.toml'), toml);
}

function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

function writePrograms(directory: string, files: Readonly<Record<string, string>>): void {
  writeFiles(directory, files);
  for (const name of Object.keys(files)) chmodSync(join(directory, name), 0o755);
}

function dockerfiles(registry: string, { builder, lifecycleImage, runImage }: TinyBuilder): [string, string][] {
  const apis = { buildpack: { supported: buildpackApis }, platform: { supported: platformApis } };
  const metadata = {
    buildpacks: [
      { id: 'test/shell', version: '1.0.0' },
      { id: 'test/extra', version: '1.0.0' },
    ],
    images: [{ image: runImage }],
    stack: { runImage: { image: runImage } },
    lifecycle: { version: lifecycleVersion, apis },
  };
  const order = [{ group: [{ id: 'test/shell', version: '1.0.0' }] }];
  const label = (key: string, value: unknown): string => `LABEL ${key}='${JSON.stringify(value)}'\n`;
  const install = '/bin/busybox --install -s /bin && mkdir -m 1777 /tmp && mkdir -p /home/cnb /root';
  const make = `mkdir -p /workspace /layers /platform/env && chown ${builderUser}:${builderUser} /workspace /layers`;
  return [
    [
      runImage,
      `FROM ${registry}/busybox:1\nCOPY etc /etc\nRUN ["/bin/busybox", "sh", "-c", "${install}"]\nENV PATH=/bin CNB_USER_ID=${builderUser} CNB_GROUP_ID=${builderUser}\nUSER ${builderUser}:${builderUser}\n`,
    ],
    [
      builder,
      `FROM ${runImage}\nUSER root\nCOPY cnb /cnb\nRUN ${make}\nUSER ${builderUser}:${builderUser}\n${label('io.buildpacks.builder.metadata', metadata)}${label('io.buildpacks.buildpack.order', order)}`,
    ],
    [lifecycleImage, `FROM ${runImage}\nUSER root\nCOPY cnb/lifecycle /cnb/lifecycle\n`],
  ];
}

/** The path of a program that the heavy tier provides. */
export function toolPath(name: string): string {
  return execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).trim();
}
