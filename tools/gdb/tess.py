# SPDX-License-Identifier: Apache-2.0
"""The `tess` commands of gdb, and printers for threads and capabilities.

docs/debugging.md describes them. `source`d by tests/runner/gdb.sh, which says in
TESS_OUT and TESS_ARCHIVE which build and which system run.
"""

import os
import struct
import sys

import gdb
import gdb.printing

sys.path.insert(0, os.path.dirname(__file__))
import machine  # noqa: E402
import frames  # noqa: E402, F401

OUT = os.environ["TESS_OUT"]
SYSTEM = os.path.dirname(os.environ["TESS_ARCHIVE"])


# --- names -----------------------------------------------------------------

def enum_name(kind, value, prefix):
    """The name of a value of an enum of the ABI, in lower case."""
    for field in gdb.lookup_type("enum " + kind).fields():
        if field.enumval == int(value):
            return field.name[len(prefix):].lower().replace("_", "-")
    return str(int(value))


def type_name(slot):
    return enum_name("abi_object_type", slot["type"], "ABI_TYPE_")


def state_name(thread):
    return enum_name("abi_thread_state", thread["state"], "ABI_THREAD_")


def rights_names(rights):
    names = [field.name[len("ABI_RIGHT_"):].lower()
             for field in gdb.lookup_type("enum abi_right").fields()
             if field.name.startswith("ABI_RIGHT_") and int(rights) & field.enumval]
    return "+".join(names) or "none"


def has_type(slot, name):
    return type_name(slot) == name


def pointer(value, name):
    return machine.word(value).cast(gdb.lookup_type(name).pointer())


# --- capabilities --------------------------------------------------------------

