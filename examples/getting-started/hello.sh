#!/bin/sh
# Says hello once a second, for as long as the pod lives.
while :; do
  echo "$GREETING"
  sleep 1
done
