import { filled } from '../filled.ts';
import type { GoogleCloudBuild } from '../generated/types.ts';

/** The images Google Cloud Build runs the builders in. */
export function googleCloudBuildDefaults(build: GoogleCloudBuild): GoogleCloudBuild {
  return {
    ...build,
    dockerImage: filled(build.dockerImage) ?? 'gcr.io/cloud-builders/docker',
    mavenImage: filled(build.mavenImage) ?? 'gcr.io/cloud-builders/mvn',
    gradleImage: filled(build.gradleImage) ?? 'gcr.io/cloud-builders/gradle',
    kanikoImage: filled(build.kanikoImage) ?? 'gcr.io/kaniko-project/executor:latest',
    packImage: filled(build.packImage) ?? 'gcr.io/k8s-skaffold/pack',
    koImage: filled(build.koImage) ?? 'gcr.io/k8s-skaffold/skaffold',
  };
}