def slots(node):
    """(index, slot) of the filled slots of a CapNode."""
    first = node.cast(gdb.lookup_type("struct slot").pointer())
    size = first.dereference().type.sizeof
    count = int(node["count"])
    field = next(f for f in first.dereference().type.fields() if f.name == "type")
    data = machine.read(int(node), count * size)
    for index in range(1, count):
        if data[index * size + field.bitpos // 8]:
            yield index, first[index]


def find(node, address):
    """The slot that an address names, as the kernel finds it; None if none."""
    index = address & 0xFFFFFFFF
    for _ in range(8):
        count = int(node["count"])
        first = node.cast(gdb.lookup_type("struct slot").pointer())
        if index < count:
            return first[index] if index else None
        slot = first[index & (count - 1)]
        if not has_type(slot, "capnode"):
            return None
        index = (index >> int(node["bits"])) - 1
        node = pointer(slot["object"], "struct capnode")
    return None


def root_node():
    node = machine.state()["root"]
    if not int(node):
        raise gdb.GdbError("the kernel has not made core yet; try: tess boot")
    return node


def all_slots():
    """Every capability, through all CapNodes that core can reach."""
    seen = set()
    left = [root_node()]
    while left:
        node = left.pop()
        if int(node) in seen:
            continue
        seen.add(int(node))
        for index, slot in slots(node):
            if has_type(slot, "capnode"):
                left.append(pointer(slot["object"], "struct capnode"))
            yield node, index, slot


def threads():
    """Every thread that has a capability, ascending by address."""
    found = {int(slot["object"]) for _, _, slot in all_slots() if has_type(slot, "thread")}
    return [pointer(address, "struct thread") for address in sorted(found)]


# --- capsules --------------------------------------------------------------------

class Capsule:
    """What core's record says of one."""

    def __init__(self, name, state, thread, record):
        self.name = name
        self.state = state
        self.thread = thread
        self.record = record


def core_thread():
    return next(pointer(slot["object"], "struct thread") for _, slot in slots(root_node())
                if has_type(slot, "thread") and int(pointer(
                    slot["object"], "struct thread")["capnode"]) == int(root_node()))


def capsules():
    """core and all capsules it knows, running or ended."""
    core = core_thread()
    found = [Capsule("core", "running", core, None)]
    try:
        table = machine.variable("core.elf", "capsules")
        data = machine.read(int(table.address), table.type.sizeof, core["vspace"])
    except gdb.MemoryError:
        return found
    records = gdb.Value(data, table.type)
    for i in range(table.type.range()[1] + 1):
        record = records[i]
        name = str(record["state"]).replace("CAPSULE_", "").lower()
        if name == "free":
            continue
        slot = find(root_node(), int(record["thread"]))
        thread = pointer(slot["object"], "struct thread") if slot and has_type(
            slot, "thread") else None
        found.append(Capsule(record["name"].string(), name, thread, record))
    return found


def capsule_named(name):
    for capsule in capsules():
        if capsule.name == name:
            return capsule
    raise gdb.GdbError("there is no capsule %s; try: tess capsules" % name)


def owners():
    """{address of a thread: whose it is}"""
    found = {int(capsule.thread): capsule.name for capsule in capsules()
             if capsule.thread is not None}
    idle = machine.state()["idle_threads"]
    for i in range(idle.type.range()[1] + 1):
        found[int(idle[i].address)] = "idle"
    return found


def images():
    """{capsule: file name of its image} from the compiled manifest, whose form
    abi/manifest.h describes."""
    with open(os.path.join(SYSTEM, "manifest.bin"), "rb") as file:
        data = file.read()
    version, = struct.unpack_from("<I", data, 8)
    if version != 2:
        raise gdb.GdbError("manifest.bin has version %d" % version)
    capsule_count, offer_count, right_count, use_count = struct.unpack_from("<4I", data, 32)
    pool = 64 + capsule_count * (64 + 4) + (offer_count + use_count) * 20 + right_count * 4

    def string(at):
        return data[pool + at:data.index(b"\0", pool + at)].decode()

    return {string(name): string(image) for name, image in (
        struct.unpack_from("<2I", data, 64 + i * 64) for i in range(capsule_count))}


def image_path(name):
    if name in ("core", "init"):
        return os.path.join(OUT, name + ".elf")
    image = images().get(name)
    if not image:
        raise gdb.GdbError("the manifest has no capsule %s" % name)
    for folder in (SYSTEM, os.path.join(OUT, "capsules")):
        path = os.path.join(folder, image)
        if os.path.exists(path):
            return path
    raise gdb.GdbError("no file %s with symbols of %s" % (image, name))


# --- printers ------------------------------------------------------------------------

class SlotPrinter:
    """A capability on one line."""

    def __init__(self, slot):
        self.slot = slot

    def to_string(self):
        slot = self.slot
        if has_type(slot, "null"):
            return "empty, incarnation %d" % int(slot["incarnation"])
        text = "%s 0x%x" % (type_name(slot), int(slot["object"]))
        if has_type(slot, "untyped") or has_type(slot, "frame"):
            text += ", 2^%d bytes" % int(slot["memory"]["bits"])
        if has_type(slot, "endpoint"):
            text += ", badge 0x%x" % int(slot["badge"])
        return text + ", methods 0x%x, %s, depth %d, incarnation %d%s" % (
            int(slot["ops"]), rights_names(slot["rights"]), int(slot["depth"]),
            int(slot["incarnation"]),
            ", original" if int(slot["flags"]) & 1 else "")


class ThreadPrinter:
    """What a thread does, on one line."""

    def __init__(self, thread):
        self.thread = thread

    def to_string(self):
        thread = self.thread
        text = state_name(thread)
        if int(thread["cpu"]):
            cpu = thread["cpu"]
            running = int(cpu["current"]) == int(thread.address)
            text = ("running" if running else text) + " on CPU %d" % int(cpu["index"])
        text += ", pc 0x%x" % machine.program_counter(thread)
        for field in ("endpoint", "reply"):
            if int(thread[field]):
                text += ", %s 0x%x" % (field, int(thread[field]))
        return text + ", %d refused" % int(thread["refusals"])


def build_printers():
    printers = gdb.printing.RegexpCollectionPrettyPrinter("tessera")
    printers.add_printer("slot", "^slot$", SlotPrinter)
    printers.add_printer("thread", "^thread$", ThreadPrinter)
    return printers


gdb.printing.register_pretty_printer(None, build_printers(), replace=True)


# --- commands --------------------------------------------------------------------------

class Tess(gdb.Command):
    """What runs on Tessera: tess boot, use, break, where, bt, threads, capsules, caps."""

    def __init__(self):
        super().__init__("tess", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)


class TessCommand(gdb.Command):
    """A command `tess NAME`; its function's text is its help."""

    def __init__(self, function):
        self.__doc__ = function.__doc__
        self.function = function
        super().__init__("tess " + function.__name__.rstrip("_"), gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        try:
            self.function(*gdb.string_to_argv(argument))
        except TypeError as error:
            if "positional argument" not in str(error):
                raise
            raise gdb.GdbError(self.__doc__) from error
        except gdb.MemoryError as error:
            raise gdb.GdbError("%s. Is the machine in nano, or not as far as the kernel? "
                               "Try: tess boot" % error) from error


Tess()
chosen = {"name": None, "path": None}


def current():
    """(thread, capsule's name) of the CPU that is looked at."""
    thread = machine.cpu()["current"]
    return thread, owners().get(int(thread), "?")


def forget_boot():
    """boot is gone when the kernel runs, and its symbols lie where capsules do."""
    path = os.path.abspath(os.path.join(OUT, "boot.elf"))
    if any(file.filename == path for file in gdb.objfiles()):
        gdb.execute("remove-symbol-file %s" % path, to_string=True)


@TessCommand
def boot():
    """tess boot: runs until the system is operational."""
    forget_boot()
    gdb.Breakpoint("nano_operational", gdb.BP_HARDWARE_BREAKPOINT, temporary=True)
    gdb.execute("continue")


@TessCommand
def use(name=None):
    """tess use [CAPSULE]: loads the symbols of a capsule, without CAPSULE of the one
    that runs, in the place of those of another: all lie at the same addresses."""
    if name is None:
        with machine.kernel_view():
            _, name = current()
        if name in ("idle", "?"):
            raise gdb.GdbError("no capsule runs on this CPU")
    forget_boot()
    path = image_path(name)
    if chosen["path"] != path:
        if chosen["path"] and chosen["name"] != "core":
            gdb.execute("remove-symbol-file %s" % os.path.abspath(chosen["path"]))
        if name != "core":
            gdb.execute("add-symbol-file %s" % path, to_string=True)
    chosen.update(name=name, path=path)
    print("symbols of %s: %s" % (name, path))


@TessCommand
def break_(name, place):
    """tess break CAPSULE PLACE: stops when that capsule comes to PLACE, such as main or
    file.c:12 in its program, or a function of the kernel on its behalf."""
    with machine.kernel_view():
        thread = capsule_named(name).thread
        if thread is None or not int(thread["vspace"]):
            raise gdb.GdbError("%s has no address space" % name)
        top = int(thread["vspace"]["top"]["a"])
    gdb.execute("tess use " + name)
    register = "$TTBR0_EL1" if machine.name() == "aarch64" else "$cr3"
    stop = gdb.Breakpoint(place, gdb.BP_HARDWARE_BREAKPOINT)
    stop.condition = "(%s & 0xfffffffff000) == 0x%x" % (register, top)


@TessCommand
def where():
    """tess where: what each CPU does."""
    names = {}
    with machine.kernel_view():
        for i in range(len(gdb.selected_inferior().threads())):
            thread = machine.state()["cpus"][i]["current"]
            names[i + 1] = owners().get(int(thread), "?") if int(thread) else "nothing yet"
    selected = gdb.selected_thread()
    for thread in sorted(gdb.selected_inferior().threads(), key=lambda t: t.num):
        thread.switch()
        pc = gdb.newest_frame().pc()
        if pc < machine.USER_END:
            place = "user code"
        elif machine.layout("KERNEL_BASE") <= pc < machine.layout("KERNEL_END"):
            place = "the kernel"
        else:
            place = "nano"
        function = gdb.newest_frame().name()
        print("CPU %d: %s, in %s, 0x%x%s" % (thread.num - 1, names[thread.num], place, pc,
                                            " " + function if function else ""))
    selected.switch()


class ThreadOf(gdb.Function):
    """$tess_thread("CAPSULE"): its struct thread."""

    def __init__(self):
        super().__init__("tess_thread")

    def invoke(self, name):
        with machine.kernel_view():
            return capsule_named(name.string()).thread


ThreadOf()


@TessCommand
def bt():
    """tess bt: the calls up to here, with the symbols of the capsule that runs, across
    the system call that led into the kernel."""
    gdb.execute("tess use")
    if int(gdb.newest_frame().pc()) < machine.USER_END:
        gdb.execute("backtrace")
        return
    with machine.kernel_view(): # arguments on the user's stack
        gdb.execute("backtrace")


@TessCommand
def threads_():
    """tess threads: every thread, whose it is and what it does."""
    with machine.kernel_view():
        names = owners()
        for thread in threads():
            print("%-16s 0x%x  %s" % (names.get(int(thread), "?"), int(thread),
                                      ThreadPrinter(thread.dereference()).to_string()))


@TessCommand
def capsules_():
    """tess capsules: every capsule, its thread and what it has used of its quota."""
    with machine.kernel_view():
        known = capsules()
        for capsule in known:
            thread = state_name(capsule.thread) if capsule.thread is not None else "none"
            text = "%-16s %-8s thread %s" % (capsule.name, capsule.state, thread)
            if capsule.record is not None:
                pool = capsule.record["pool"]
                text += ", %d of %d KiB, %d routes, %d offers" % (
                    int(pool["charged"]) // 1024, int(pool["quota"]) // 1024,
                    int(capsule.record["route_count"]), int(capsule.record["offer_count"]))
            print(text)
    print("%d capsules" % len(known))


@TessCommand
def caps(which):
    """tess caps CAPSULE|CAPNODE: the capabilities of a capsule, or of the CapNode at an
    address of the kernel."""
    with machine.kernel_view():
        if which[0].isdigit():
            node = pointer(int(which, 0), "struct capnode")
        else:
            thread = capsule_named(which).thread
            if thread is None:
                raise gdb.GdbError("%s has no thread any more" % which)
            node = thread["capnode"]
        count = 0
        for index, slot in slots(node):
            print("%5d  %s" % (index, SlotPrinter(slot).to_string()))
            count += 1
        print("%d of %d slots are filled" % (count, int(node["count"])))
