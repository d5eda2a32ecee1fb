/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Every nano call, declared once: the dispatcher, the callers' names and the
 * manual (docs/abi-nano.md) come from this list.
 *
 * BUILT(number, name, arguments, text), and LATER(...) for a call of a later
 * version: its number, name and arguments are fixed, and until then it is
 * refused with NOT_BUILT after the checks that every call passes. A number is
 * for ever. The number travels in rax / x8, arguments in rdi rsi rdx r10 r8 r9
 * / x0-x5, the status comes back in rax / x0 and a result in rdx / x1; every
 * other register is kept. An argument that a call does not have must be zero.
 * VMMCALL / HVC #0. An id in a text names the requirement.
 *
 * What foundations, reservations, seals and so on are is told in docs/nano.md.
 * Each of their handles means something only to the world that it belongs to;
 * any other is NOT_FOUND. Nothing here takes memory that the caller has not
 * named.
 */

#define ABI_HYPERCALLS_NANO(BUILT, LATER)                                       \
	BUILT(0, null, 0, "does nothing, whatever its arguments are (A36)")     \
	BUILT(1, interface_query, 2,                                            \
	      "(authority, number): the number if that authority reaches the "  \
	      "call, else zero (A12, A14)")                                     \
	BUILT(2, interface_derive, 3,                                           \
	      "(authority, mask0, mask1): a new authority, reaching what both " \
	      "the old one and the mask allow; bit n of the two words is call " \
	      "n (A16)")                                                        \
	BUILT(3, interface_restrict, 2,                                         \
	      "(mask0, mask1): the caller's own authority shrinks to what the " \
	      "mask allows, for ever (A16)")                                    \
	BUILT(4, console_write, 6,                                              \
	      "(n, w1..w5): writes of the first n (1..40) bytes of the words, " \
	      "low byte first, as many as the device takes: how many. AGAIN: "  \
	      "none for now; BAD_STATE once operational")                       \
	BUILT(5, operational, 0, "the console is no longer nano's")             \
	BUILT(6, irq_ack_and_arm, 2,                                            \
	      "(vector or 0, ticks or 0): ends that interrupt and arms the "    \
	      "one-shot timer of this CPU; NOT_SUPPORTED where the kernel has " \
	      "both itself")                                                    \
	BUILT(7, power_off, 1,                                                  \
	      "(status 0..255): stops every CPU, prints the last line, never "  \
	      "returns")                                                        \
	BUILT(8, counter, 1,                                                    \
	      "(enum abi_nano_counter): its value, over all CPUs")              \
	BUILT(9, cpu_start, 3,                                                  \
	      "(index, entry, argument): starts that CPU of boot_info in the "  \
	      "kernel's world as the first was started, at entry, a virtual "   \
	      "address of the kernel's image, with argument in rdi / x0. "      \
	      "AGAIN: not up yet, call again with the same arguments; BUSY: "   \
	      "it runs or somebody else starts it; GONE: it did not come up "   \
	      "and never will (A28)")                                           \
	BUILT(10, ipi, 1,                                                       \
	      "(mask; bit = index): interrupts these CPUs, which all run, "     \
	      "with ABI_IPI_VECTOR_X86_64; NOT_SUPPORTED where the kernel "     \
	      "does that itself")                                               \
	LATER(11, critical_enter, 0,                                            \
	      "what would call the foundation up waits until as many exits; "   \
	      "interrupts of the machine do not (A25)")                         \
	LATER(12, critical_exit, 0, "ends what critical_enter began (A25)")     \
	LATER(13, cpu_stop, 0,                                                  \
	      "this CPU leaves the world; cpu_start starts it again (A28)")

#define ABI_HYPERCALLS_CONTEXTS(BUILT, LATER)                                   \
	LATER(16, context_create, 3,                                            \
	      "(foundation, reservation, entry): a context of that "            \
	      "foundation, kept in the reservation's pages; it has not been "   \
	      "entered (A21)")                                                  \
	LATER(17, context_destroy, 1,                                           \
	      "(context): ends it, scrubs its pages and gives the reservation " \
	      "back; BUSY while it runs (A22)")                                 \
	LATER(18, context_run, 2,                                               \
	      "(context, answer): runs it on this CPU until it is "             \
	      "interrupted, makes an outcall, faults or leaves; which of them " \
	      "is the result, the answer goes to its last outcall; BUSY while " \
	      "it runs (A23, A24)")                                             \
	LATER(19, context_outcall, 4,                                           \
	      "(label, w1, w2, w3): ends the run of the calling context with "  \
	      "a request for the kernel; returns with the answer")              \
	LATER(20, context_leave, 1,                                             \
	      "(result): ends the run of the calling context, which can be "    \
	      "entered anew (A71)")                                             \
	LATER(21, exception_handler, 2,                                         \
	      "(context, label): faults that the context does not take itself " \
	      "end its run with that label (A26)")                              \
	LATER(22, last_exception, 2,                                            \
	      "(context, word): word of what ended its last run: cause, "       \
	      "address, level, access (A27)")                                   \
	LATER(23, exception_subscribe, 2,                                       \
	      "(entry, stack): the calling context takes its own faults "       \
	      "there; 0, 0 ends it (A29)")                                      \
	LATER(24, exception_return, 3,                                          \
	      "(pc, register, value): leaves the handler and tries again, "     \
	      "with one register changed, at pc or where it was (A30, A34)")    \
	LATER(25, exception_replay, 0,                                          \
	      "leaves the handler and hands the fault on as if it had not "     \
	      "been taken (A31)")                                               \
	LATER(26, exception_signal, 2,                                          \
	      "(context, code): its handler runs with that code, at once or "   \
	      "when the context runs next (A32)")                               \
	LATER(27, exception_cause, 0,                                           \
	      "the code or cause the handler was called for; BAD_STATE "        \
	      "outside (A33)")

