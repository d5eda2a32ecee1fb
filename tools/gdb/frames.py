# SPDX-License-Identifier: Apache-2.0
"""Backtraces that cross a system call, and pass signed return addresses.

gdb cannot do either. Entry code has no unwind information: behind it come the
registers in the context of the thread that runs on the CPU. The stack there lies
below the kernel's, which gdb takes for a damaged one: so the frames of user code
are unwound here, and get identities above the kernel's. And on aarch64 return
addresses are signed (PAC), but QEMU 7.2 does not tell gdb which bits the
signature takes; it is stripped here. Both need nothing but .debug_frame.
"""

import struct

import gdb
import gdb.unwinder

import machine

# DWARF's numbers of the stack pointer, of the return address and of the registers
# that a call preserves (AADWARF64 4.1; System V ABI for x86_64, figure 3.36).
NUMBERS = {
    "aarch64": (31, 30, {n: "x%d" % n for n in range(19, 31)}),
    "x86_64": (7, 16, {3: "rbx", 6: "rbp", 12: "r12", 13: "r13", 14: "r14", 15: "r15"}),
}

# Where the stacks of user code lie in the identities of frames: above all else.
ABOVE = 0xFFFFFFFFF0000000


class FrameId:
    def __init__(self, sp, pc):
        if sp < machine.USER_END:
            sp = ABOVE | sp & ~ABOVE
        self.sp = machine.word(sp)
        self.pc = machine.word(pc)


class Reader:
    """Little-endian fields of a byte string."""

    def __init__(self, data, at=0, end=None):
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end

    def number(self, size):
        value = int.from_bytes(self.data[self.at:self.at + size], "little")
        self.at += size
        return value

    def leb(self, signed=False):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        return value - (1 << shift) if signed and byte & 64 else value

    def string(self):
        end = self.data.index(b"\0", self.at)
        text = self.data[self.at:end]
        self.at = end + 1
        return text


def section(path, wanted):
    """The bytes of one section of an ELF64 file."""
    with open(path, "rb") as file:
        data = file.read()
    at, = struct.unpack_from("<Q", data, 0x28)
    size, count, names = struct.unpack_from("<HHH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", data, at + i * size) for i in range(count)]
    for name, _, _, _, start, length in headers:
        if Reader(data, headers[names][4] + name).string() == wanted:
            return data[start:start + length]
    return b""


class FrameTable:
    """What .debug_frame of one file says (DWARF 5, 6.4)."""

    def __init__(self, path):
        self.data = section(path, b".debug_frame")
        self.entries = []
        reader = Reader(self.data)
        while reader.at < reader.end:
            length = reader.number(4)
            end = reader.at + length
            cie = reader.number(4)
            if cie != 0xFFFFFFFF:
                start = reader.number(8)
                self.entries.append((start, start + reader.number(8), cie, reader.at, end))
            reader.at = end

    def common(self, at):
        reader = Reader(self.data, at)
        end = reader.number(4) + reader.at
        reader.number(4)
        version = reader.number(1)
        reader.string()
        if version >= 4:
            reader.number(2)
        code, data = reader.leb(), reader.leb(True)
        reader.leb()
        return code, data, reader.at, end

    def row(self, pc):
        """(start of the function, CFA register, CFA offset, {register: offset
        from the CFA}) for an address, or None."""
        for start, stop, cie, at, end in self.entries:
            if start <= pc < stop:
                break
        else:
            return None
        code, data, first, last = self.common(cie)
        row = {"cfa": (NUMBERS[machine.name()][0], 0)}
        self.run(Reader(self.data, first, last), row, code, data, 0, 0)
        initial = dict(row)
        if not self.run(Reader(self.data, at, end), row, code, data, start, pc, initial):
            return None
        register, offset = row.pop("cfa")
        return start, register, offset, row

    def run(self, reader, row, code, data, here, pc, initial=None):
        kept = []
        while reader.at < reader.end:
            byte = reader.number(1)
            high, low = byte & 0xC0, byte & 0x3F
            if high == 0x40 or byte in (2, 3, 4):
                step = low if high else reader.number(1 << (byte - 2))
                here += step * code
                if here > pc:
                    break
            elif high == 0x80:
                row[low] = reader.leb() * data
            elif high == 0xC0 or byte in (6, 7, 8):
                register = low if high else reader.leb()
                row.pop(register, None)
                if byte not in (7, 8) and register in (initial or {}):
                    row[register] = initial[register]
            elif byte in (5, 0x11):
                register = reader.leb()
                row[register] = reader.leb(byte == 0x11) * data
            elif byte == 0x0A:
                kept.append(dict(row))
            elif byte == 0x0B:
                row.clear()
                row.update(kept.pop())
            elif byte == 0x0C:
                register = reader.leb()
                row["cfa"] = (register, reader.leb())
            elif byte == 0x0D:
                row["cfa"] = (reader.leb(), row["cfa"][1])
            elif byte == 0x0E:
                row["cfa"] = (row["cfa"][0], reader.leb())
            elif byte not in (0, 0x2D):  # a padding, a signed return address
                return False
        return True


