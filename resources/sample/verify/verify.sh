#!/bin/sh
# Opens and checks every bundle with age, tar, ssh-keygen and sha256sum alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checked=0
for bundle in "$here"/../bundles/*.fib; do
    inside="$work/$checked"
    mkdir "$inside"
    age -d -i "$here/lead-identity.txt" -o "$work/payload.tar" "$bundle"
    tar -x -f "$work/payload.tar" -C "$inside"
    signer=$(sed -n 's/^# .*"device":"\([^"]*\)".*/\1/p' "$inside/MANIFEST")
    ssh-keygen -Y verify -f "$here/allowed_signers" -I "$signer" -n fieldinspect-bundle@1 \
        -s "$inside/MANIFEST.sig" < "$inside/MANIFEST"
    (cd "$inside" && sha256sum --strict --quiet -c MANIFEST)
    named=$(sed -n 's/^# .*"env":"\([0-9a-f]*\)".*/\1/p' "$inside/MANIFEST")
    lines=$(grep -a -n -m 1 '^--- ' "$bundle" | cut -d: -f1)
    found=$(head -n "$lines" "$bundle" | sha256sum | cut -d' ' -f1)
    [ "$named" = "$found" ] || { echo "$(basename "$bundle"): the envelope is not the one that was signed" >&2; exit 1; }
    echo "$(basename "$bundle"): $(wc -l < "$inside/entries.jsonl") entries, whole and signed"
    checked=$((checked + 1))
done
[ "$checked" -gt 0 ] || { echo "there is no bundle in ../bundles" >&2; exit 1; }
echo "$checked bundles opened and checked"
