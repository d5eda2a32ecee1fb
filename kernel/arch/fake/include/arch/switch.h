/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct cpu;
struct thread;

/** Not inline: a test may have a machine of its own. */
void arch_switch(struct cpu *cpu, struct thread *from, struct thread *to);
