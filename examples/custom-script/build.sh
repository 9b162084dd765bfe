#!/bin/sh
# Makes out/ from the sources, then the image $IMAGE from out/. Slipway says in variables what is wanted.
set -eu

mkdir -p out
awk -F, '
  NR == 1 { split($0, names); printf "["; next }
  { printf "%s\n  {\"%s\": \"%s\", \"%s\": \"%s\", \"%s\": %s}", NR == 2 ? "" : ",", names[1], $1, names[2], $2, names[3], $3 }
  END { print "\n]" }
' harbours.csv > out/harbours.json
echo "$IMAGE_REPO: $(wc -l < out/harbours.json) lines of JSON"

# Whatever builds and pushes an image may stand here, such as `docker build` and `docker push`. Slipway needs no daemon:
cat > out/Dockerfile <<'DOCKERFILE'
FROM scratch
COPY harbours.json /data/
DOCKERFILE
slipway build --filename=- --default-repo= --tag="$IMAGE_TAG" --push="$PUSH_IMAGE" <<CONFIG
apiVersion: skaffold/v4beta14
kind: Config
build:
  artifacts:
    - image: $IMAGE_REPO
      context: out
CONFIG
