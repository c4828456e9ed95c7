#!/usr/bin/env python3
"""What a build for boards installs and packs: of the right processor, needing the C library alone; and in that tree the
plugins, the rehearsal board and the conformance suite of runtimes.

    board_tree.py BUILD-FOLDER PROCESSOR [EMULATOR...]
"""
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder
from emulated import emulate, is_elf

MACHINES = {"aarch64": ("AArch64", "arm64"), "x86_64": ("Advanced Micro Devices X86-64", "amd64")}
C_LIBRARY = (2, 35)  # Ubuntu 22.04's (JetPack 6), Yocto kirkstone's
PLUGINS = ("onnxruntime", "openvino", "litert", "neuron")
PROGRAMS = ("bin/diolkos", "bin/diolkos-static", "lib/diolkos/diolkos-probe", "lib/diolkos/rehearsal/ncc-tflite",
            "lib/diolkos/rehearsal/diolkos-rehearsal-device")


class Tree(Checks):
    def __init__(self, folder, build, processor, emulator):
        super().__init__()
        self.folder, self.build, self.emulator = folder, build, emulator
        self.machine, self.architecture = MACHINES[processor]
        self.tree = folder / "tree"

    def done(self, name, *command, **more):
        p = run(*command, **more)
        self.check(name, p.returncode == 0, "" if p.returncode == 0 else (p.stdout + p.stderr)[-1500:])
        return p.stdout


def needs(path):
    """The libraries that a file needs, and the newest version of the C library's symbols."""
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", path).stdout)
    found = re.findall(r"GLIBC_([0-9.]+)", run("readelf", "-VW", path).stdout)
    versions = [tuple(map(int, v.split("."))) for v in found]
    return needed, max(versions, default=(0,))


def install(t):
    t.done("cmake --install", "cmake", "--install", t.build, "--prefix", t.tree)
    names = PROGRAMS + tuple(f"lib/diolkos/plugins/libdiolkos_{name}.so" for name in PLUGINS)
    missing = [name for name in names if not is_elf(t.tree / name)]
    t.check("programs and plugins are there", not missing, str(missing))
    files = [path for path in t.tree.rglob("*") if is_elf(path)]
    others = [path.name for path in files if t.machine not in run("readelf", "-hW", path).stdout]
    t.check(f"all of them for {t.machine}", not others, str(others))
    strange = {path.name: needed for path in files for needed in [needs(path)[0]]
               if not all(n.startswith(("libc.", "libm.", "ld-linux")) for n in needed)}
    t.check("none needs more than the C library", not strange, str(strange))
    newest = max(needs(path)[1] for path in files)
    t.check(f"of version {'.'.join(map(str, C_LIBRARY))} or earlier", newest <= C_LIBRARY, str(newest))
    t.check("no headers of a library that is not there", not (t.tree / "include/diolkos/diolkos.h").exists())


def packages(t):
    out = t.folder / "packages"
    t.done("cpack", "cpack", "--config", t.build / "CPackConfig.cmake", "-G", "TGZ;DEB", "-B", out)
    archive, package = next(out.glob("*.tar.gz")), next(out.glob("*.deb"))
    field = lambda name: run("dpkg-deb", "-f", package, name).stdout.strip()
    t.check("the package's architecture", field("Architecture") == t.architecture, field("Architecture"))
    t.check("it needs a C library alone", field("Depends") == f"libc6 (>= {'.'.join(map(str, C_LIBRARY))})",
            field("Depends"))
    t.done("the archive unpacks", "tar", "-xzf", archive, "-C", t.folder)
    t.done("the package unpacks", "dpkg-deb", "-x", package, t.folder / "deb")
    unpacked = t.folder / archive.name[:-len(".tar.gz")]
    for program in (unpacked / "bin/diolkos", t.folder / "deb/usr/bin/diolkos"):
        t.done(f"{program.relative_to(t.folder).parts[0]}: its program runs", *t.emulator, program, "--version")
    size = max(p.stat().st_size for p in (archive, package))
    t.check("they are small", size <= 25_000_000, f"{archive.name} {archive.stat().st_size / 1e6:.1f} MB, "
            f"{package.name} {package.stat().st_size / 1e6:.1f} MB")


def rehearsal(t):
    script = pathlib.Path(__file__).parent.parent / "e2e/rehearsal_board.py"
    t.done("convert, compile and infer on the rehearsal board", "/usr/bin/python3", script, t.tree / "bin/diolkos",
           t.tree / "lib/diolkos/rehearsal", timeout=1500)


def with_arm_cpuinfo(folder, command):
    """Other makers' runtimes read /proc/cpuinfo, which the emulator shows as it is here, and crash: for this command
    alone it is a Cortex-A76's. Needs root."""
    core = ("Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop "
            "asimddp\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x4\nCPU part\t: 0xd0b\n"
            "CPU revision\t: 1\n\n")
    cpuinfo = folder / "cpuinfo"
    cpuinfo.write_text("".join(f"processor\t: {i}\n{core}" for i in range(os.cpu_count())))
    return ["unshare", "-m", "sh", "-c", 'mount --bind "$1" /proc/cpuinfo && shift && exec "$@"', "sh", cpuinfo,
            *command]


def conformance(t):
    """The native runtime passes; each plugin is asked by the probe, and passes or tells which library is missing."""
    program = t.tree / "bin/diolkos_engine_conformance"
    runtimes = os.environ.get("DIOLKOS_BOARD_RUNTIMES", "")
    command = [program]
    if runtimes and t.emulator:
        command = with_arm_cpuinfo(t.folder, command)
    p = run(*command, env=dict(os.environ, DIOLKOS_RUNTIME_PATH=runtimes), timeout=1500)
    if p.returncode != 0:
        print(p.stdout)
    passed, skipped = (len(re.findall(rf"\[ *{word} \] .* \(\d+ ms\)", p.stdout)) for word in ("OK", "SKIPPED"))
    t.check("the conformance suite", p.returncode == 0 and passed > 0,
            f"{passed} passed, {skipped} skipped {p.stderr[-500:]}")
    native = re.findall(r"\[       OK \] .*/native ", p.stdout)
    t.check("the native runtime is among what passed", len(native) >= 10, str(len(native)))
    reasons = set(re.findall(r"absent: (.*)", p.stdout))
    troubles = ("cannot be started", "crashed", "cannot be asked", "cannot be opened")
    broken = [r for r in reasons if any(trouble in r for trouble in troubles)]
    t.check("what is absent is so for want of its library", not broken, str(sorted(reasons)))


def main():
    build, processor, emulator = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if os.environ.get("DIOLKOS_BOARD_RUNTIMES"):  # OpenVINO's code for SVE goes wrong under qemu 7.2
        emulator = ["cortex-a76" if word == "max" else word for word in emulator]
    with work_folder() as name:
        t = Tree(pathlib.Path(name), build, processor, emulator)
        t.guarded("install", install, t)
        t.guarded("packages", packages, t)
        shutil.copy(build / "bin/diolkos_engine_conformance", t.tree / "bin")
        emulate(t.tree, emulator)
        t.guarded("rehearsal", rehearsal, t)
        t.guarded("conformance", conformance, t)
        t.close()


if __name__ == "__main__":
    main()
