#!/bin/sh
# Greets in the language given, with the words of the base image.
exec cat "$WORDS/$1.txt"
