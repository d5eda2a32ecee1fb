# SPDX-License-Identifier: Apache-2.0
# docs/abi-*.md are what the tables of abi/ say.
for table in nano objects; do
	sh mk/abi-$table.sh > out/check/abi-$table.md || exit 1
	cmp -s out/check/abi-$table.md docs/abi-$table.md ||
		echo "docs/abi-$table.md: not what mk/abi-$table.sh makes of abi/; make docs"
done
