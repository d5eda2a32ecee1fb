#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Capsules made and ended by core on the host's kernel, 100,000 of them: every
# counter returns. As long as it takes, which is about a minute.
set -u

if ROUNDS=50000 out/host/unit/core/capsule > out/long/capsules.log 2>&1; then
	echo "ok - capsules: 100000 came and went, and every counter returned # E27"
else
	echo "not ok - capsules: something stayed, see out/long/capsules.log" \
		"# repeat: ROUNDS=50000 out/host/unit/core/capsule"
fi
