"""Debian's gcc, declared as inputs at the places where it was built to be."""

load(
    "@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl",
    "feature",
    "flag_group",
    "flag_set",
    "tool_path",
)
load("//rules:place.bzl", "PLACE")

_COMPILE = [
    "assemble",
    "preprocess-assemble",
    "c-compile",
    "c++-compile",
    "c++-header-parsing",
]

_LINK = [
    "c++-link-executable",
    "c++-link-dynamic-library",
    "c++-link-nodeps-dynamic-library",
]

# Headers and libraries of the execution root, wherever that is: "/" remotely, Bazel's own folder locally.
_ROOT = ["--sysroot=.", "-Busr/bin", "-no-canonical-prefixes"]

def _flags(name, actions, flags):
    return feature(
        name = name,
        enabled = True,
        flag_sets = [flag_set(actions = actions, flag_groups = [flag_group(flags = flags)])],
    )

def _config(ctx):
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        toolchain_identifier = "root_gcc",
        host_system_name = "local",
        target_system_name = "local",
        target_cpu = "k8",
        target_libc = "glibc",
        compiler = "gcc",
        abi_version = "gcc",
        abi_libc_version = "glibc",
        cxx_builtin_include_directories = [
            place + headers
            for place in ["", PLACE]
            for headers in ["/usr/include", "/usr/lib/gcc"]
        ],
        tool_paths = [
            tool_path(name = name, path = "usr/bin/" + tool)
            for name, tool in [
                ("gcc", "g++"),
                ("cpp", "g++"),
                ("ar", "ar"),
                ("ld", "ld"),
                ("nm", "nm"),
                ("objcopy", "objcopy"),
                ("strip", "strip"),
                ("dwp", "strip"),
                ("gcov", "strip"),
                ("objdump", "strip"),
            ]
        ],
        features = [
            _flags("root_compile", _COMPILE, _ROOT + [
                "-fno-canonical-system-headers",
                "-Wno-builtin-macro-redefined",
                "-D__DATE__=\"redacted\"",
                "-D__TIME__=\"redacted\"",
                "-D__TIMESTAMP__=\"redacted\"",
            ]),
            _flags("root_link", _LINK, _ROOT),
        ],
    )

root_cc_toolchain_config = rule(implementation = _config, provides = [CcToolchainConfigInfo])
