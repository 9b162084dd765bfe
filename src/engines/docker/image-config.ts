import type { ImageId } from '../../core/names.ts';
import type { ImageConfig } from '../../core/plugins.ts';
import type { ContainerConfig } from '../../image/oci.ts';

/** The `config` of an image, as a registry or an engine has it, with absent fields as empty ones. */
export function imageConfigOf(id: ImageId, config: ContainerConfig = {}): ImageConfig {
  return {
    id,
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    workingDir: config.WorkingDir ?? '',
    user: config.User ?? '',
    onBuild: config.OnBuild ?? [],
    labels: config.Labels ?? {},
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    stopSignal: config.StopSignal ?? '',
    shell: config.Shell ?? [],
  };
}
