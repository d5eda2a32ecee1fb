# SPDX-License-Identifier: Apache-2.0
"""The machine that is debugged: its memory, registers and kernel variables.

All numbers come from the debug information and from abi/layout.h. What lies in
an address space that is not loaded is found through its page tables, which the
kernel's window shows.
"""

import contextlib
import re

import gdb

MASK = (1 << 64) - 1


def layout(name):
    """A number of abi/layout.h."""
    with open("abi/include/abi/layout.h", encoding="ascii") as file:
        return int(re.search(r"^#define %s\s+(\w+)" % name, file.read(), re.M)[1], 0)


WINDOW = layout("KERNEL_WINDOW")
USER_END = layout("USER_END")


def name():
    return "aarch64" if "aarch64" in gdb.selected_inferior().architecture().name() else "x86_64"


def objfile(image):
    for file in gdb.objfiles():
        if file.filename.endswith("/" + image):
            return file
    raise gdb.GdbError("no symbols of %s are loaded" % image)


def variable(image, symbol):
    file = objfile(image)
    found = file.lookup_global_symbol(symbol) or file.lookup_static_symbol(symbol)
    if not found:
        raise gdb.GdbError("%s has no variable %s" % (image, symbol))
    return found.value()


def word(value):
    return gdb.Value(int(value) & MASK).cast(gdb.lookup_type("unsigned long"))


def state():
    return variable("kernel.elf", "state")


def cpu():
    """The struct cpu of the CPU that is looked at; gdb counts them from 1."""
    return state()["cpus"][gdb.selected_thread().num - 1]


def registers(context):
    """What a saved context holds, by gdb's names. The order of the words is
    that of abi/message.h."""
    message = context["message"]
    if name() == "aarch64":
        # x0 to x30 lie in a row.
        first = context.address.cast(gdb.lookup_type("unsigned long").pointer())
        values = {"x%d" % i: first[i] for i in range(31)}
        values.update(sp=context["sp"], pc=context["pc"])
        return values
    words = "r8 r9 r10 r12 r13 r14 r15 rbx".split()
    values = {register: message["words"][i] for i, register in enumerate(words)}
    values.update(rax=message["verb"], rdi=message["capability"], rsi=message["label"],
                  rdx=message["info"])
    for register in "rbp rcx r11 rip rsp".split():
        values[register] = context[register]
    return values


def program_counter(thread):
    return int(thread["context"]["pc" if name() == "aarch64" else "rip"])


@contextlib.contextmanager
def kernel_view():
    """Reads as the kernel does. QEMU checks aarch64's permissions for gdb as
    for the CPU: user code sees nothing of the kernel, and with PAN the kernel
    nothing of user code. So the state of the CPU is another one meanwhile."""
    if name() != "aarch64":
        yield
        return
    level = gdb.selected_frame().level()
    gdb.newest_frame().select()
    before = int(gdb.parse_and_eval("$cpsr"))
    gdb.execute("set $cpsr = %d" % 0x3C5)  # EL1 on SP_EL1, all masked, no PAN
    try:
        yield
    finally:
        gdb.execute("set $cpsr = %d" % before)
        if level:
            gdb.execute("frame %d" % level, to_string=True)


def translate(vspace, address):
    """User address to physical address, or None."""
    table = int(vspace["top"]["a"])
    for shift in (39, 30, 21, 12):
        entry = read_word(WINDOW + table + (address >> shift & 511) * 8)
        if not entry & 1:
            return None
        table = entry & 0xFFFFFFFFF000
        large = not entry & 2 if name() == "aarch64" else entry & 0x80
        if shift > 12 and large:
            break
    return (table & -(1 << shift)) | address & ((1 << shift) - 1)


def read(address, size, vspace=None):
    """Bytes of memory: of an address space, or of the kernel and the one that
    runs."""
    inferior = gdb.selected_inferior()
    if vspace is None:
        try:
            return inferior.read_memory(address, size).tobytes()
        except gdb.MemoryError:
            if address >= USER_END:
                raise
            vspace = cpu()["current"]["vspace"]
    data = b""
    while size:
        part = min(size, 4096 - address % 4096)
        at = translate(vspace, address)
        if at is None:
            raise gdb.MemoryError("nothing is mapped at 0x%x" % address)
        data += inferior.read_memory(WINDOW + at, part).tobytes()
        address += part
        size -= part
    return data


def read_word(address):
    return int.from_bytes(read(address, 8), "little")