#define ABI_HYPERCALLS_RESERVATIONS(BUILT, LATER)                               \
	LATER(32, reservation_first, 0,                                         \
	      "the reservation of all managed memory; once (A37)")              \
	LATER(33, reservation_take, 2,                                          \
	      "(reservation, world): its pages leave all worlds but that one, " \
	      "zeroed; AGAIN while it zeroes (A39, A40, A41)")                  \
	BUILT(34, reservation_info, 2,                                          \
	      "(reservation, enum abi_reservation_word): that word (A43)")      \
	LATER(35, reservation_split, 2,                                         \
	      "(reservation, size): keeps the first size bytes, the rest is "   \
	      "the new one (A44)")                                              \
	LATER(36, reservation_merge, 2,                                         \
	      "(low, high): adjacent ones become one, the low one (A45)")       \
	LATER(37, reservation_parent, 1,                                        \
	      "(reservation): becomes the parent of an open one of the same "   \
	      "range, which is the result (A46)")                               \
	LATER(38, reservation_split_sub, 2,                                     \
	      "(reservation, size): becomes fields of whole pages, at most 64 " \
	      "(A47)")                                                          \
	LATER(39, reservation_get_sub, 2,                                       \
	      "(reservation, index): that field as a reservation, once (A48)")  \
	BUILT(40, revoke_start, 1,                                              \
	      "(reservation): nothing new comes out of it; BAD_STATE the "      \
	      "second time (A49)")                                              \
	BUILT(41, revoke_finish, 1,                                             \
	      "(reservation, being revoked): removes every mapping, zeroes, "   \
	      "and gives the pages back to where they came from; how many "     \
	      "this call did; AGAIN until done, then there is no such "         \
	      "reservation (A50, A51)")                                         \
	BUILT(42, reservation_make, 2,                                          \
	      "(start, size): these pages leave the caller's world and become " \
	      "a reservation. AGAIN: those at the front did, call again with "  \
	      "the same arguments; BAD_STATE: a page is not the world's, "      \
	      "no memory, or already reserved (A39, A40)")

#define ABI_HYPERCALLS_BOOK(BUILT, LATER)                                       \
	LATER(48, book_page, 1,                                                 \
	      "(index): physical address of that page of the book, which the "  \
	      "world can read (A54)")                                           \
	LATER(49, range_split, 2,                                               \
	      "(start, size): one range of the book becomes two (A57)")         \
	LATER(50, range_merge, 1,                                               \
	      "(start): the range joins the next one of the same state (A57)")  \
	LATER(51, range_zero, 1,                                                \
	      "(start): a dirty range becomes a free one; AGAIN until done "    \
	      "(A56, A58)")                                                     \
	LATER(52, page_get, 3,                                                  \
	      "(start, size, kind): free pages, or registers, for the "         \
	      "caller's world; never nano's, never what is mapped (A59, A60)")  \
	LATER(53, table_get, 3,                                                 \
	      "(world, level, address): a handle of the table of stage 2 "      \
	      "there (A61)")                                                    \
	LATER(54, table_create, 3,                                              \
	      "(reservation, table, index): a page of the reservation becomes " \
	      "a table below that one (A62)")                                   \
	LATER(55, mapping_create, 4,                                            \
	      "(table, index, page, rights): maps a page there; never "         \
	      "writable and executable, a second time only by grant of its "    \
	      "owner (A63, A65)")                                               \
	LATER(56, mapping_free, 2,                                              \
	      "(table, index): the page is dirty, the place stays used until "  \
	      "its reservation is revoked (A64)")                               \
	LATER(57, translate, 2,                                                 \
	      "(address, access): where the caller's world has it; changes "    \
	      "nothing (A66)")

