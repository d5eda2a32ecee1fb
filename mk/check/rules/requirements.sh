# SPDX-License-Identifier: Apache-2.0
# docs/requirements.md has a row for each requirement of the list, in its order.
# Whether the rows say what a run showed is the last suite of ./test.
rows() {
	sed -n "s/^$1\([A-Z][0-9]*\) |.*/\1/p" "$2"
}
rows '' docs/requirements.list > out/check/requirements.want
rows '| ' docs/requirements.md > out/check/requirements.have
diff out/check/requirements.want out/check/requirements.have > /dev/null ||
	echo "docs/requirements.md: its rows are not those of docs/requirements.list; make requirements"
