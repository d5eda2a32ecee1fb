#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every function of the kernel that may fail, failing, in rows of operations from
# ever new seeds.
set -u

OPS=${OPS:-50000}
end=$(($(date +%s) + LIMIT))
seed=$((SEED * 1000003))
rounds=0
while [ "$(date +%s)" -lt $end ]; do
	if ! OPS=$OPS SEED=$seed sh tests/unit/model/inject_test.sh > out/long/inject.log 2>&1; then
		again=$(grep -o 'OPS=1 SEED=[0-9]* sh tests/unit/model/inject_test.sh' \
			out/long/inject.log | tail -n 1)
		echo "not ok - inject: what fails leaves something behind, see out/long/inject.log" \
			"# repeat: ${again:-OPS=$OPS SEED=$seed sh tests/unit/model/inject_test.sh}"
		exit
	fi
	rounds=$((rounds + 1))
	seed=$((seed + OPS))
done
echo "ok - inject: before each of $((rounds * OPS)) operations all failed that may"
