"""Rules whose actions run a program of the root directly: no bash, no /usr/bin/env."""

def _run_binary(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.run(
        outputs = [out],
        executable = ctx.executable.tool,
        arguments = [out.path],
        mnemonic = "RunBinary",
    )
    return [DefaultInfo(files = depset([out]))]

# TOOL with its output as the only argument.
run_binary = rule(
    implementation = _run_binary,
    attrs = {"tool": attr.label(executable = True, cfg = "exec", allow_single_file = True)},
)

def _busybox(ctx):
    name = ctx.label.name
    out = ctx.actions.declare_directory(name) if ctx.attr.directory else ctx.actions.declare_file(name + ".txt")
    ctx.actions.run(
        outputs = [out],
        inputs = ctx.files.srcs,
        executable = ctx.file._busybox,
        arguments = ["sh", "-c", ctx.attr.script, "busybox", out.path] + [file.path for file in ctx.files.srcs],
        mnemonic = "Busybox",
    )
    return [DefaultInfo(files = depset([out]))]

# SCRIPT by the static busybox's shell, whose applets need no PATH: $1 is the output, $2 and on are the sources.
busybox = rule(
    implementation = _busybox,
    attrs = {
        "directory": attr.bool(),
        "script": attr.string(mandatory = True),
        "srcs": attr.label_list(allow_files = True),
        "_busybox": attr.label(default = "//:bin/busybox", allow_single_file = True),
    },
)

def _go_binary(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.run(
        outputs = [out],
        inputs = depset(ctx.files.srcs, transitive = [ctx.attr._go[DefaultInfo].files]),
        executable = ctx.file._tool,
        arguments = ["build", "-trimpath", "-ldflags=-buildid=", "-o", out.path] + [file.path for file in ctx.files.srcs],
        env = {
            "CGO_ENABLED": "0",
            "GO111MODULE": "off",
            "GOCACHE": "/tmp/vroot-bazel-go-cache",
            "GOFLAGS": "-buildvcs=false",
            "GOPATH": "/tmp/vroot-bazel-go-path",
            "HOME": "/tmp",
            "PATH": "/nowhere",
        },
        mnemonic = "GoBuild",
    )
    return [DefaultInfo(files = depset([out]), executable = out)]

# `go build` of Debian's Go, which finds its GOROOT by /proc/self/exe. Its build IDs depend on where it runs: none is written.
go_tool_binary = rule(
    implementation = _go_binary,
    executable = True,
    attrs = {
        "srcs": attr.label_list(allow_files = [".go"]),
        "_go": attr.label(default = "//:go"),
        "_tool": attr.label(default = "//:usr/lib/go/bin/go", allow_single_file = True),
    },
)

def _java_classes(ctx):
    classes = ctx.actions.declare_directory(ctx.label.name + "_classes")
    jdk = ctx.attr._jdk[DefaultInfo].files
    ctx.actions.run(
        outputs = [classes],
        inputs = depset(ctx.files.srcs, transitive = [jdk]),
        executable = ctx.file._javac,
        arguments = ["-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", "-d", classes.path] + [file.path for file in ctx.files.srcs],
        mnemonic = "RootJavac",
    )
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.run(
        outputs = [out],
        inputs = depset([classes], transitive = [jdk]),
        executable = ctx.file._java,
        arguments = ["-XX:+UseSerialGC", "-Xshare:off", "-cp", classes.path, ctx.attr.main_class, out.path],
        mnemonic = "RootJava",
    )
    return [DefaultInfo(files = depset([classes, out]))]

# Classes by javac, and what their main method writes to the file that is its argument.
java_run = rule(
    implementation = _java_classes,
    attrs = {
        "main_class": attr.string(mandatory = True),
        "srcs": attr.label_list(allow_files = [".java"]),
        "_java": attr.label(default = "//:usr/lib/jvm/jdk/bin/java", allow_single_file = True),
        "_javac": attr.label(default = "//:usr/lib/jvm/jdk/bin/javac", allow_single_file = True),
        "_jdk": attr.label(default = "//:jdk"),
    },
)
