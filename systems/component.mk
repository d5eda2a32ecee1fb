# SPDX-License-Identifier: Apache-2.0
# The capsules of systems/demo.yaml.
capsules += store writer reader intruder
capsule.store.srcs := systems/demo/store.c
capsule.writer.srcs := systems/demo/writer.c
capsule.reader.srcs := systems/demo/reader.c
capsule.intruder.srcs := systems/demo/intruder.c
