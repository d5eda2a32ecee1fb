# SPDX-License-Identifier: Apache-2.0
# docs/abi-nano.md is what the list of nano calls says.
sh mk/abi-nano.sh > out/check/abi-nano.md || exit 1
cmp -s out/check/abi-nano.md docs/abi-nano.md ||
	echo "docs/abi-nano.md: not what mk/abi-nano.sh makes of abi/hypercalls.h; make docs"
