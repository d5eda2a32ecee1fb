/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct cpu;

/** The CPU in whose name the test runs: fake.cpu. */
struct cpu *arch_cpu(void);

/** Once around a loop that waits for another CPU: fake.relax(), which lets the
 * others run. Without one, the loop would never end, and the test does. */
void arch_relax(void);
