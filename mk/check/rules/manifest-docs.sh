# SPDX-License-Identifier: Apache-2.0
# docs/manifest.md is what the tool's own table says.
[ -x "$TESS" ] || { echo "$TESS: not built, so docs/manifest.md cannot be compared"; exit 0; }
"$TESS" manifest --docs > out/check/manifest.md || exit 1
cmp -s out/check/manifest.md docs/manifest.md ||
	echo "docs/manifest.md: not what 'tess manifest --docs' prints; make docs"