#define ABI_HYPERCALLS_FOUNDATIONS(BUILT, LATER)                                \
	LATER(64, foundation_create, 5,                                         \
	      "(reservation, image, size, entry, entries and flags): copies "   \
	      "the image into pages that nobody else has and hashes it; AGAIN " \
	      "until done; ends when the reservation is revoked (A68, A69, "    \
	      "A70, A87)")                                                      \
	LATER(65, foundation_enter, 5,                                          \
	      "(context, entry, seal or 0, a0, a1): the context, not running, " \
	      "will enter there, with what the seal holds (A71, A83)")          \
	LATER(66, entry_new, 2,                                                 \
	      "(foundation, address): a new entry; from inside only (A72)")     \
	LATER(67, entry_expose, 2,                                              \
	      "(entry, address): a public foundation's page becomes readable "  \
	      "there (A73)")                                                    \
	LATER(68, entry_info, 2,                                                \
	      "(entry, word): word of the identity of its foundation, or its "  \
	      "address (A74)")                                                  \
	LATER(69, identity, 1,                                                  \
	      "(word): word of the caller's own identity: hash, length, "       \
	      "entries, instance (A70, A75)")                                   \
	LATER(70, key, 3,                                                       \
	      "(reservation, offset, purpose): puts HMAC(master, identity, "    \
	      "purpose) into a taken page of the caller (A76)")

#define ABI_HYPERCALLS_SEALS(BUILT, LATER)                                      \
	LATER(80, seal_make, 5,                                                 \
	      "(reservation, kind, recipient, w0, w1): seals two words or the " \
	      "pages of the reservation; certificate, once, symmetric, "        \
	      "invocable or locked (A77, A80, A82, A85)")                       \
	LATER(81, seal_check, 2,                                                \
	      "(seal, word): word of who signed and what; takes a single-use "  \
	      "one (A78, A79)")                                                 \
	LATER(82, seal_open, 2,                                                 \
	      "(seal, kind): what it holds, for the one it was made for (A81)")

#define ABI_HYPERCALLS_TYPES(BUILT, LATER)                                     \
	LATER(88, type_reserve, 1,                                             \
	      "(number): that type for the caller; never one of nano's (A19, " \
	      "A88)")                                                          \
	LATER(89, type_take, 1,                                                \
	      "(type): the right to seal with it, once (A89)")                 \
	LATER(90, type_revoke, 2,                                              \
	      "(start, end): values sealed with these types open no more "     \
	      "(A90)")                                                         \
	LATER(91, type_bitmap, 1,                                              \
	      "(word): 64 bits of which types are taken (A91)")                \
	LATER(92, value_seal, 2, "(type, value): an opaque handle (A92, A93)") \
	LATER(93, value_unseal, 2, "(type, handle): the value (A92, A93)")

#define ABI_HYPERCALLS_HARDWARE(BUILT, LATER)                                   \
	LATER(96, register_modify, 3,                                           \
	      "(register, mask, value): changes the bits of the mask that "     \
	      "nano's list leaves open; the result is the old value (A94)")     \
	LATER(97, irq_mask, 3,                                                  \
	      "(index, line, on): lets a line interrupt that CPU, or not; "     \
	      "never nano's (A95, A98)")                                        \
	LATER(98, irq_raise, 3,                                                 \
	      "(index, line, on): raises a software interrupt of that CPU, or " \
	      "takes it back (A96)")                                            \
	LATER(99, irq_pending, 1,                                               \
	      "(index): the 64 lines of that CPU that wait (A97)")              \
	LATER(100, irq_route, 4,                                                \
	      "(device, vector, index, kind): sends a device's interrupt to "   \
	      "that CPU through the remapping table")

#define ABI_HYPERCALLS_IOMMU(BUILT, LATER)                                      \
	LATER(104, domain_create, 1,                                            \
	      "(reservation): an empty address space for devices, its tables "  \
	      "in the reservation")                                             \
	LATER(105, domain_destroy, 1,                                           \
	      "(domain): devices of it reach nothing; the reservation comes "   \
	      "back")                                                           \
	LATER(106, device_assign, 2,                                            \
	      "(domain or 0, device): the device uses that domain, or reaches " \
	      "nothing")                                                        \
	LATER(107, iommu_map, 4,                                                \
	      "(domain, address, page, rights): the devices of the domain "     \
	      "have the page there (A41)")                                      \
	LATER(108, iommu_unmap, 3,                                              \
	      "(domain, start, end): and no more, also in flight (A50)")        \
	LATER(109, iommu_fault, 2,                                              \
	      "(domain, word): word of the oldest refused access; 0 when "      \
	      "there is none")