def strip(address):
    """A return address without its signature: bit 55 tells the half."""
    if address >> 55 & 1:
        return address | 0xFFFF << 48
    return address & ((1 << 48) - 1)


class Unwinder(gdb.unwinder.Unwinder):
    def __init__(self):
        super().__init__("tessera")
        self.tables = {}
        self.interrupted = set()  # (pc, sp) where no call left off

    def __call__(self, pending):
        pc = int(pending.read_register("pc")) & machine.MASK
        sp = int(pending.read_register("sp")) & machine.MASK
        inner = pending.level() == 0 or (pc, sp) in self.interrupted
        line = gdb.find_pc_line(pc if inner else max(pc, 1) - 1)
        if not line.symtab:
            return None
        if line.symtab.filename.endswith("/kernel/arch/%s/entry.S" % machine.name()):
            self.interrupted.clear()
            return self.entered(pending, pc, sp) if inner else self.system_call(pending, pc, sp)
        if line.symtab.filename.endswith("/crt0.S"):
            return self.first(pending, pc, sp)
        return self.frame(pending, line.symtab.objfile.filename, pc, inner)

    def system_call(self, pending, pc, sp):
        """Behind entry code: what the thread had in its registers."""
        cpu = machine.cpu()
        thread = cpu["current"]
        if not int(thread) or int(thread) == int(cpu["idle"]) or sp != int(cpu["stack_top"]):
            return None
        info = pending.create_unwind_info(FrameId(sp, pc))
        context = thread["context"]
        self.interrupted.add((machine.program_counter(thread), int(
            context["sp" if machine.name() == "aarch64" else "rsp"])))
        for name, value in machine.registers(context).items():
            info.add_saved_register(name, machine.word(value))
        return info

    def entered(self, pending, pc, sp):
        """At the first instruction of a system call everything is still in its
        register, so that gdb steps over calls of the kernel as over others."""
        if machine.name() == "aarch64":
            if pc & 127 or not int(pending.read_register("cpsr")) & 4:
                return None
            back, stack = pending.read_register("ELR_EL1"), pending.read_register("SP_EL0")
        else:
            if pc != int(gdb.parse_and_eval("(long)&syscall_entry")) & machine.MASK:
                return None
            back, stack = pending.read_register("rcx"), sp
        if not 0 < int(back) < machine.USER_END:
            return None
        self.interrupted.add((int(back), int(stack) & machine.MASK))
        info = pending.create_unwind_info(FrameId(sp, pc))
        for name in NUMBERS[machine.name()][2].values():
            info.add_saved_register(name, pending.read_register(name))
        info.add_saved_register("sp", machine.word(stack))
        info.add_saved_register("pc", machine.word(back))
        return info

    def first(self, pending, pc, sp):
        """Where a capsule starts: nobody called it."""
        info = pending.create_unwind_info(FrameId(sp, pc))
        info.add_saved_register("sp", machine.word(sp))
        info.add_saved_register("pc", machine.word(0))
        return info

    def frame(self, pending, path, pc, inner):
        if path not in self.tables:
            self.tables[path] = FrameTable(path)
        row = self.tables[path].row(pc if inner else pc - 1)
        if not row:
            return None
        start, base, offset, saved = row
        stack, address, names = NUMBERS[machine.name()]
        try:
            values = {number: int(pending.read_register(name)) & machine.MASK
                      for number, name in names.items()}
            values[stack] = int(pending.read_register("sp")) & machine.MASK
            if base not in values:
                return None
            cfa = values[base] + offset & machine.MASK
            info = pending.create_unwind_info(FrameId(cfa, start))
            for number, at in saved.items():
                if number in names or number == address:
                    values[number] = machine.read_word(cfa + at)
        except gdb.error:
            return None
        for number, name in names.items():
            info.add_saved_register(name, machine.word(values[number]))
        info.add_saved_register("sp", machine.word(cfa))
        info.add_saved_register("pc", machine.word(strip(values[address])))
        return info


gdb.unwinder.register_unwinder(None, Unwinder(), True)
