# SPDX-License-Identifier: Apache-2.0
# docs/intercepts.md is what nano's tables of intercepts and traps say.
sh mk/intercepts.sh > out/check/intercepts.md || exit 1
cmp -s out/check/intercepts.md docs/intercepts.md ||
	echo "docs/intercepts.md: not what mk/intercepts.sh makes of nano's tables; make docs"