#define ABI_HYPERCALLS_ATTESTATION(BUILT, LATER)                            \
	LATER(112, boot_log, 2,                                             \
	      "(entry, word): word of a measurement of the boot (A3)")      \
	LATER(113, quote, 4,                                                \
	      "(reservation, offset, n0, n1): puts a statement about {the " \
	      "nonce n0 n1, boot log, the caller's identity} into a taken " \
	      "page (A3, A84)")                                             \
	LATER(114, random, 0,                                               \
	      "a word of nano's generator; NOT_SUPPORTED without entropy")

/* X(GROUP, first number, end, text): each has a range of numbers. */
#define ABI_HYPERCALL_GROUPS(X)                                                \
	X(NANO, 0, 16, "nano itself and its CPUs")                             \
	X(CONTEXTS, 16, 32, "contexts, and exceptions of foundations")         \
	X(RESERVATIONS, 32, 48,                                                \
	  "reservations: the right to take a range, once")                     \
	X(BOOK, 48, 64, "the book of pages, and mappings")                     \
	X(FOUNDATIONS, 64, 80,                                                 \
	  "foundations: memory that the kernel cannot read")                   \
	X(SEALS, 80, 88, "seals: certificates, locks and what only one opens") \
	X(TYPES, 88, 96, "types: seals of values")                             \
	X(HARDWARE, 96, 104, "registers and interrupts")                       \
	X(IOMMU, 104, 112, "domains of device memory")                         \
	X(ATTESTATION, 112, 120, "attestation")

#define ABI_HYPERCALLS(BUILT, LATER)              \
	ABI_HYPERCALLS_NANO(BUILT, LATER)         \
	ABI_HYPERCALLS_CONTEXTS(BUILT, LATER)     \
	ABI_HYPERCALLS_RESERVATIONS(BUILT, LATER) \
	ABI_HYPERCALLS_BOOK(BUILT, LATER)         \
	ABI_HYPERCALLS_FOUNDATIONS(BUILT, LATER)  \
	ABI_HYPERCALLS_SEALS(BUILT, LATER)        \
	ABI_HYPERCALLS_TYPES(BUILT, LATER)        \
	ABI_HYPERCALLS_HARDWARE(BUILT, LATER)     \
	ABI_HYPERCALLS_IOMMU(BUILT, LATER)        \
	ABI_HYPERCALLS_ATTESTATION(BUILT, LATER)

#define ABI_HYPERCALL_LIMIT 128

/* Interrupts of the kernel on x86_64: the one-shot timer and the call `ipi`, to
 * be ended with irq_ack_and_arm, and the APIC's spurious one, which nobody
 * ends. */
#define ABI_TIMER_VECTOR_X86_64    0x20
#define ABI_IPI_VECTOR_X86_64      0x21
#define ABI_SPURIOUS_VECTOR_X86_64 0xff

/* X(number, name, text): what nano counts, for ever. */
#define ABI_NANO_COUNTERS(X)                                                \
	X(0, EXITS, "entries into nano from below, without null calls")     \
	X(1, MEMORY, "accesses to memory the kernel's world does not have") \
	X(2, PORT, "accesses to I/O ports it does not have")                \
	X(3, REGISTER,                                                      \
	  "accesses to system registers or MSRs it does not have")          \
	X(4, INSTRUCTION, "instructions it may not execute")                \
	X(5, CALL, "nano calls refused")

/* X(number, name, text): what reservation_info tells. */
#define ABI_RESERVATION_WORDS(X)                         \
	X(0, START, "its first address")                 \
	X(1, SIZE, "bytes that left their world so far") \
	X(2, STATE, "enum abi_reservation_state")        \
	X(3, PARENT, "the reservation it is part of; 0")

/* X(number, name, text): states of a reservation (A38). */
#define ABI_RESERVATION_STATES(X)                          \
	X(0, MAKING, "reservation_make has not ended yet") \
	X(1, OPEN, "nobody has its pages")                 \
	X(2, REVOKING, "its pages are on the way back, last first")

#define ABI_RESERVATION_PAGES_MAX ((1ull << 28) - 1)

#ifndef __ASSEMBLER__
enum abi_reservation_word {
#define X(number, name, text) ABI_RESERVATION_##name = (number),
	ABI_RESERVATION_WORDS(X)
#undef X
		ABI_RESERVATION_WORD_COUNT
};
enum abi_reservation_state {
#define X(number, name, text) ABI_RESERVATION_IS_##name = (number),
	ABI_RESERVATION_STATES(X)
#undef X
};
enum abi_hypercall {
#define X(number, name, arguments, text) ABI_HYPERCALL_##name = (number),
	ABI_HYPERCALLS(X, X)
#undef X
};
enum abi_nano_counter {
#define X(number, name, text) ABI_NANO_COUNTER_##name = (number),
	ABI_NANO_COUNTERS(X)
#undef X
		ABI_NANO_COUNTER_COUNT
};
#endif
