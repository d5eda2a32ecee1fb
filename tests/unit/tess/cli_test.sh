# SPDX-License-Identifier: Apache-2.0
# The host tool through its command line; TESS is the tool, and beside it may
# stand the same with sanitizers.
exec sh tests/tess/run.sh "$TESS" "$TESS-checked"
