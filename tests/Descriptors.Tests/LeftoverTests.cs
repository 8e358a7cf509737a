using VirtualRoot.Descriptors.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Descriptors.Tests;

/// <summary>What the daemon opened for others is closed when they are done with it, however they end.</summary>
[Collection(DescriptorCollection.Name)]
public sealed class LeftoverTests(DescriptorMachine machine)
{
    // A pipe of the daemon's own has both ends in it. At most one thread for pipes and one for streams stay.
    private const string Count = """
        held() { ls -l "/proc/$daemon/fd" 2>/dev/null | grep -o -e '-> pipe:.*' -e "-> $root/.*" | sort | uniq -u | wc -l; }
        threads() { cat /proc/$daemon/task/*/comm 2>/dev/null | grep -c -x -e special-pipes -e special-streams; }
        settle() { for i in $(seq 600); do [ "$(held)" -le "$before" ] && break; sleep 0.1; done; }
        before=$(held)
        inside 'cat <(echo warm); echo warm | tee /dev/stderr >/dev/null' >warm 2>&1
        finish() { settle; echo "left $(($(held) - before))"; [ "$(threads)" -le 2 ] || echo "$(threads) threads"; }

        """;

    [NeedsFuseTheory]
    [InlineData("thousand reads", "inside 'for i in $(seq 300); do cat <(echo $i); cat <<<x /dev/stdin; done' >/dev/null")]
    [InlineData("only looked at", "inside 'for i in $(seq 50); do [ -p /dev/fd/3 ] || echo no; stat -L /dev/fd/3 >/dev/null; done 3< <(sleep 1)'")]
    [InlineData("reader killed", "inside 'for i in $(seq 20); do cat <(yes) >/dev/null & sleep 0.05; kill -9 $!; wait; done' 2>/dev/null")]
    [InlineData("writer killed", "inside 'for i in $(seq 20); do cat <(echo x; kill -9 $BASHPID) >/dev/null; done' 2>/dev/null")]
    [InlineData("readers that leave early", "inside 'for i in $(seq 50); do head -n 1 <(yes) >/dev/null; done'")]
    [InlineData("a line and no more", "inside 'for i in $(seq 20); do seq 100 | { read -r x </dev/stdin; }; done'")]
    [InlineData("writers by path", "inside 'for i in $(seq 100); do echo $i >/dev/stdout; done' | cat >/dev/null")]
    [InlineData("a writer killed while it waits", "inside 'dd if=/dev/zero of=/dev/fd/3 bs=64K 3> >(sleep 1) 2>/dev/null & sleep 0.3; kill -9 $!; wait' 2>/dev/null")]
    [InlineData("opened for writing though it is read", "inside 'echo x 2>/dev/null >/dev/fd/3 3< <(sleep 1)' 2>/dev/null")]
    public void Daemon_AfterUses_HoldsNoPipe(string what, string script)
    {
        ProcessOutcome outcome = machine.WhileMounted(Count + script + "\nfinish");
        Assert.Equal((what, "left 0\n"), (what, outcome.Expect().Output));
    }

    [NeedsFuseFact]
    public void Daemon_KilledWhileAPipeIsRead_LeavesNoReaderHanging()
    {
        const string Script = """
            inside 'cat <(echo before; sleep 2; echo never)' >read & reader=$!
            for i in $(seq 600); do grep -q before read && break; sleep 0.1; done
            kill -9 $daemon; expected=137
            for i in $(seq 600); do kill -0 $reader 2>/dev/null || break; sleep 0.1; done
            kill -0 $reader 2>/dev/null && echo hangs
            cat read
            """;
        Assert.Equal("before\n", machine.WhileMounted(Script).Expect().Output);
    }
}
